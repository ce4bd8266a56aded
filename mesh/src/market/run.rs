//! The executor's side once it has a seat: run, make a receipt, deliver it; or give the seat back.
//!
//! What to do next is read from the book and from what stands here, so a message that got lost is
//! sent again, and a node that was away takes up where the book says that it is.

use super::receipt::{Made, cut};
use super::{Market, Moment, Todo};
use crate::explain::Stage;
use crate::limits::{ACT_AGAIN_MS, LOOK_AGAIN_MS};
use crate::words::{Ran, RunOrder};
use icn_base::run::{Receipt, Snapshot};
use icn_base::{Cid, JobId, Time};
use icn_ledger::job::{Assignment, Work, seal};
use icn_ledger::{Action, Job};

/// A seat of this node, from its assignment to the job's end.
#[derive(Debug)]
pub(super) struct Seat {
    part: Run,
    /// What was sent last, and when.
    sent: Option<(Step, Time)>,
    /// True once nothing is left to do but to wait for the job's end.
    pub(super) done: bool,
    /// What its run has written.
    wrote: Vec<Cid>,
}

/// How far a run is.
#[derive(Debug)]
enum Run {
    /// It waits for a place on this machine.
    Ready(Box<RunOrder>),
    /// It runs, on this snapshot.
    Running(Snapshot),
    /// It has a receipt; the second is its claim.
    Receipt(Box<Receipt>, Cid),
    /// It will have none, for this reason.
    Unfit(String),
}

/// What a seat asks for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Nothing more.
    Done,
    /// To be looked at again then.
    Look(Time),
    /// A message.
    Send(Step),
}

/// What a seat says to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Decline,
    Commit,
    Settle,
}

impl Seat {
    /// One whose run has all it needs, or will never have it.
    pub(super) fn new(order: Result<Box<RunOrder>, String>) -> Self {
        Self {
            part: order.map_or_else(Run::Unfit, Run::Ready),
            sent: None,
            done: false,
            wrote: Vec::new(),
        }
    }

    fn is_running(&self) -> bool {
        matches!(self.part, Run::Running(_))
    }
}

impl Market {
    /// Does what this node's seat asks for, as the book has it.
    pub(super) fn drive(
        &mut self,
        moment: Moment<'_>,
        (id, job): (JobId, &Job),
        assigned: &Assignment,
        todo: &mut Vec<Todo>,
    ) {
        let mut seats = assigned.seats.iter();
        let work = seats.find(|seat| seat.executor == self.me);
        let Some(work) = work.map(|seat| seat.work) else {
            return self.rise(&id, todo);
        };
        let leaving = self.leaving.is_some();
        let Some(seat) = self.seats.get_mut(&id) else {
            return;
        };
        if leaving && matches!(seat.part, Run::Ready(_)) {
            seat.part = Run::Unfit("the node is leaving the mesh".into());
        }
        let late = moment.is_due(job.spec.deadline);
        let next = match (work, &seat.part) {
            (Work::Declined, _) => return self.rise(&id, todo),
            (Work::Revealed { .. }, _) => Next::Done,
            (Work::Running | Work::Sealed { .. }, Run::Ready(_)) => {
                return self.start(moment, id, todo);
            }
            (Work::Running | Work::Sealed { .. }, Run::Running(_)) => return,
            (Work::Running, _) if late || assigned.reveal_by.is_some() => Next::Done,
            (Work::Running, Run::Unfit(_)) => Next::Send(Step::Decline),
            (Work::Running, Run::Receipt(..)) if job.is_sealed() => Next::Send(Step::Commit),
            (Work::Running, Run::Receipt(..)) => Next::Send(Step::Settle),
            (Work::Sealed { .. }, Run::Unfit(_)) => Next::Done,
            (Work::Sealed { .. }, Run::Receipt(..)) => match assigned.reveal_by {
                Some(by) if moment.is_due(by) => Next::Done,
                Some(_) => Next::Send(Step::Settle),
                // If others never seal, the deadline opens the time of revealing, and no fact tells
                // of it.
                None => Next::Look(job.spec.deadline.max(moment.in_ms(LOOK_AGAIN_MS))),
            },
        };
        match next {
            Next::Done => seat.done = true,
            Next::Look(at) => self.timers.wake(id, at),
            Next::Send(step) => self.send(moment, (id, job), step, todo),
        }
    }

    /// Sends a message of this seat, unless it was sent a moment ago.
    fn send(
        &mut self,
        moment: Moment<'_>,
        (id, job): (JobId, &Job),
        step: Step,
        todo: &mut Vec<Todo>,
    ) {
        let salt = self.salt(&id);
        let Some(seat) = self.seats.get_mut(&id) else {
            return;
        };
        if let Some((last, at)) = seat.sent
            && last == step
            && moment.now.ms_since(at) < ACT_AGAIN_MS
        {
            let again = at.after_ms(ACT_AGAIN_MS).unwrap_or(at);
            return self.timers.wake(id, again);
        }
        let action = match (step, &seat.part) {
            (Step::Decline, Run::Unfit(reason)) => Action::DeclineJob {
                job: id,
                reason: reason.clone(),
            },
            (Step::Commit, Run::Receipt(_, claim)) => Action::CommitReceipt {
                job: id,
                seal: seal(&self.network, &id, &self.me, claim, &salt),
            },
            (Step::Settle, Run::Receipt(receipt, _)) => Action::SettleJob {
                receipt: receipt.clone(),
                salt: job.is_sealed().then_some(salt),
            },
            _ => return,
        };
        seat.sent = Some((step, moment.now));
        self.timers.wake(id, moment.in_ms(ACT_AGAIN_MS));
        todo.push(Todo::Act(action));
    }

    /// Starts a run if this machine has a place for it and its outcome is still of use.
    fn start(&mut self, moment: Moment<'_>, id: JobId, todo: &mut Vec<Todo>) {
        let running = self.seats.values().filter(|seat| seat.is_running()).count();
        let known = moment.state.executor(&self.me);
        let capacity = known.map_or(1, |known| known.profile.capacity);
        if usize::try_from(capacity).is_ok_and(|capacity| running >= capacity) {
            return;
        }
        let Some(seat) = self.seats.get_mut(&id) else {
            return;
        };
        let Run::Ready(order) = &seat.part else {
            return;
        };
        let snapshot = order.state.snapshot_after(order.header.height);
        let snapshot = snapshot.ok_or("the state of its snapshot has no root");
        let snapshot = match snapshot {
            Ok(snapshot) if order.deadline > moment.now => snapshot,
            Ok(_) => return self.give_up(moment, id, "by this machine's clock it is too late"),
            Err(why) => return self.give_up(moment, id, why),
        };
        let started = std::mem::replace(&mut seat.part, Run::Running(snapshot));
        if let Run::Ready(order) = started {
            todo.push(Todo::Run(order));
            self.memory.note(id, moment.now, Stage::Running);
        }
    }

    /// A run that cannot begin is declined, as soon as the book lets it.
    fn give_up(&mut self, moment: Moment<'_>, id: JobId, why: &str) {
        if let Some(seat) = self.seats.get_mut(&id) {
            seat.part = Run::Unfit(why.into());
            self.timers.wake(id, moment.now);
        }
    }

    /// A run of [`Todo::Run`] has come to its end.
    pub(crate) fn ran(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        started: Time,
        result: Result<Box<Ran>, String>,
    ) -> Vec<Todo> {
        let mut todo = Vec::new();
        let job = moment.state.job(&id);
        let (Some(job), Some(seat)) = (job, self.seats.get(&id)) else {
            return todo;
        };
        let Run::Running(snapshot) = seat.part else {
            return todo;
        };
        let made = result.and_then(|ran| self.receipt(moment, (id, job, snapshot), started, *ran));
        let stage = match &made {
            Ok(_) => Stage::Ran,
            Err(why) => Stage::Declined(why.clone()),
        };
        self.memory.note(id, moment.now, stage);
        let Some(seat) = self.seats.get_mut(&id) else {
            return todo;
        };
        match made {
            Ok(Made {
                receipt,
                claim,
                blocks,
            }) => {
                seat.part = Run::Receipt(Box::new(receipt), claim);
                seat.wrote = blocks.iter().map(|block| *block.cid()).collect();
                for cid in &seat.wrote {
                    let hidden = self.hidden.entry(*cid).or_default();
                    *hidden = hidden.saturating_add(1);
                }
                todo.push(Todo::Keep(blocks));
            }
            Err(mut why) => {
                cut(&mut why);
                seat.part = Run::Unfit(why);
            }
        }
        self.review(moment, id, None, &mut todo);
        self.start_more(moment, &mut todo);
        todo
    }

    /// A run has ended: the next that waits begins.
    pub(super) fn start_more(&mut self, moment: Moment<'_>, todo: &mut Vec<Todo>) {
        let ready = self
            .seats
            .iter()
            .filter(|(_, seat)| matches!(seat.part, Run::Ready(_)));
        let ids: Vec<JobId> = ready.map(|(id, _)| *id).collect();
        for id in ids {
            self.start(moment, id, todo);
        }
    }

    /// This node has the seat no more.
    pub(super) fn rise(&mut self, id: &JobId, todo: &mut Vec<Todo>) {
        let Some(seat) = self.seats.remove(id) else {
            return;
        };
        if seat.is_running() {
            todo.push(Todo::Stop(*id));
        }
        for cid in &seat.wrote {
            if let Some(hidden) = self.hidden.get_mut(cid) {
                *hidden = hidden.saturating_sub(1);
                if *hidden == 0 {
                    self.hidden.remove(cid);
                }
            }
        }
    }
}
