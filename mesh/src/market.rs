//! The market: what makes jobs move. It sees the agreed book and says what this node must do as
//! coordinator, executor and owner; it has no clock, no I/O and no chance.
//!
//! Whatever it asks for may get lost: an action that the book does not show after a while is asked
//! for again, and the book takes each only once.

use crate::explain::Explanation;
use crate::message::Announcement;
use crate::words::{Pass, Ran, RunOrder};
use icn_base::{Cid, Did, JobId, Keypair, NetworkId, Time};
use icn_dag::Block;
use icn_ledger::{Action, Bid, Event, Header, State, Verdict};
use std::collections::BTreeMap;

/// The book as it stands, and this machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Time,
}

/// What the mesh must do, in this order.
#[derive(Clone, Debug)]
pub(crate) enum Todo {
    /// Sign it with this node's key, take it into the mempool, and tell everybody. Messages of a job's
    /// parties have no nonce; a retry takes the next one. What is asked for again is to be signed
    /// anew, with a later `valid_until`, so that nobody takes it for the one that got lost.
    Act(Action),
    /// Tell everybody.
    Bid(Bid),
    /// Tell everybody.
    Announce(Announcement),
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
    retries: BTreeMap<JobId, u8>,
}

/// Everything that a block has changed, in order.
pub(crate) fn facts<'e>(
    verdicts: &'e [Verdict],
    due: &'e [Event],
) -> impl Iterator<Item = &'e Event> {
    let applied = verdicts.iter().flat_map(|verdict| match verdict {
        Verdict::Applied(events) => events.as_slice(),
        Verdict::Failed(_) | Verdict::Refused(_) => &[],
    });
    applied.chain(due)
}

impl Market {
    /// The market of the node with these keys. `retries` is what [`Todo::Retries`] said last.
    pub(crate) fn new(keys: Keypair, network: NetworkId, retries: BTreeMap<JobId, u8>) -> Self {
        let me = keys.did();
        Self {
            keys,
            me,
            network,
            retries,
        }
    }

    /// Takes up, once after a start, what the book says is this node's to do. `past` gives the state
    /// after a block and its header, if it can be had; a run whose snapshot is gone is declined.
    pub(crate) fn restart(
        &mut self,
        moment: Moment<'_>,
        past: impl FnMut(u64) -> Option<(State, Header)>,
    ) -> Vec<Todo> {
        let _ = (moment, past);
        Vec::new()
    }

    /// After each decided block: the moment has the state after it; see [`facts`].
    pub(crate) fn block<'e>(
        &mut self,
        moment: Moment<'_>,
        header: &Header,
        facts: impl Iterator<Item = &'e Event>,
    ) -> Vec<Todo> {
        let _ = (moment, header, facts.count());
        Vec::new()
    }

    /// Bids whose signatures hold have come.
    pub(crate) fn bids(&mut self, moment: Moment<'_>, bids: Vec<Bid>) -> (Pass, Vec<Todo>) {
        let _ = (moment, bids);
        (Pass::Ignore, Vec::new())
    }

    /// An announcement whose signature holds has come.
    pub(crate) fn announced(
        &mut self,
        moment: Moment<'_>,
        said: &Announcement,
    ) -> (Pass, Vec<Todo>) {
        let _ = (moment, said);
        (Pass::Ignore, Vec::new())
    }

    /// The blocks of [`Todo::Want`] are on this disk, or will not come for this reason.
    pub(crate) fn held(
        &mut self,
        moment: Moment<'_>,
        job: JobId,
        result: Result<(), String>,
    ) -> Vec<Todo> {
        let _ = (moment, job, result);
        Vec::new()
    }

    /// A run of [`Todo::Run`] has come to its end.
    pub(crate) fn ran(
        &mut self,
        moment: Moment<'_>,
        job: JobId,
        started: Time,
        result: Result<Box<Ran>, String>,
    ) -> Vec<Todo> {
        let _ = (moment, job, started, result);
        Vec::new()
    }

    /// The deadline has come.
    pub(crate) fn tick(&mut self, moment: Moment<'_>) -> Vec<Todo> {
        let _ = moment;
        Vec::new()
    }

    /// When [`Market::tick`] wants to be called.
    pub(crate) fn next_deadline(&self) -> Option<Time> {
        None
    }

    /// A job that this node has signed itself, before it is in the book, is to be tried again so
    /// often.
    pub(crate) fn retry(&mut self, moment: Moment<'_>, job: JobId, times: u8) -> Vec<Todo> {
        let _ = (moment, job, times);
        Vec::new()
    }

    /// Take no more work; see [`Market::is_idle`].
    pub(crate) fn leave(&mut self, moment: Moment<'_>) -> Vec<Todo> {
        let _ = moment;
        Vec::new()
    }

    /// True if nobody waits for anything that only this node can do.
    pub(crate) fn is_idle(&self) -> bool {
        true
    }

    /// True if a block is not to be served yet: what a run of this node wrote, before its job has
    /// ended.
    pub(crate) fn hides(&self, cid: &Cid) -> bool {
        let _ = cid;
        false
    }

    /// What is remembered of a job.
    pub(crate) fn explain(&self, job: &JobId) -> Option<Explanation> {
        let _ = job;
        None
    }
}
