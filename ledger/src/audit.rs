//! Adding everything up (invariant 1): all mana is where it was made to go, whatever an account has
//! set aside is set aside for something, and members are those who regenerate.

use crate::State;
use crate::job::Phase;
use icn_base::Did;
use icn_governance::{History, Member};
use std::collections::BTreeMap;

/// The rows contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// Mana was lost or made.
    #[error(transparent)]
    Mana(#[from] icn_economics::AuditError),
    /// What an account has held is not what its jobs hold.
    #[error("{did} has {found} mana held, and its jobs hold {kept}")]
    Held {
        /// Whose account.
        did: Did,
        /// What it has held.
        found: u128,
        /// What its jobs hold.
        kept: u128,
    },
    /// What an account has bonded is not what its seats and proposals have.
    #[error("{did} has {found} mana bonded, and its seats and proposals have {kept}")]
    Bonded {
        /// Whose account.
        did: Did,
        /// What it has bonded.
        found: u128,
        /// What its seats and proposals have.
        kept: u128,
    },
    /// Somebody regenerates and is no member, or the other way round.
    #[error("{0} regenerates and is no member, or the other way round")]
    Member(Did),
    /// Somebody orders and is no member.
    #[error("{0} is a validator and no member")]
    Validator(Did),
}

/// What is set aside, by whose it is.
type Kept = BTreeMap<Did, u128>;

impl State {
    /// Adds everything up.
    pub fn audit(&self) -> Result<(), AuditError> {
        let accounts = self.actors.values().map(|actor| &actor.account);
        icn_economics::audit(accounts, &self.chain.supply)?;
        let (held, bonded) = (self.held(), self.bonded());
        for did in held.keys().chain(bonded.keys()).chain(self.actors.keys()) {
            let did = *did;
            let account = self.actors.get(&did).map(|actor| actor.account);
            let account = account.unwrap_or_default();
            let (found, kept) = (account.held().units().into(), at(&held, &did));
            if found != kept {
                return Err(AuditError::Held { did, found, kept });
            }
            let (found, kept) = (account.bonded().units().into(), at(&bonded, &did));
            if found != kept {
                return Err(AuditError::Bonded { did, found, kept });
            }
            if account.is_member() != self.is_member(&did) {
                return Err(AuditError::Member(did));
            }
        }
        let members = self.governance.members().map(|(did, _)| did);
        let mut unknown = members.filter(|did| !self.actors.contains_key(*did));
        if let Some(did) = unknown.find(|did| self.is_member(did)) {
            return Err(AuditError::Member(*did));
        }
        let validators = self.next.validators.as_ref().unwrap_or(&self.validators);
        match validators.keys().find(|did| !self.is_member(did)) {
            Some(did) => Err(AuditError::Validator(*did)),
            None => Ok(()),
        }
    }

    /// True for a member.
    pub fn is_member(&self, did: &Did) -> bool {
        let row = self.governance.member(did).and_then(History::now);
        row.is_some_and(Member::is_in)
    }

    fn held(&self) -> Kept {
        let mut held = Kept::new();
        for job in self.jobs.values() {
            add(&mut held, job.owner, job.hold.left().units());
        }
        held
    }

    fn bonded(&self) -> Kept {
        let mut bonded = Kept::new();
        for job in self.jobs.values() {
            let Phase::Assigned(assigned) = &job.phase else {
                continue;
            };
            for seat in assigned.live() {
                add(&mut bonded, seat.executor, seat.bond.units());
                add(&mut bonded, seat.executor, seat.fees.units());
            }
        }
        let under_way = self.governance.under_way();
        for proposal in under_way.filter_map(|id| self.governance.proposal(id)) {
            add(&mut bonded, proposal.proposer, proposal.fee.units());
        }
        bonded
    }
}

fn add(kept: &mut Kept, did: Did, units: u64) {
    let sum = kept.entry(did).or_default();
    *sum = sum.saturating_add(units.into());
}

fn at(kept: &Kept, did: &Did) -> u128 {
    kept.get(did).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests;
