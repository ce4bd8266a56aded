//! DeclineJob: an executor gives its seat back; the next spare bid takes it if time allows.

use crate::job::{Assignment, Ending, Job, Phase, Work};
use crate::rules::{commit_receipt, ending, qualify};
use crate::tx::short;
use crate::{Draft, Event, Reject};
use icn_base::{Did, JobId, Mana};
use icn_governance::Parameter;
use std::sync::Arc;

pub(super) fn act(draft: &mut Draft<'_>, from: Did, id: JobId, reason: &str) -> Result<(), Reject> {
    short(reason)?;
    let mut job = draft.take_job(&id)?;
    let mut assigned = ending::assigned(id, &job)?;
    let seat = ending::seat(&mut assigned, from)?;
    match seat.work {
        Work::Running => seat.work = Work::Declined,
        Work::Declined => return Err(Reject::NoSeat { executor: from }),
        Work::Sealed { .. } => return Err(Reject::AlreadySealed {}),
        Work::Revealed { .. } => return Err(Reject::AlreadyRevealed {}),
    }
    if assigned.reveal_by.is_some() || draft.is_due(job.spec.deadline) {
        return Err(Reject::DeadlinePassed {});
    }
    let seat = ending::seat(&mut assigned, from)?;
    let lost = if draft.at().ms_since(seat.since) <= draft.parameter(Parameter::AcceptMs) {
        Mana::ZERO
    } else {
        seat.bond.scaled_up(1, 10)?
    };
    let fee = job.fees.tx;
    let (kept, paid) = (seat.bond.plus(seat.fees)?, lost.plus(fee)?);
    seat.fees = seat.fees.minus(fee)?;
    draft.change(&from, |account| {
        account.pay_from_bond(paid)?;
        account.unbond(kept.minus(paid)?)
    })?;
    draft.collect(paid);
    qualify::free(draft, &from);
    let next = reseat(draft, id, &job, &mut assigned)?;
    draft.emit(Event::SeatDeclined {
        job: id,
        executor: from,
        next,
        lost,
    });
    if assigned.live().next().is_none() {
        ending::refund(draft, id, job, assigned, Ending::NoBids);
        return Ok(());
    }
    commit_receipt::open_reveal(draft, &job, &mut assigned);
    job.phase = Phase::Assigned(Arc::new(assigned));
    draft.put_job(id, job);
    Ok(())
}

/// Gives the seat to the first spare bid that still qualifies.
fn reseat(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &Job,
    assigned: &mut Assignment,
) -> Result<Option<Did>, Reject> {
    if qualify::in_time(draft, job).is_err() {
        return Ok(None);
    }
    while !assigned.spares.is_empty() {
        let bid = assigned.spares.remove(0);
        if qualify::bid(draft, id, job, &bid).is_ok() {
            assigned.seats.push(qualify::seat(draft, job, &bid)?);
            return Ok(Some(bid.terms.executor));
        }
    }
    Ok(None)
}
