//! AssignJob: gives a job's seats to executors by their signed bids.

use crate::bid::Bid;
use crate::executor::Executor;
use crate::job::{Assignment, Job, Phase};
use crate::rules::qualify;
use crate::{Draft, Event, Reject};
use icn_base::{Did, JobId, Time};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) fn act(
    draft: &mut Draft<'_>,
    from: Did,
    id: JobId,
    bids: &[Bid],
    spares: &[Bid],
) -> Result<(), Reject> {
    let mut job = draft.take_job(&id)?;
    let Phase::Open {
        assign_by,
        last_call,
    } = job.phase
    else {
        return Err(Reject::JobNotOpen { job: id });
    };
    entitled(draft, from, &job, assign_by, last_call)?;
    qualify::in_time(draft, &job)?;
    let (found, wanted) = (bids.len(), usize::from(job.spec.agreement.executors));
    if found != wanted {
        return Err(Reject::BidCount { found, wanted });
    }
    let mut bidders = BTreeSet::new();
    for bid in bids.iter().chain(spares) {
        let executor = bid.terms.executor;
        if !bidders.insert(executor) {
            return Err(Reject::BidTwice { executor });
        }
    }
    let engine = bids
        .first()
        .map(|bid| bid.terms.engine.clone())
        .unwrap_or_default();
    for bid in bids.iter().chain(spares) {
        qualify::bid(draft, id, &job, bid)?;
        if bid.terms.engine != engine {
            return Err(Reject::EngineDiffers {
                executor: bid.terms.executor,
            });
        }
    }
    window(draft, &job, &bidders)?;
    let mut seats = Vec::new();
    for bid in bids {
        seats.push(qualify::seat(draft, &job, bid)?);
    }
    let fee = job.fees.tx;
    job.hold.pay(fee)?;
    draft.change(&job.owner, |owner| owner.pay_from_hold(fee))?;
    draft.collect(fee);
    let executors = seats.iter().map(|seat| seat.executor).collect();
    job.phase = Phase::Assigned(Arc::new(Assignment {
        height: draft.height(),
        at: draft.at(),
        snapshot: None,
        engine,
        seats,
        spares: spares.to_vec(),
        reveal_by: None,
        claims: Vec::new(),
    }));
    draft.put_job(id, job);
    draft.emit(Event::JobAssigned { job: id, executors });
    Ok(())
}

/// The coordinator assigns; when its time is over, the owner and validators may, too. That is judged
/// by the block's own time: the coordinator loses nothing by it, and where nothing else happens, no
/// block would come for the others to follow.
fn entitled(
    draft: &Draft<'_>,
    from: Did,
    job: &Job,
    assign_by: Time,
    last_call: Time,
) -> Result<(), Reject> {
    if draft.is_due(last_call) {
        return Err(Reject::AssignClosed {});
    }
    let coordinator = job.spec.coordinator;
    let others = draft.at() >= assign_by && (from == job.owner || draft.state.power(&from) > 0);
    if from == coordinator || others {
        Ok(())
    } else {
        Err(Reject::NotCoordinator { coordinator })
    }
}

/// Bids are collected until the window ends, or until everyone who qualifies has bid: a lone node
/// does not wait.
fn window(draft: &Draft<'_>, job: &Job, bidders: &BTreeSet<Did>) -> Result<(), Reject> {
    let end = job
        .opened
        .after_ms(job.spec.bid_window_ms)
        .unwrap_or(job.opened);
    if draft.at() >= end {
        return Ok(());
    }
    let waited_for = |(did, registered): &(&Did, &Executor)| {
        !bidders.contains(did)
            && qualify::executor(draft, job, **did, &registered.profile.prices).is_ok()
    };
    let named = &job.spec.requires.allow;
    let known = |did| Some((did, draft.state.executor(did)?));
    let first = if named.is_empty() {
        draft.state.executors().find(waited_for)
    } else {
        // Nobody else can qualify, however many are registered.
        named.iter().filter_map(known).find(waited_for)
    };
    match first {
        None => Ok(()),
        Some((did, _)) => Err(Reject::BidWindowOpen { executor: *did }),
    }
}
