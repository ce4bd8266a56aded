//! The executor's side before it has a seat: which jobs it asks for.

use super::choice::{Offered, sits};
use super::open::{Fetch, Part};
use super::{Market, Moment, Todo};
use crate::explain::Stage;
use crate::limits::{ASKED_PER_SEAT, BID_AGAIN_MOST_MS, BID_AGAIN_MS, LOOKED_AT_MAX, SPARE_MS};
use icn_base::{JobId, Time};
use icn_ledger::job::Phase;
use icn_ledger::{Bid, Job, Profile, Reject, Terms};

impl Market {
    /// What this node offers, if it takes jobs.
    fn profile<'a>(&self, moment: Moment<'a>) -> Option<&'a Profile> {
        let known = moment.state.executor(&self.me)?;
        let takes = known.open && self.leaving.is_none() && !self.full;
        takes.then_some(&known.profile)
    }

    /// Asks for a job if the book would give this node a seat in it, and it has room.
    pub(super) fn consider(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        job: &Job,
        todo: &mut Vec<Todo>,
    ) -> Room {
        let Some(profile) = self.profile(moment) else {
            return Room::Left;
        };
        let Some(open) = self.auctions.open.get_mut(&id) else {
            return Room::Left;
        };
        if open.part != Part::Out {
            return Room::Left;
        }
        let place = (open.opened, id);
        self.auctions.queue.remove(&place);
        let offered = Offered {
            state: moment.state,
            at: moment.at(),
            id,
            job,
        };
        match sits(&offered, &self.me, &profile.prices) {
            Ok(()) => {}
            Err(reject) => {
                let full = matches!(
                    reject,
                    Reject::NoCapacity { .. } | Reject::BondNotPayable { .. }
                );
                if full {
                    self.auctions.queue.insert(place);
                }
                self.memory
                    .note(id, moment.now, Stage::Passed(reject.to_string()));
                return if full { Room::Full } else { Room::Left };
            }
        }
        let seats = usize::try_from(profile.capacity).unwrap_or(usize::MAX);
        if self.auctions.asked.len() >= seats.saturating_mul(ASKED_PER_SEAT) {
            self.auctions.queue.insert(place);
            return Room::Full;
        }
        self.auctions.asked.insert(id);
        open.part = Part::Fetching;
        self.fetch(id, job, todo);
        self.bid_again(moment, id, job, todo);
        Room::Left
    }

    /// Bids for a job whose blocks are here, and again after a while: a bid may get lost, and a
    /// coordinator that was away has none.
    pub(super) fn bid_again(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        job: &Job,
        todo: &mut Vec<Todo>,
    ) {
        let Some(profile) = self.profile(moment) else {
            return;
        };
        let Some(open) = self.auctions.open.get_mut(&id) else {
            return;
        };
        let times = match open.part {
            Part::Out => return,
            Part::Fetching if open.fetch != Fetch::Here => return,
            Part::Fetching => 0,
            Part::Bid { again, .. } if moment.now < again => {
                return self.timers.wake(id, again);
            }
            // Enough have bid, and the book will have it soon.
            Part::Bid { .. } if moment.assigners(&id).next().is_some() => {
                return self.timers.wake(id, moment.in_ms(BID_AGAIN_MS));
            }
            Part::Bid { times, .. } => times,
        };
        let Some(assign_before) = holds_until(job, times) else {
            return;
        };
        let terms = Terms {
            job: id,
            executor: self.me,
            offer: profile.prices,
            engine: profile.engine.clone(),
            assign_before,
        };
        let bid = Bid::sign(terms, &self.keys, &self.network);
        let wait_ms = BID_AGAIN_MS.saturating_mul(times.saturating_add(1));
        let again = moment.in_ms(wait_ms.min(BID_AGAIN_MOST_MS));
        let times = times.saturating_add(1);
        open.part = Part::Bid { times, again };
        self.timers.wake(id, again);
        self.take_bid(moment, job, bid.clone());
        todo.push(Todo::Bid(bid));
        self.memory.note(id, moment.now, Stage::Bid);
    }

    /// This node does not bid.
    pub(super) fn pass(&mut self, moment: Moment<'_>, id: JobId, why: String) {
        self.auctions.asked.remove(&id);
        if let Some(open) = self.auctions.open.get_mut(&id) {
            open.part = Part::Out;
        }
        self.memory.note(id, moment.now, Stage::Passed(why));
    }

    /// There may be room again: asks for jobs that had to wait for it, the oldest first.
    pub(super) fn ask_for_more(&mut self, moment: Moment<'_>, todo: &mut Vec<Todo>) {
        let queue = self.auctions.queue.iter().take(LOOKED_AT_MAX);
        let ids: Vec<JobId> = queue.map(|(_, id)| *id).collect();
        for id in ids {
            let job = moment.state.job(&id).filter(|job| job.is_open());
            let Some(job) = job else {
                continue;
            };
            if self.consider(moment, id, job, todo) == Room::Full {
                break;
            }
            self.assign(moment, id, job, todo);
        }
    }

    /// This node's offer has changed: looks at every open job anew.
    pub(super) fn consider_all(&mut self, moment: Moment<'_>, todo: &mut Vec<Todo>) {
        let ids: Vec<JobId> = self.auctions.open.keys().copied().collect();
        for id in ids {
            if let Some(job) = moment.state.job(&id).filter(|job| job.is_open()) {
                self.consider(moment, id, job, todo);
                self.assign(moment, id, job, todo);
            }
        }
    }
}

/// Whether a node could ask for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Left,
    Full,
}

/// The last time at which a bid may be taken. Each time that it is told again it holds a moment
/// longer, so that nobody takes it for the one that got lost.
fn holds_until(job: &Job, times: u64) -> Option<Time> {
    let Phase::Open { last_call, .. } = job.phase else {
        return None;
    };
    last_call.after_ms(SPARE_MS.saturating_add(times)).ok()
}
