//! Jobs that wait for bids: what is known of each, whoever coordinates it.

use super::early::Early;
use super::{Market, Moment, Todo};
use crate::explain::{Fate, Judged, Stage};
use crate::limits::{AUCTIONS_MAX, BIDS_PER_JOB_MAX, HOLDERS_MAX};
use crate::message::Announcement;
use crate::words::Pass;
use icn_base::run::Input;
use icn_base::{Cid, Did, JobId, Time};
use icn_ledger::job::{Assignment, Phase};
use icn_ledger::{Bid, Job, Reject};
use std::collections::{BTreeMap, BTreeSet};

/// A job that waits for bids.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) opened: Time,
    /// True if this node coordinates it.
    pub(super) mine: bool,
    pub(super) bids: BTreeMap<Did, Bid>,
    pub(super) fetch: Fetch,
    pub(super) part: Part,
    /// When this node assigned it last, and to whom.
    pub(super) sent: Option<(Time, Vec<Did>)>,
    /// One who could still bid, when that was looked up last.
    pub(super) awaited: Option<Did>,
    /// Who has said that it has the blocks.
    holders: BTreeSet<Did>,
}

/// Where a job's blocks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fetch {
    /// Nobody has asked for them.
    Away,
    /// They are on their way.
    Coming,
    /// They are here.
    Here,
}

/// What this node does about a job as an executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing.
    Out,
    /// It bids once its blocks are here.
    Fetching,
    /// It has bid so often, and does so again then.
    Bid { times: u64, again: Time },
}

/// Every job that waits for bids, and those that ask for them.
#[derive(Debug, Default)]
pub(super) struct Auctions {
    pub(super) open: BTreeMap<JobId, Open>,
    pub(super) early: Early,
    /// Those that this node fetches blocks for or bids for.
    pub(super) asked: BTreeSet<JobId>,
    /// Those that it would, if it had room; the oldest first.
    pub(super) queue: BTreeSet<(Time, JobId)>,
    /// Those that have too few good bids; the oldest first.
    pub(super) short: BTreeSet<(Time, JobId)>,
    /// Seats that were given and are not in the book yet.
    pub(super) taken: BTreeMap<Did, u32>,
}

impl Market {
    /// Looks at a job that waits for bids, and does what is due.
    pub(super) fn review_open(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        job: &Job,
        todo: &mut Vec<Todo>,
    ) {
        if !self.auctions.open.contains_key(&id) && !self.begin(moment, id, job, todo) {
            return;
        }
        self.bid_again(moment, id, job, todo);
        self.assign(moment, id, job, todo);
    }

    /// Begins to collect bids for a job, unless its time is over or there is no room.
    fn begin(&mut self, moment: Moment<'_>, id: JobId, job: &Job, todo: &mut Vec<Todo>) -> bool {
        let Phase::Open { last_call, .. } = job.phase else {
            return false;
        };
        let mine = job.spec.coordinator == self.me;
        let room = if mine { AUCTIONS_MAX } else { AUCTIONS_MAX / 2 };
        if last_call <= moment.now || self.auctions.open.len() >= room {
            return false;
        }
        let open = Open {
            opened: job.opened,
            mine,
            bids: BTreeMap::new(),
            fetch: Fetch::Away,
            part: Part::Out,
            sent: None,
            awaited: None,
            holders: BTreeSet::new(),
        };
        self.auctions.open.insert(id, open);
        for bid in self.auctions.early.take(&id) {
            self.take_bid(moment, job, bid);
        }
        if mine {
            self.fetch(id, job, todo);
        }
        self.consider(moment, id, job, todo);
        true
    }

    /// Bids whose signatures hold have come.
    pub(crate) fn bids(&mut self, moment: Moment<'_>, bids: Vec<Bid>) -> (Pass, Vec<Todo>) {
        let (mut pass, mut touched, mut todo) = (Pass::Ignore, BTreeSet::new(), Vec::new());
        for bid in bids {
            let (id, executor) = (bid.terms.job, bid.terms.executor);
            let registered = moment.state.executor(&executor);
            if !registered.is_some_and(|known| known.open) {
                continue;
            }
            let new = match moment.state.job(&id) {
                None => self.auctions.early.put(bid, moment.now),
                Some(job) if job.is_open() => {
                    let new = self.take_bid(moment, job, bid);
                    touched.extend(new.then_some(id));
                    new
                }
                Some(job) => {
                    self.note_late(moment, job, &bid);
                    false
                }
            };
            if new {
                pass = Pass::Accept;
            }
        }
        for id in touched {
            if let Some(job) = moment.state.job(&id) {
                self.assign(moment, id, job, &mut todo);
            }
        }
        (pass, todo)
    }

    /// Takes a bid into its auction; the first of each executor counts.
    pub(super) fn take_bid(&mut self, moment: Moment<'_>, job: &Job, bid: Bid) -> bool {
        let (id, executor) = (bid.terms.job, bid.terms.executor);
        let Some(open) = self.auctions.open.get_mut(&id) else {
            return false;
        };
        let Some(judged) = judged(&bid, job, moment.now, Fate::Waiting) else {
            return false;
        };
        if open.bids.len() >= BIDS_PER_JOB_MAX || open.bids.contains_key(&executor) {
            return false;
        }
        open.bids.insert(executor, bid);
        self.memory.bid(id, executor, judged);
        true
    }

    fn note_late(&mut self, moment: Moment<'_>, job: &Job, bid: &Bid) {
        let id = bid.terms.job;
        let fate = super::choice::refused(&Reject::JobNotOpen { job: id });
        if let Some(judged) = judged(bid, job, moment.now, fate) {
            self.memory.bid(id, bid.terms.executor, judged);
        }
    }

    /// An announcement whose signature holds has come.
    pub(crate) fn announced(
        &mut self,
        moment: Moment<'_>,
        said: &Announcement,
    ) -> (Pass, Vec<Todo>) {
        let (id, holder) = (said.job, said.holder);
        let (Some(open), Some(job)) = (
            self.auctions.open.get_mut(&id),
            moment.state.job(&id).filter(|job| job.is_open()),
        ) else {
            return (Pass::Ignore, Vec::new());
        };
        let actor = moment.state.actor(&holder);
        let known = holder == job.spec.coordinator
            || holder == job.owner
            || actor.is_some_and(|actor| actor.account.is_member());
        if !known || open.holders.len() >= HOLDERS_MAX || !open.holders.insert(holder) {
            return (Pass::Ignore, Vec::new());
        }
        let mut todo = Vec::new();
        if open.fetch == Fetch::Coming && holder != self.me {
            todo.push(Todo::Want {
                job: id,
                cids: needs(job),
                from: vec![holder],
            });
        }
        // This node may have passed because the blocks could not be had.
        self.consider(moment, id, job, &mut todo);
        (Pass::Accept, todo)
    }

    /// Asks for a job's blocks, once.
    pub(super) fn fetch(&mut self, id: JobId, job: &Job, todo: &mut Vec<Todo>) {
        let me = self.me;
        let Some(open) = self.auctions.open.get_mut(&id) else {
            return;
        };
        if open.fetch == Fetch::Away {
            open.fetch = Fetch::Coming;
            let mut from = open.holders.clone();
            from.extend([job.spec.coordinator, job.owner]);
            from.remove(&me);
            todo.push(Todo::Want {
                job: id,
                cids: needs(job),
                from: from.into_iter().collect(),
            });
        }
    }

    /// The blocks of [`Todo::Want`] are on this disk, or will not come for this reason.
    pub(crate) fn held(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        result: Result<(), String>,
    ) -> Vec<Todo> {
        let mut todo = Vec::new();
        let Some(open) = self.auctions.open.get_mut(&id) else {
            return todo;
        };
        let Some(job) = moment.state.job(&id).filter(|job| job.is_open()) else {
            return todo;
        };
        match result {
            Ok(()) => {
                open.fetch = Fetch::Here;
                self.memory.note(id, moment.now, Stage::Fetched);
                if job.spec.coordinator == self.me {
                    todo.push(Todo::Announce(id));
                    self.memory.note(id, moment.now, Stage::Announced);
                }
                self.bid_again(moment, id, job, &mut todo);
                self.assign(moment, id, job, &mut todo);
            }
            Err(why) => {
                open.fetch = Fetch::Away;
                if open.part == Part::Fetching {
                    self.pass(moment, id, why);
                    self.ask_for_more(moment, &mut todo);
                }
            }
        }
        todo
    }

    /// A job waits for bids no more.
    pub(super) fn close(&mut self, id: &JobId, todo: &mut Vec<Todo>) -> Option<Open> {
        self.landed(id);
        let open = self.auctions.open.remove(id)?;
        if open.fetch == Fetch::Coming {
            todo.push(Todo::Unwant(*id));
        }
        self.auctions.asked.remove(id);
        self.auctions.queue.remove(&(open.opened, *id));
        self.auctions.short.remove(&(open.opened, *id));
        Some(open)
    }

    /// Remembers what the book says of the bids for a job that is assigned.
    pub(super) fn note_seats(&mut self, id: &JobId, assigned: &Assignment) {
        let seats = assigned.seats.iter().map(|seat| seat.executor);
        for (place, executor) in seats.enumerate() {
            let rank = place.saturating_add(1);
            self.memory.fate(id, &executor, Fate::Chosen { rank });
        }
        for (place, spare) in assigned.spares.iter().enumerate() {
            let rank = assigned.seats.len().saturating_add(place).saturating_add(1);
            let executor = spare.terms.executor;
            self.memory.fate(id, &executor, Fate::Spare { rank });
        }
    }
}

/// A bid as it is remembered; none if nobody could ever pay it.
fn judged(bid: &Bid, job: &Job, at: Time, fate: Fate) -> Option<Judged> {
    Some(Judged {
        offer: bid.terms.offer,
        worst: bid.worst_case(job.spec.fuel_limit).ok()?,
        at,
        fate,
    })
}

/// The blocks that it takes to run a job.
fn needs(job: &Job) -> Vec<Cid> {
    let spec = &job.spec;
    let input = match &spec.input {
        Input::Cid(cid) => Some(*cid),
        Input::Inline(_) => None,
    };
    let first = [spec.module].into_iter().chain(input);
    first
        .chain(spec.reads.iter().map(|read| read.cid))
        .collect()
}
