//! The coordinator's side, and that of the owner and the validators when it is silent: who gets a
//! job's seats, and when.

use super::choice::{Offered, awaited, choose, lot, sits};
use super::{Market, Moment, Todo};
use crate::limits::{ASSIGN_AGAIN_MS, LOOKED_AT_MAX, SHORT_MS, TURN_MS};
use icn_base::{Did, JobId, Time};
use icn_ledger::job::Phase;
use icn_ledger::{Action, Job};
use std::collections::BTreeSet;

impl Market {
    /// Assigns a job if that is this node's to do, enough have bid, and nobody is worth waiting for.
    pub(super) fn assign(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        job: &Job,
        todo: &mut Vec<Todo>,
    ) {
        if !self.is_time_to_assign(moment, id, job) {
            return;
        }
        self.landed(&id);
        let offered = Offered {
            state: moment.state,
            at: moment.at(),
            id,
            job,
        };
        let Some(open) = self.auctions.open.get_mut(&id) else {
            return;
        };
        let choice = choose(&offered, &open.bids, &self.auctions.taken);
        for (executor, fate) in choice.fates {
            self.memory.fate(&id, &executor, fate);
        }
        let place = (open.opened, id);
        if choice.bids.is_empty() {
            self.auctions.short.insert(place);
            return self.timers.wake(id, moment.in_ms(SHORT_MS));
        }
        self.auctions.short.remove(&place);
        let end = job.opened.after_ms(job.spec.bid_window_ms);
        let end = end.unwrap_or(job.opened);
        if offered.at < end {
            let named = choice.bids.iter().chain(&choice.spares);
            let bidders = named.map(|bid| bid.terms.executor).collect();
            open.awaited = still_awaited(&offered, open.awaited, &bidders);
            if open.awaited.is_some() {
                return self.timers.wake(id, end);
            }
        }
        let executors: Vec<Did> = choice.bids.iter().map(|bid| bid.terms.executor).collect();
        for executor in &executors {
            let taken = self.auctions.taken.entry(*executor).or_default();
            *taken = taken.saturating_add(1);
        }
        open.sent = Some((moment.now, executors));
        self.timers.wake(id, moment.in_ms(ASSIGN_AGAIN_MS));
        todo.push(Todo::Act(Action::AssignJob {
            job: id,
            bids: choice.bids,
            spares: choice.spares,
        }));
    }

    /// True if enough have bid and this node may assign the job now, and did not just do so; else it
    /// is looked at again when that may change.
    fn is_time_to_assign(&mut self, moment: Moment<'_>, id: JobId, job: &Job) -> bool {
        let (Phase::Open { last_call, .. }, Some(open)) = (&job.phase, self.auctions.open.get(&id))
        else {
            return false;
        };
        let seats = usize::from(job.spec.agreement.executors);
        if open.bids.len() < seats || moment.is_due(*last_call) {
            return false;
        }
        let again = |at: Time| at.after_ms(ASSIGN_AGAIN_MS).unwrap_or(*last_call);
        let again = open.sent.as_ref().map(|(at, _)| again(*at));
        if let Some(again) = again.filter(|again| moment.now < *again) {
            self.timers.wake(id, again);
            return false;
        }
        match self.turn(moment, id, job) {
            Some(turn) if moment.at() < turn => {
                self.timers.wake(id, turn);
                false
            }
            // Blocks are full or late; another assignment would only make them more so.
            Some(_) if moment.assigners(&id).any(|did| did != self.me) => {
                self.timers.wake(id, moment.in_ms(ASSIGN_AGAIN_MS));
                false
            }
            turn => turn.is_some(),
        }
    }

    /// An assignment is in the book, or is taken for lost.
    pub(super) fn landed(&mut self, id: &JobId) {
        let open = self.auctions.open.get_mut(id);
        let Some((_, executors)) = open.and_then(|open| open.sent.take()) else {
            return;
        };
        for executor in executors {
            if let Some(taken) = self.auctions.taken.get_mut(&executor) {
                *taken = taken.saturating_sub(1);
                if *taken == 0 {
                    self.auctions.taken.remove(&executor);
                }
            }
        }
    }

    /// From when on this node may assign a job; never if that is not its to do. Its coordinator may
    /// at once; when its time is over, the owner, then one validator after the other.
    fn turn(&self, moment: Moment<'_>, id: JobId, job: &Job) -> Option<Time> {
        let Phase::Open {
            assign_by,
            last_call,
        } = job.phase
        else {
            return None;
        };
        if job.spec.coordinator == self.me {
            return Some(job.opened);
        }
        if job.owner == self.me {
            return Some(assign_by);
        }
        if moment.state.power(&self.me) == 0 {
            return None;
        }
        if moment.at() < assign_by {
            return Some(assign_by);
        }
        let mine = lot(&id, &self.me);
        let validators = moment.state.validators().keys();
        let before = validators.filter(|did| lot(&id, did) < mine).count();
        let before = u64::try_from(before).unwrap_or(u64::MAX);
        let grace_ms = last_call.ms_since(assign_by);
        let wait_ms = before.saturating_add(1).saturating_mul(TURN_MS);
        assign_by.after_ms(wait_ms.min(grace_ms / 2)).ok()
    }

    /// Seats or executors have become free: looks at auctions that had too few good bids.
    pub(super) fn assign_more(&mut self, moment: Moment<'_>, todo: &mut Vec<Todo>) {
        let short = self.auctions.short.iter().take(LOOKED_AT_MAX);
        let ids: Vec<JobId> = short.map(|(_, id)| *id).collect();
        for id in ids {
            if let Some(job) = moment.state.job(&id).filter(|job| job.is_open()) {
                self.assign(moment, id, job, todo);
            }
        }
    }
}

/// Whom an assignment before the end of its window waits for: looked up anew only if the last answer
/// holds no more.
fn still_awaited(offered: &Offered<'_>, last: Option<Did>, bidders: &BTreeSet<Did>) -> Option<Did> {
    let holds = last.filter(|did| {
        let known = offered.state.executor(did);
        let offer = known.map(|known| known.profile.prices);
        !bidders.contains(did) && offer.is_some_and(|offer| sits(offered, did, &offer).is_ok())
    });
    holds.or_else(|| awaited(offered, bidders))
}
