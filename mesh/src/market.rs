//! The market: what makes jobs move. It sees the agreed book and says what this node must do as
//! coordinator, executor and owner; it has no clock, no I/O and no chance.
//!
//! | to find | read |
//! |---|---|
//! | which bids are known of a job, and where its blocks are | `open.rs`, `early.rs` |
//! | which jobs this node bids for | `bid.rs` |
//! | when it assigns one, and to whom | `assign.rs`, `choice.rs` |
//! | how it runs one and delivers the receipt | `run.rs`, `receipt.rs` |
//! | when it tries one again | `retry.rs` |
//! | what it does after a restart, and when it leaves | `turns.rs` |
//! | what it reads in a block | `facts.rs` |
//! | what it tells people who ask why | `memory.rs` |
//!
//! Whatever it asks for may get lost: what the book does not show after a while is asked for again,
//! and the book takes each thing only once.

mod assign;
mod bid;
mod choice;
mod early;
mod facts;
mod memory;
mod open;
mod receipt;
mod retry;
mod run;
mod timers;
mod turns;

pub(crate) use facts::facts;

use crate::explain::Explanation;
use crate::limits::TICK_JOBS_MAX;
use crate::mempool::Mempool;
use crate::words::RunOrder;
use icn_base::{Cid, Did, JobId, Keypair, NetworkId, Time};
use icn_dag::Block;
use icn_ledger::job::{Assignment, Phase};
use icn_ledger::{Action, Bid, Event, Header, Job, State};
use std::collections::{BTreeMap, BTreeSet};

/// The book as it stands, what waits to get into it, and this machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) state: &'a State,
    pub(crate) mempool: &'a Mempool,
    pub(crate) now: Time,
}

impl Moment<'_> {
    /// The time that the next block will have at the least, if it is made now.
    fn at(&self) -> Time {
        let last = self.state.chain().time;
        self.now.max(last.after_ms(1).unwrap_or(last))
    }

    /// Whose assignments of a job are on their way into the book.
    fn assigners(&self, job: &JobId) -> impl Iterator<Item = Did> {
        self.mempool.assigners(job, self.state, self.at())
    }

    /// True once a deadline is due in the next block.
    fn is_due(&self, deadline: Time) -> bool {
        self.state.chain().time >= deadline
    }

    fn in_ms(&self, ms: u64) -> Time {
        self.now.after_ms(ms).unwrap_or(self.now)
    }
}

/// What the mesh must do, in this order.
#[derive(Clone, Debug)]
pub(crate) enum Todo {
    /// Sign it with this node's key, take it into the mempool, and tell everybody. Messages of a job's
    /// parties have no nonce; a retry takes the next one. What is asked for again is told
    /// again while it waits, and signed anew after that.
    Act(Action),
    /// Tell everybody.
    Bid(Bid),
    /// Sign that the job is open and its blocks are here, and tell everybody.
    Announce(JobId),
    /// Bring these blocks here, and what they link to if they are files, from these or others; then
    /// say [`Market::held`]. Said again for the same job, it names more who may have them.
    Want {
        job: JobId,
        cids: Vec<Cid>,
        from: Vec<Did>,
    },
    /// Those blocks are of no more use.
    Unwant(JobId),
    /// Run it, and say [`Market::ran`].
    Run(Box<RunOrder>),
    /// The run is of no more use.
    Stop(JobId),
    /// To be on disk before anything after it leaves.
    Keep(Vec<Block>),
    /// To be remembered across a restart, in place of what was remembered before.
    Retries(BTreeMap<JobId, u8>),
}

/// The market of one node.
#[derive(Debug)]
pub(crate) struct Market {
    keys: Keypair,
    me: Did,
    network: NetworkId,
    auctions: open::Auctions,
    /// Jobs in which this node stands by, with what a run would take.
    spares: BTreeMap<JobId, turns::Spare>,
    seats: BTreeMap<JobId, run::Seat>,
    /// What runs of this node have written, by how many of them.
    hidden: BTreeMap<Cid, usize>,
    retries: BTreeMap<JobId, u8>,
    /// Who was silent in a job of the block that is looked at.
    silent: BTreeMap<JobId, BTreeSet<Did>>,
    memory: memory::Memory,
    timers: timers::Timers,
    /// Since when it takes no more work.
    leaving: Option<Time>,
    /// True while this node has no room for what a job brings.
    pub(crate) full: bool,
}

impl Market {
    /// The market of the node with these keys. `retries` is what [`Todo::Retries`] said last.
    pub(crate) fn new(keys: Keypair, network: NetworkId, retries: BTreeMap<JobId, u8>) -> Self {
        let me = keys.did();
        Self {
            keys,
            me,
            network,
            auctions: open::Auctions::default(),
            spares: BTreeMap::new(),
            seats: BTreeMap::new(),
            hidden: BTreeMap::new(),
            retries,
            silent: BTreeMap::new(),
            memory: memory::Memory::default(),
            timers: timers::Timers::default(),
            leaving: None,
            full: false,
        }
    }

    /// After each decided block: the moment has the state after it; see [`facts`].
    pub(crate) fn block<'e>(
        &mut self,
        moment: Moment<'_>,
        header: &Header,
        facts: impl Iterator<Item = &'e Event>,
    ) -> Vec<Todo> {
        let (mut todo, mut read) = (Vec::new(), facts::Read::default());
        for fact in facts {
            self.read(moment, fact, &mut read, &mut todo);
        }
        for job in read.jobs {
            self.review(moment, job, Some(header), &mut todo);
        }
        self.silent.clear();
        if read.registered {
            self.consider_all(moment, &mut todo);
        }
        if read.freed {
            self.start_more(moment, &mut todo);
            self.ask_for_more(moment, &mut todo);
            self.assign_more(moment, &mut todo);
        }
        todo
    }

    /// The deadline has come.
    pub(crate) fn tick(&mut self, moment: Moment<'_>) -> Vec<Todo> {
        let mut todo = Vec::new();
        for _ in 0..TICK_JOBS_MAX {
            let Some(job) = self.timers.pop(moment.now) else {
                break;
            };
            self.review(moment, job, None, &mut todo);
        }
        todo
    }

    /// When [`Market::tick`] wants to be called.
    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.timers.next()
    }

    /// True if a block is not to be served yet: what a run of this node wrote, before its job has
    /// ended.
    pub(crate) fn hides(&self, cid: &Cid) -> bool {
        self.hidden.contains_key(cid)
    }

    /// What is remembered of a job.
    pub(crate) fn explain(&self, job: &JobId) -> Option<Explanation> {
        self.memory.explain(job)
    }

    /// Looks at a job as the book has it, and does whatever is due. `header` is that of the block
    /// which the book has just taken.
    fn review(
        &mut self,
        moment: Moment<'_>,
        id: JobId,
        header: Option<&Header>,
        todo: &mut Vec<Todo>,
    ) {
        let Some(job) = moment.state.job(&id) else {
            return;
        };
        match &job.phase {
            Phase::Open { .. } => self.review_open(moment, id, job, todo),
            Phase::Assigned(assigned) => {
                if self.close(&id, todo).is_some() {
                    self.note_seats(&id, assigned);
                }
                self.sit(moment, (id, job), assigned, header);
                self.drive(moment, (id, job), assigned, todo);
            }
            Phase::Ended(ended) => {
                drop(self.close(&id, todo));
                self.spares.remove(&id);
                self.rise(&id, todo);
                self.try_again(moment, (id, job), ended, todo);
                self.timers.forget(&id);
            }
        }
    }

    /// A job is assigned: this node may have got a seat, or stand by.
    fn sit(
        &mut self,
        moment: Moment<'_>,
        (id, job): (JobId, &Job),
        assigned: &Assignment,
        header: Option<&Header>,
    ) {
        let order = header
            .filter(|header| header.height == assigned.height && self.is_party(assigned))
            .map(|header| turns::order(id, job, moment.state.clone(), *header));
        self.take_seat(moment, id, assigned, order);
    }
}

#[cfg(test)]
mod tests;
