//! What members decide. Governance says what is to change; here it changes: mana, memberships,
//! parameters and powers, and nothing else in the book changes them so.

use crate::rules::{circuits, enrol, withdraw};
use crate::{Draft, Event, Reject};
use icn_base::{Did, ProposalId, Time};
use icn_governance::{self as governance, Action, Enactment, Fee, Step};

pub(super) fn act(draft: &mut Draft<'_>, from: Did, action: Action) -> Result<(), Reject> {
    let step = judge(draft, from, draft.at(), action)?;
    keep(draft, step)
}

/// What the action would change. `seen` is when the member last saw the book.
pub(super) fn judge(
    draft: &Draft<'_>,
    member: Did,
    seen: Time,
    action: Action,
) -> Result<Step, Reject> {
    let kind = if let Action::Propose { request, .. } = &action {
        Some(request.kind.clone())
    } else {
        None
    };
    let step = governance::apply(&draft.book(seen), &member, action)?;
    // Reading a key is dear, so whatever else is wrong is said first.
    if let Some(kind) = kind {
        circuits::check(draft, &kind)?;
    }
    Ok(step)
}

/// Does what time asks of a proposal.
pub(super) fn fall_due(draft: &mut Draft<'_>, id: &ProposalId) {
    let Some(step) = governance::fall_due(&draft.book(draft.at()), id) else {
        return;
    };
    keep(draft, step).expect("time takes from nobody but what is in escrow");
}

/// Does what governance has answered, all of it.
pub(super) fn keep(draft: &mut Draft<'_>, step: Step) -> Result<(), Reject> {
    if let Some(fee) = step.fee {
        move_fee(draft, fee)?;
    }
    draft.changes.governance.extend(step.changes);
    for fact in step.facts {
        draft.emit(Event::Governance(fact));
    }
    for change in step.enact {
        enact(draft, &change);
        draft.emit(Event::Enacted(change));
    }
    Ok(())
}

/// A proposal's fee is bonded in its proposer's account until the proposal's end.
fn move_fee(draft: &mut Draft<'_>, fee: Fee) -> Result<(), Reject> {
    match fee {
        Fee::Escrow { from, amount } => draft.change(&from, |account| account.bond(amount)),
        Fee::Return { to, amount } => draft.change(&to, |account| account.unbond(amount)),
        Fee::Forfeit { from, amount } => {
            draft.change(&from, |account| account.pay_from_bond(amount))?;
            draft.collect(amount);
            Ok(())
        }
    }
}

/// One change of an executed proposal. Members come and go at once; parameters and powers are in
/// force from the next block on.
fn enact(draft: &mut Draft<'_>, change: &Enactment) {
    match change {
        Enactment::SetParameter { parameter, new, .. } => {
            let mut next = draft.next().clone();
            next.parameters.insert(*parameter, *new);
            draft.changes.next = Some(next);
        }
        Enactment::SetValidator { did, new, .. } => {
            let mut next = draft.next().clone();
            let powers = next
                .validators
                .get_or_insert_with(|| draft.state.validators.clone());
            match new {
                0 => drop(powers.remove(did)),
                some => drop(powers.insert(*did, *some)),
            }
            draft.changes.next = Some(next);
        }
        Enactment::AdmitMember { did } => draft.set_member(did, true),
        Enactment::RemoveMember { did } => {
            draft.set_member(did, false);
            enrol::leave(draft, *did);
            // One who offers no work has nothing to withdraw.
            withdraw::act(draft, *did).unwrap_or_default();
        }
        Enactment::RegisterCircuit { circuit, offer } => {
            circuits::register(draft, *circuit, offer);
        }
        Enactment::RetireCircuit { circuit } => circuits::retire(draft, circuit),
        Enactment::Pay { to, amount, .. } => draft
            .pay_out(to, *amount)
            .expect("the treasury was seen to have it, and all mana fits one account"),
    }
}
