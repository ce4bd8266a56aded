//! What a node asks of the book before it bids, assigns, runs or makes a block. Each answer is that of
//! the rule that will judge, so nobody has to guess what the book would take.

use crate::job::{Phase, Seat, Tree};
use crate::rules::{qualify, submit_job};
use crate::{Bid, Draft, Job, Reject, State, quote};
use icn_base::run::JobSpec;
use icn_base::{Did, JobId, Time};
use icn_economics::Offer;
use std::sync::Arc;

/// Answers whether an executor that bids for a job now, with this offer, could be given a seat: the
/// refusal is the one that AssignJob would meet in a block at that time.
pub fn may_sit(
    state: &State,
    at: Time,
    job: &JobId,
    executor: &Did,
    offer: &Offer,
) -> Result<(), Reject> {
    let draft = Draft::new(state, at);
    let row = qualify::assignable(&draft, job)?;
    qualify::executor(&draft, row, *executor, offer)
}

/// The row that a job would have if its owner submitted it now. Whether the owner may is not asked.
pub fn as_opened(state: &State, at: Time, owner: Did, spec: &Arc<JobSpec>) -> Result<Job, Reject> {
    let draft = Draft::new(state, at);
    let hold = quote::quote(spec, &quote::fees(&draft))?.hold()?;
    let spec = Arc::clone(spec);
    Ok(submit_job::row(&draft, owner, spec, hold, Tree::default()))
}

/// Answers what [`may_sit`] does, of a job that need not stand in the book ([`as_opened`]).
pub fn could_sit(
    state: &State,
    at: Time,
    job: &Job,
    executor: &Did,
    offer: &Offer,
) -> Result<(), Reject> {
    let draft = Draft::new(state, at);
    qualify::in_time(&draft, job)?;
    qualify::executor(&draft, job, *executor, offer)
}

/// Answers what [`may_sit`] does of a bid, its own terms included. Its signature is for [`Bid::verify`].
pub fn may_take(state: &State, at: Time, bid: &Bid) -> Result<(), Reject> {
    let draft = Draft::new(state, at);
    let job = bid.terms.job;
    let row = qualify::assignable(&draft, &job)?;
    qualify::bid(&draft, job, row, bid)
}

impl State {
    /// Jobs that wait for bids, ascending.
    pub fn open_jobs(&self) -> impl Iterator<Item = (&JobId, &Job)> {
        let ids = self.open.iter();
        ids.filter_map(|id| Some((id, self.job(id)?)))
    }

    /// The seats that an executor has in assigned jobs, ascending by job: what it has to run, to
    /// reveal or to wait for, also after a restart.
    pub fn seats(&self, executor: &Did) -> impl Iterator<Item = (&JobId, &Job, &Seat)> {
        let executor = *executor;
        let ids = self.seats.get(&executor).into_iter().flatten();
        ids.filter_map(move |id| {
            let job = self.job(id)?;
            let Phase::Assigned(assigned) = &job.phase else {
                return None;
            };
            let seat = assigned.live().find(|seat| seat.executor == executor)?;
            Some((id, job, seat))
        })
    }

    /// The time from which the next block is needed for something that falls due, though nobody may
    /// have sent a transaction. A deadline falls due in the block after the first whose time has
    /// reached it, so two blocks may be needed: after the first, the answer is that block's own time,
    /// which means at once.
    pub fn block_needed(&self) -> Option<Time> {
        self.next_due().map(|due| due.max(self.chain.time))
    }
}
