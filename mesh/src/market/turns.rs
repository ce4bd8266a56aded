//! The turns of a node's life: it gets a seat, it starts again, it leaves.

use super::open::{Fetch, Part};
use super::run::Seat;
use super::{Market, Moment, Todo};
use crate::limits::SPARES_HELD_MAX;
use crate::words::RunOrder;
use icn_base::{JobId, Time};
use icn_ledger::job::{Assignment, Phase, Work};
use icn_ledger::{Header, Job, State};
use std::collections::BTreeMap;

/// What a run takes of a job in which this node stands by, if it is at hand.
pub(super) type Spare = Option<Box<RunOrder>>;

/// What a run of this job is a function of.
pub(super) fn order(job: JobId, row: &Job, state: State, header: Header) -> Box<RunOrder> {
    Box::new(RunOrder {
        job,
        state,
        header,
        deadline: row.spec.deadline,
    })
}

impl Market {
    /// Takes a seat that the book gives to this node, with what its run takes, if that is at hand; or
    /// stands by for one.
    pub(super) fn take_seat(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        assigned: &Assignment,
        order: Option<Box<RunOrder>>,
    ) {
        let mut seats = assigned.seats.iter();
        let seat = seats.find(|seat| seat.executor == self.me);
        if let Some(seat) = seat {
            let spare = self.spares.remove(&id).flatten();
            let mine = matches!(seat.work, Work::Running | Work::Sealed { .. });
            if mine && !self.seats.contains_key(&id) {
                let order = order.or(spare);
                let order = order.ok_or("the state of the job's snapshot is not here any more");
                self.seats
                    .insert(id, Seat::new(order.map_err(str::to_string)));
            }
            return;
        }
        let mut bids = assigned.spares.iter();
        let bid = bids.find(|bid| bid.terms.executor == self.me);
        match bid.map(|bid| bid.terms.assign_before) {
            Some(until) if moment.now <= until => {
                self.timers.wake(id, until.after_ms(1).unwrap_or(until));
                let room = self.spares.len() < SPARES_HELD_MAX;
                self.spares.entry(id).or_insert(order.filter(|_| room));
            }
            _ => drop(self.spares.remove(&id)),
        }
    }

    /// Takes up, once after a start, what the book says is this node's to do. `past` gives the state
    /// after a block and its header, if it can be had; a run whose snapshot is gone is declined.
    pub(crate) fn restart(
        &mut self,
        moment: Moment<'_>,
        mut past: impl FnMut(u64) -> Option<(State, Header)>,
    ) -> Vec<Todo> {
        let mut todo = Vec::new();
        let mut known: BTreeMap<u64, Option<(State, Header)>> = BTreeMap::new();
        self.follow_all(moment, &mut todo);
        for (id, job) in moment.state.jobs_after(None) {
            match &job.phase {
                Phase::Open { .. } => self.review_open(moment, *id, job, &mut todo),
                Phase::Assigned(assigned) if self.is_party(assigned) => {
                    let height = assigned.height;
                    let past = known.entry(height).or_insert_with(|| past(height));
                    let order = past
                        .as_ref()
                        .map(|(state, header)| order(*id, job, state.clone(), *header));
                    self.take_seat(moment, *id, assigned, order);
                    self.drive(moment, (*id, job), assigned, &mut todo);
                }
                Phase::Assigned(_) => {}
                Phase::Ended(ended) => self.try_again(moment, (*id, job), ended, &mut todo),
            }
        }
        todo
    }

    /// True if this node has a seat or stands by for one.
    pub(super) fn is_party(&self, assigned: &Assignment) -> bool {
        let mut seats = assigned.seats.iter();
        let mut spares = assigned.spares.iter();
        seats.any(|seat| seat.executor == self.me)
            || spares.any(|bid| bid.terms.executor == self.me)
    }

    /// Take no more work: no bids; seats whose run has not begun are given back; see
    /// [`Market::is_idle`].
    pub(crate) fn leave(&mut self, moment: Moment<'_>) -> Vec<Todo> {
        let mut todo = Vec::new();
        if self.leaving.is_some() {
            return todo;
        }
        self.leaving = Some(moment.now);
        self.auctions.queue.clear();
        let asked: Vec<JobId> = self.auctions.asked.iter().copied().collect();
        for id in asked {
            let job = moment.state.job(&id);
            let mine = job.is_some_and(|job| job.spec.coordinator == self.me);
            let Some(open) = self.auctions.open.get_mut(&id) else {
                continue;
            };
            if open.part == Part::Fetching {
                if !mine && open.fetch == Fetch::Coming {
                    open.fetch = Fetch::Away;
                    todo.push(Todo::Unwant(id));
                }
                self.pass(moment, id, "the node is leaving the mesh".into());
            }
        }
        let seats: Vec<JobId> = self.seats.keys().copied().collect();
        for id in seats {
            self.review(moment, id, None, &mut todo);
        }
        todo
    }

    /// True if nobody waits for anything that only this node can do: no seat, no bid that could get
    /// one, no job to assign that was there before it left.
    pub(crate) fn is_idle(&self) -> bool {
        let leaving = self.leaving.unwrap_or(Time::ZERO);
        let mut open = self.auctions.open.values();
        self.seats.values().all(|seat| seat.done)
            && self.spares.is_empty()
            && self.auctions.asked.is_empty()
            && !open.any(|open| open.mine && open.opened <= leaving)
    }
}
