//! What a list of kinds would change now, all or none: the same when it is proposed, previewed
//! and executed.

mod circuits;
mod parameters;
mod treasury;
mod validators;

pub(crate) use treasury::afford;

use crate::limits::{MEMO_BYTES_MAX, POWER_MAX};
use crate::member::{Member, check_count};
use crate::{Book, Enactment, History, Parameter, Refusal};
use icn_base::gov::ProposalKind;
use icn_base::{Cid, Did, Mana};
use std::collections::{BTreeMap, BTreeSet};

/// The changes in order, or why they are not possible. Whether the treasury can afford them is
/// [`afford`]'s question, because it may be fuller when the time comes.
pub(crate) fn plan(book: &Book<'_>, kinds: &[ProposalKind]) -> Result<Vec<Enactment>, Refusal> {
    let mut sketch = Sketch {
        book,
        members: BTreeMap::new(),
        parameters: BTreeMap::new(),
        powers: book.world.validators.clone(),
        powered: BTreeSet::new(),
        circuits: BTreeSet::new(),
        changes: Vec::new(),
    };
    kinds.iter().try_for_each(|kind| sketch.add(kind))?;
    sketch.finish()
}

/// The book as the changes so far would make it.
struct Sketch<'b> {
    book: &'b Book<'b>,
    /// Who comes and who goes.
    members: BTreeMap<Did, bool>,
    parameters: BTreeMap<Parameter, u64>,
    powers: BTreeMap<Did, u64>,
    /// Whose power was set by name.
    powered: BTreeSet<Did>,
    /// Circuits that were named.
    circuits: BTreeSet<Cid>,
    changes: Vec<Enactment>,
}

impl Sketch<'_> {
    fn add(&mut self, kind: &ProposalKind) -> Result<(), Refusal> {
        match kind {
            ProposalKind::Text {} => Ok(()),
            ProposalKind::SetParameter { name, value } => self.set_parameter(name, *value),
            ProposalKind::AdmitMember { did } => self.admit(*did),
            ProposalKind::RemoveMember { did } => self.remove(*did),
            ProposalKind::SetValidator { did, power } => self.set_power(*did, *power),
            ProposalKind::Budget { to, amount, memo } => self.pay(*to, *amount, memo),
            ProposalKind::RegisterCircuit(offer) => self.register(offer),
            ProposalKind::RetireCircuit { circuit } => self.retire(*circuit),
            ProposalKind::Choice { .. } | ProposalKind::Bundle(_) => {
                Err(Refusal::Nested { name: kind.name() })
            }
        }
    }

    fn set_parameter(&mut self, name: &str, new: u64) -> Result<(), Refusal> {
        let parameter = parameters::check(self.book, name, new)?;
        let name = parameter.row().name;
        if self.parameters.insert(parameter, new).is_some() {
            return Err(Refusal::ParameterTwice { name });
        }
        let old = self.book.world.parameter(parameter);
        self.changes.push(Enactment::SetParameter {
            parameter,
            old,
            new,
        });
        Ok(())
    }

    fn admit(&mut self, did: Did) -> Result<(), Refusal> {
        if self.members.contains_key(&did) {
            Err(Refusal::MemberTwice { did })
        } else if self.is_member(&did) {
            Err(Refusal::AlreadyMember { did })
        } else {
            self.members.insert(did, true);
            self.changes.push(Enactment::AdmitMember { did });
            Ok(())
        }
    }

    /// Validators are members, so one who goes loses the power, too.
    fn remove(&mut self, did: Did) -> Result<(), Refusal> {
        if self.members.contains_key(&did) {
            return Err(Refusal::MemberTwice { did });
        }
        if !self.is_member(&did) {
            return Err(Refusal::NoSuchMember { did });
        }
        if let Some(old) = self.powers.remove(&did) {
            self.changes
                .push(Enactment::SetValidator { did, old, new: 0 });
        }
        self.members.insert(did, false);
        self.changes.push(Enactment::RemoveMember { did });
        Ok(())
    }

    fn set_power(&mut self, did: Did, new: u64) -> Result<(), Refusal> {
        if !self.is_member(&did) {
            return Err(Refusal::NoSuchMember { did });
        }
        if new > POWER_MAX {
            return Err(Refusal::PowerTooLarge {
                did,
                power: new,
                allowed: POWER_MAX,
            });
        }
        if !self.powered.insert(did) {
            return Err(Refusal::ValidatorTwice { did });
        }
        let old = match new {
            0 => self.powers.remove(&did),
            some => self.powers.insert(did, some),
        };
        self.changes.push(Enactment::SetValidator {
            did,
            old: old.unwrap_or(0),
            new,
        });
        Ok(())
    }

    fn pay(&mut self, to: Did, amount: Mana, memo: &str) -> Result<(), Refusal> {
        if amount.is_zero() {
            return Err(Refusal::AmountZero {});
        }
        if memo.len() > MEMO_BYTES_MAX {
            return Err(Refusal::TextTooLong {
                bytes: memo.len(),
                allowed: MEMO_BYTES_MAX,
            });
        }
        self.changes.push(Enactment::Pay {
            to,
            amount,
            memo: memo.to_owned(),
        });
        treasury::sum(&self.changes).map(drop)
    }

    fn is_member(&self, did: &Did) -> bool {
        let is_in = || {
            let member = self.book.member(did).and_then(History::now);
            member.is_some_and(Member::is_in)
        };
        self.members.get(did).copied().unwrap_or_else(is_in)
    }

    /// What can only be judged of all changes together.
    fn finish(self) -> Result<Vec<Enactment>, Refusal> {
        parameters::check_order(self.book, &self.parameters)?;
        if !self.members.is_empty() {
            let before = self.book.members_count();
            let come = self.members.values().filter(|comes| **comes).count() as u64;
            let go = (self.members.len() as u64).saturating_sub(come);
            check_count(before, before.saturating_add(come).saturating_sub(go))?;
        }
        if self.powers != *self.book.world.validators {
            validators::check(self.book.world.validators, &self.powers)?;
        }
        Ok(self.changes)
    }
}
