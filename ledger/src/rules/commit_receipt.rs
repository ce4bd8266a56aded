//! CommitReceipt: one of several executors promises its receipt without showing it.

use crate::job::{Assignment, Job, Phase, Work};
use crate::rules::ending;
use crate::{Draft, Event, Reject};
use icn_base::{Cid, Did, JobId};
use icn_governance::Parameter;
use std::sync::Arc;

pub(super) fn act(draft: &mut Draft<'_>, from: Did, id: JobId, seal: Cid) -> Result<(), Reject> {
    let mut job = draft.take_job(&id)?;
    let mut assigned = ending::assigned(id, &job)?;
    if !job.is_sealed() {
        return Err(Reject::SealNotWanted {});
    }
    let seat = ending::seat(&mut assigned, from)?;
    match seat.work {
        Work::Running => seat.work = Work::Sealed { seal },
        Work::Declined => return Err(Reject::NoSeat { executor: from }),
        Work::Sealed { .. } => return Err(Reject::AlreadySealed {}),
        Work::Revealed { .. } => return Err(Reject::AlreadyRevealed {}),
    }
    if draft.is_due(job.spec.deadline) {
        return Err(Reject::DeadlinePassed {});
    }
    ending::pay_fee(draft, &job, seat)?;
    draft.emit(Event::ReceiptSealed {
        job: id,
        executor: from,
    });
    open_reveal(draft, &job, &mut assigned);
    job.phase = Phase::Assigned(Arc::new(assigned));
    draft.put_job(id, job);
    Ok(())
}

/// Opens the time of revealing once nobody is left who could still seal.
pub(super) fn open_reveal(draft: &Draft<'_>, job: &Job, assigned: &mut Assignment) {
    let sealing = assigned.live().any(|seat| seat.work == Work::Running);
    if job.is_sealed() && !sealing && assigned.reveal_by.is_none() {
        end_sealing(draft, assigned);
    }
}

/// From now on receipts are revealed.
pub(super) fn end_sealing(draft: &Draft<'_>, assigned: &mut Assignment) {
    let window_ms = draft.parameter(Parameter::RevealWindowMs);
    assigned.reveal_by = Some(draft.at().after_ms(window_ms).unwrap_or(draft.at()));
}
