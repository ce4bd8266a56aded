//! What is left of a job's grants while its effects are applied.

use crate::Reject;
use icn_base::limits::PROOFS_MAX;
use icn_base::run::Grant;
use icn_base::{Did, Mana, ProposalId};

/// What is left, by grant; absent is denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Left {
    spend: Option<Spend>,
    submit: Option<Submit>,
    write: Option<u64>,
    propose: Option<Propose>,
    vote: Option<Vote>,
    verify: Option<Mana>,
    prove: Option<Mana>,
    /// Proofs that were paid for.
    proofs: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Propose {
    count: u32,
    fees: Mana,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Vote {
    count: u32,
    proposal: Option<ProposalId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spend {
    limit: Mana,
    to: Option<Did>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Submit {
    count: u32,
    budget: Mana,
}

const SPEND: &str = "mana.spend";
const SUBMIT: &str = "mesh.submit";
const WRITE: &str = "dag.write";
const PROPOSE: &str = "governance.propose";
const VOTE: &str = "governance.vote";
const VERIFY: &str = "zk.verify";
const PROVE: &str = "zk.prove";

impl Left {
    /// Everything that is granted.
    pub fn of(grants: &[Grant]) -> Self {
        let mut left = Self::default();
        for grant in grants {
            match *grant {
                Grant::ManaSpend { limit, to } => left.spend = Some(Spend { limit, to }),
                Grant::MeshSubmit { count, budget } => {
                    left.submit = Some(Submit { count, budget });
                }
                Grant::DagWrite { bytes } => left.write = Some(bytes),
                Grant::DagRead {} => {}
                Grant::GovernancePropose { count, fees } => {
                    left.propose = Some(Propose { count, fees });
                }
                Grant::GovernanceVote { count, proposal } => {
                    left.vote = Some(Vote { count, proposal });
                }
                Grant::ZkVerify { budget } => left.verify = Some(budget),
                Grant::ZkProve { budget } => left.prove = Some(budget),
            }
        }
        left
    }

    /// Takes a payment; none as payee is the treasury.
    pub(crate) fn spend(&mut self, to: Option<Did>, amount: Mana) -> Result<(), Reject> {
        let spend = granted(self.spend.as_mut(), SPEND)?;
        if spend.to.is_some() && spend.to != to {
            return Err(spent(SPEND));
        }
        spend.limit = spend.limit.minus(amount).map_err(|_| spent(SPEND))?;
        Ok(())
    }

    /// Takes the bytes of a record. An empty one counts as one byte, so that records are counted.
    pub(crate) fn write(&mut self, bytes: u64) -> Result<(), Reject> {
        let left = granted(self.write.as_mut(), WRITE)?;
        *left = left.checked_sub(bytes.max(1)).ok_or_else(|| spent(WRITE))?;
        Ok(())
    }

    /// Takes a child job that costs this much.
    pub(crate) fn submit(&mut self, cost: Mana) -> Result<(), Reject> {
        let submit = granted(self.submit.as_mut(), SUBMIT)?;
        submit.count = submit.count.checked_sub(1).ok_or_else(|| spent(SUBMIT))?;
        submit.budget = submit.budget.minus(cost).map_err(|_| spent(SUBMIT))?;
        Ok(())
    }

    /// Takes one step of a proposal's life.
    pub(crate) fn propose(&mut self) -> Result<(), Reject> {
        let propose = granted(self.propose.as_mut(), PROPOSE)?;
        propose.count = propose.count.checked_sub(1).ok_or_else(|| spent(PROPOSE))?;
        Ok(())
    }

    /// Takes the fee of a proposal.
    pub(crate) fn fee(&mut self, fee: Mana) -> Result<(), Reject> {
        let propose = granted(self.propose.as_mut(), PROPOSE)?;
        propose.fees = propose.fees.minus(fee).map_err(|_| spent(PROPOSE))?;
        Ok(())
    }

    /// Takes a vote on a proposal, or, without one, a decision about delegations.
    pub(crate) fn vote(&mut self, on: Option<ProposalId>) -> Result<(), Reject> {
        let vote = granted(self.vote.as_mut(), VOTE)?;
        if vote.proposal.is_some() && vote.proposal != on {
            return Err(spent(VOTE));
        }
        vote.count = vote.count.checked_sub(1).ok_or_else(|| spent(VOTE))?;
        Ok(())
    }

    /// Takes the price of a proof that was verified.
    pub(crate) fn verify(&mut self, price: Mana) -> Result<(), Reject> {
        self.count_proof(VERIFY)?;
        take(self.verify.as_mut(), price, VERIFY)
    }

    /// Takes the price of a proof that was made.
    pub(crate) fn prove(&mut self, price: Mana) -> Result<(), Reject> {
        self.count_proof(PROVE)?;
        take(self.prove.as_mut(), price, PROVE)
    }

    fn count_proof(&mut self, name: &'static str) -> Result<(), Reject> {
        if self.proofs >= PROOFS_MAX {
            return Err(spent(name));
        }
        self.proofs = self.proofs.saturating_add(1);
        Ok(())
    }

    /// Takes what a child is granted. A child's budget for its own children is part of its hold,
    /// which [`Left::submit`] has taken, so only their number is taken here.
    pub(crate) fn hand_down(&mut self, grants: &[Grant]) -> Result<(), Reject> {
        for grant in grants {
            match *grant {
                Grant::ManaSpend { limit, to } => {
                    let own = granted(self.spend.as_mut(), SPEND)?;
                    if own.to.is_some() && own.to != to {
                        return Err(spent(SPEND));
                    }
                    own.limit = own.limit.minus(limit).map_err(|_| spent(SPEND))?;
                }
                Grant::MeshSubmit { count, .. } => {
                    let own = granted(self.submit.as_mut(), SUBMIT)?;
                    own.count = own.count.checked_sub(count).ok_or_else(|| spent(SUBMIT))?;
                }
                Grant::DagWrite { bytes } => {
                    let own = granted(self.write.as_mut(), WRITE)?;
                    *own = own.checked_sub(bytes).ok_or_else(|| spent(WRITE))?;
                }
                Grant::DagRead {} => {}
                Grant::GovernancePropose { count, fees } => {
                    self.fee(fees)?;
                    let own = granted(self.propose.as_mut(), PROPOSE)?;
                    own.count = own.count.checked_sub(count).ok_or_else(|| spent(PROPOSE))?;
                }
                Grant::GovernanceVote { count, proposal } => {
                    let own = granted(self.vote.as_mut(), VOTE)?;
                    if own.proposal.is_some() && own.proposal != proposal {
                        return Err(spent(VOTE));
                    }
                    own.count = own.count.checked_sub(count).ok_or_else(|| spent(VOTE))?;
                }
                Grant::ZkVerify { budget } => take(self.verify.as_mut(), budget, VERIFY)?,
                Grant::ZkProve { budget } => take(self.prove.as_mut(), budget, PROVE)?,
            }
        }
        Ok(())
    }
}

/// Takes an amount from a budget.
fn take(budget: Option<&mut Mana>, amount: Mana, name: &'static str) -> Result<(), Reject> {
    let budget = granted(budget, name)?;
    *budget = budget.minus(amount).map_err(|_| spent(name))?;
    Ok(())
}

fn granted<'g, T>(grant: Option<&'g mut T>, name: &'static str) -> Result<&'g mut T, Reject> {
    grant.ok_or(Reject::EffectNotGranted { name })
}

const fn spent(name: &'static str) -> Reject {
    Reject::GrantSpent { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Keypair;

    fn mana(units: u64) -> Mana {
        Mana::new(units).unwrap()
    }

    #[test]
    fn what_is_not_granted_is_denied() {
        let mut none = Left::of(&[]);
        for refused in [
            none.spend(None, mana(0)),
            none.write(0),
            none.submit(mana(0)),
            none.propose(),
            none.fee(mana(0)),
            none.vote(None),
            none.verify(mana(0)),
            none.prove(mana(0)),
        ] {
            assert!(matches!(refused, Err(Reject::EffectNotGranted { .. })));
        }
    }

    #[test]
    fn a_grant_ends_at_its_limit() {
        let mut left = Left::of(&[
            Grant::ManaSpend {
                limit: mana(10),
                to: None,
            },
            Grant::MeshSubmit {
                count: 2,
                budget: mana(5),
            },
            Grant::DagWrite { bytes: 3 },
        ]);
        assert!(left.spend(None, mana(10)).is_ok());
        assert!(left.spend(None, mana(1)).is_err());
        assert!(left.write(0).is_ok() && left.write(2).is_ok());
        assert!(left.write(0).is_err());
        assert!(left.submit(mana(6)).is_err());
        let mut left = Left::of(&[Grant::MeshSubmit {
            count: 1,
            budget: mana(5),
        }]);
        assert!(left.submit(mana(2)).is_ok());
        assert!(left.submit(mana(2)).is_err(), "counted");
    }

    #[test]
    fn decisions_are_counted_and_a_proposal_that_is_named_is_the_only_one() {
        let [one, other] = [b"1", b"2"].map(|name| {
            let cid = icn_base::Cid::of(icn_base::Codec::DagCbor, name);
            Some(ProposalId::new(cid))
        });
        let vote = |count, proposal| Grant::GovernanceVote { count, proposal };
        let propose = |count, fees| Grant::GovernancePropose {
            count,
            fees: mana(fees),
        };
        let mut left = Left::of(&[vote(2, one), propose(2, 15)]);
        assert!(left.vote(other).is_err() && left.vote(None).is_err());
        assert!(left.hand_down(&[vote(1, None)]).is_err());
        assert!(left.hand_down(&[vote(1, one)]).is_ok());
        assert!(left.vote(one).is_ok() && left.vote(one).is_err());
        assert!(left.propose().is_ok() && left.fee(mana(10)).is_ok());
        assert!(left.fee(mana(6)).is_err());
        assert!(left.hand_down(&[propose(1, 6)]).is_err());
        assert!(left.hand_down(&[propose(1, 5)]).is_ok());
        assert!(left.propose().is_err());
    }

    #[test]
    fn a_payee_that_is_named_is_the_only_one_also_for_children() {
        let (one, other) = (
            Keypair::from_seed([1; 32]).did(),
            Keypair::from_seed([2; 32]).did(),
        );
        let named = Grant::ManaSpend {
            limit: mana(10),
            to: Some(one),
        };
        let mut left = Left::of(std::slice::from_ref(&named));
        assert!(left.spend(Some(one), mana(1)).is_ok());
        assert!(left.spend(Some(other), mana(1)).is_err());
        assert!(left.spend(None, mana(1)).is_err());
        let any = Grant::ManaSpend {
            limit: mana(1),
            to: None,
        };
        assert!(left.hand_down(&[any]).is_err());
        assert!(
            left.hand_down(std::slice::from_ref(&named)).is_err(),
            "9 are left"
        );
    }
}
