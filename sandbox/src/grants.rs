//! What is left of a job's grants while it runs.

use crate::env::Denial;
use icn_abi::Class;
use icn_base::run::Grant;
use icn_base::{Did, Mana, ProposalId};

/// Grants, less what was used.
#[derive(Clone, Debug)]
pub(crate) struct Grants(Vec<Grant>);

impl Grants {
    pub(crate) fn new(grants: &[Grant]) -> Self {
        Self(grants.to_vec())
    }

    /// What is left of each.
    pub(crate) fn left(&self) -> &[Grant] {
        &self.0
    }

    /// Takes a payment from the first grant that covers it; `to` is nobody for the treasury.
    pub(crate) fn spend(&self, amount: Mana, to: Option<&Did>) -> Result<Self, Denial> {
        self.take("mana.spend", |grant| match grant {
            Grant::ManaSpend { limit, to: only } => {
                if only.is_some() && only.as_ref() != to {
                    return None;
                }
                *limit = limit.minus(amount).ok()?;
                Some(())
            }
            _ => None,
        })
    }

    /// Takes a child job with this hold, and what it is granted in turn.
    pub(crate) fn submit(&self, hold: Mana, child: &[Grant]) -> Result<Self, Denial> {
        let mut left = self.take("mesh.submit", |grant| match grant {
            Grant::MeshSubmit { count, budget } => {
                *count = count.checked_sub(1)?;
                *budget = budget.minus(hold).ok()?;
                Some(())
            }
            _ => None,
        })?;
        for grant in child {
            left = left.pass_on(grant)?;
        }
        Ok(left)
    }

    /// Takes bytes to be written.
    pub(crate) fn write(&self, count: u64) -> Result<Self, Denial> {
        self.take("dag.write", |grant| match grant {
            Grant::DagWrite { bytes } => {
                *bytes = bytes.checked_sub(count)?;
                Some(())
            }
            _ => None,
        })
    }

    /// Takes a step of a proposal's life, and the fee of one that is made.
    pub(crate) fn propose(&self, fee: Mana) -> Result<Self, Denial> {
        self.steps(1, fee)
    }

    fn steps(&self, steps: u32, fee: Mana) -> Result<Self, Denial> {
        self.take("governance.propose", |grant| match grant {
            Grant::GovernancePropose { count, fees } => {
                *count = count.checked_sub(steps)?;
                *fees = fees.minus(fee).ok()?;
                Some(())
            }
            _ => None,
        })
    }

    /// Takes a vote on a proposal, or, without one, a decision about delegations.
    pub(crate) fn vote(&self, on: Option<&ProposalId>) -> Result<Self, Denial> {
        self.votes(1, on)
    }

    fn votes(&self, votes: u32, on: Option<&ProposalId>) -> Result<Self, Denial> {
        self.take("governance.vote", |grant| match grant {
            Grant::GovernanceVote { count, proposal } => {
                if proposal.is_some() && proposal.as_ref() != on {
                    return None;
                }
                *count = count.checked_sub(votes)?;
                Some(())
            }
            _ => None,
        })
    }

    /// Takes the price of a proof to be verified.
    pub(crate) fn verify(&self, price: Mana) -> Result<Self, Denial> {
        self.take("zk.verify", |grant| match grant {
            Grant::ZkVerify { budget } => {
                *budget = budget.minus(price).ok()?;
                Some(())
            }
            _ => None,
        })
    }

    /// Takes the price of a proof to be made.
    pub(crate) fn prove(&self, price: Mana) -> Result<Self, Denial> {
        self.take("zk.prove", |grant| match grant {
            Grant::ZkProve { budget } => {
                *budget = budget.minus(price).ok()?;
                Some(())
            }
            _ => None,
        })
    }

    /// Whether listed blocks may be read.
    pub(crate) fn read(&self) -> Result<(), Denial> {
        self.take("dag.read", |grant| {
            matches!(grant, Grant::DagRead {}).then_some(())
        })
        .map(|_| ())
    }

    /// Takes from the parent what a child is granted.
    fn pass_on(&self, grant: &Grant) -> Result<Self, Denial> {
        match grant {
            Grant::ManaSpend { limit, to } => self.spend(*limit, to.as_ref()),
            // Its budget is part of its hold, which was taken before.
            Grant::MeshSubmit { count, .. } => self.take("mesh.submit", |own| match own {
                Grant::MeshSubmit { count: left, .. } => {
                    *left = left.checked_sub(*count)?;
                    Some(())
                }
                _ => None,
            }),
            Grant::DagWrite { bytes } => self.write(*bytes),
            Grant::DagRead {} => self.read().map(|()| self.clone()),
            Grant::GovernancePropose { count, fees } => self.steps(*count, *fees),
            Grant::GovernanceVote { count, proposal } => self.votes(*count, proposal.as_ref()),
            Grant::ZkVerify { budget } => self.verify(*budget),
            Grant::ZkProve { budget } => self.prove(*budget),
        }
    }

    /// What is left after the first grant that covers it; nothing changes if none does.
    fn take(&self, name: &str, cover: impl Fn(&mut Grant) -> Option<()>) -> Result<Self, Denial> {
        for (at, grant) in self.0.iter().enumerate() {
            let mut less = grant.clone();
            if cover(&mut less).is_some() {
                let mut left = self.0.clone();
                left[at] = less;
                return Ok(Self(left));
            }
        }
        let text = if self.0.iter().any(|grant| grant.name() == name) {
            format!("what is left of the grants `{name}` does not cover this")
        } else {
            format!("the job has no grant `{name}`; the owner must put one into its spec")
        };
        Err(Denial::new(Class::PermissionDenied, text))
    }
}
