//! What goes into a node and what comes out.

use crate::explain::Explanation;
use crate::mempool::{NotTaken, Waiting};
use crate::message::{Answer, Ask, Gossip, Heard};
use crate::open::Checkpoint;
use crate::peers::Offence;
use icn_base::order::Certificate;
use icn_base::run::Outcome;
use icn_base::{Cid, Did, JobId, Time, TxId};
use icn_consensus::{Entry, Highest, Silence};
use icn_dag::Block;
use icn_ledger::{Action, Header, State, Verdict};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whatever the shell wants to find again: it comes back with the answer.
pub type Ticket = u64;

/// What happens to a node.
#[derive(Clone, Debug)]
pub enum Input {
    /// A peer is connected.
    Joined(Did),
    /// A peer is gone.
    Left(Did),
    /// A peer brought gossip. [`Gossip::read`] has looked at it, perhaps on another thread.
    Heard {
        /// Who brought it.
        from: Did,
        /// What it says.
        heard: Heard,
        /// Comes back with [`Effect::Verdict`].
        ticket: Ticket,
    },
    /// A peer brought something that is no message, or signed by nobody.
    Offended {
        /// Who.
        by: Did,
        /// What it did.
        offence: Offence,
    },
    /// A peer asks.
    Asked {
        /// Who.
        from: Did,
        /// What.
        ask: Ask,
        /// Comes back with [`Effect::Answer`].
        ticket: Ticket,
    },
    /// A peer has answered what [`Effect::Ask`] asked, or will not.
    Answered {
        /// The number of the question.
        id: u64,
        /// The answer; none if there is none.
        answer: Option<Answer>,
    },
    /// Transactions that users have signed.
    Submit {
        /// Which.
        txs: Vec<Waiting>,
        /// Comes back with [`Effect::Taken`].
        ticket: Ticket,
    },
    /// An action that this node signs with its own key.
    Act {
        /// Which.
        action: Action,
        /// How often a job that fails for lack of executors is tried again.
        retries: u8,
        /// Comes back with [`Effect::Taken`].
        ticket: Ticket,
    },
    /// A job that this node has signed is to be tried again so often, if it fails for lack of
    /// executors.
    Retry {
        /// The job.
        job: JobId,
        /// How often.
        times: u8,
    },
    /// Blocks that users have brought: jobs may wait for them.
    Put(Vec<Block>),
    /// A run that [`Effect::Run`] ordered has come to its end.
    Ran {
        /// The job.
        job: JobId,
        /// When it began, by this machine's clock.
        started: Time,
        /// What came of it, or why this machine could not run it.
        result: Result<Box<Ran>, String>,
    },
    /// Why did a job go as it did?
    Explain {
        /// The job.
        job: JobId,
        /// Comes back with [`Effect::Explained`].
        ticket: Ticket,
    },
    /// Take no more work, hand back or finish what is there, and say [`Effect::Gone`].
    Leave,
    /// The deadline has come.
    Tick,
}

/// A run's outcome and the blocks that it takes to keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The outcome.
    pub outcome: Outcome,
    /// Output, log and journal.
    pub blocks: Vec<Block>,
}

/// What one or more inputs have led to: first everything in `keep` is on disk, in the order of its
/// fields; only then are the effects done.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Output {
    /// What must be on disk first.
    pub keep: Keep,
    /// What leaves the node, or the machine.
    pub effects: Vec<Effect>,
}

/// What a node must remember before anything leaves.
#[derive(Clone, Debug, Default)]
pub struct Keep {
    /// Blocks, with the names of this batch in one commit.
    pub blocks: Vec<Block>,
    /// Names to point somewhere: [`crate::names`] lists them.
    pub names: BTreeMap<String, Option<Cid>>,
    /// Appended to the log of order.
    pub log: Vec<Entry>,
    /// Written in place of the highest-signed record.
    pub highest: Option<Highest>,
    /// Entries of the log below this height are needed no more.
    pub forget_below: Option<u64>,
}

impl Keep {
    /// True if nothing must be written before effects are done.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
            && self.names.is_empty()
            && self.log.is_empty()
            && self.highest.is_none()
    }
}

/// What leaves a node.
#[derive(Clone, Debug)]
pub enum Effect {
    /// To everybody.
    Gossip(Gossip),
    /// Whether gossip is passed on.
    Verdict {
        /// Of [`Input::Heard`].
        ticket: Ticket,
        /// Whether.
        verdict: Pass,
    },
    /// To one peer.
    Ask {
        /// Comes back with [`Input::Answered`].
        id: u64,
        /// Whom.
        to: Did,
        /// What.
        ask: Ask,
    },
    /// The answer to a peer.
    Answer {
        /// Of [`Input::Asked`].
        ticket: Ticket,
        /// The answer.
        answer: Answer,
    },
    /// A peer has done too much: hear nothing of it until then.
    Ban {
        /// Whom.
        peer: Did,
        /// Until when.
        until: Time,
        /// What was too much.
        offence: Offence,
    },
    /// What became of transactions that were submitted here.
    Taken {
        /// Of [`Input::Submit`] or [`Input::Act`].
        ticket: Ticket,
        /// One for each.
        results: Vec<Result<TxId, NotTaken>>,
    },
    /// Run a job, and say [`Input::Ran`].
    Run(Box<RunOrder>),
    /// The run is of no more use.
    Stop(JobId),
    /// A block was decided and is in the book.
    Decided(Arc<Decided>),
    /// Why a job went as it did; none if nothing is known here.
    Explained {
        /// Of [`Input::Explain`].
        ticket: Ticket,
        /// The reasons.
        explanation: Option<Box<Explanation>>,
    },
    /// Those who order from now on: stay connected with them.
    Validators(Vec<Did>),
    /// This node signs nothing at this height.
    Silent {
        /// The height.
        height: u64,
        /// Why.
        why: Silence,
    },
    /// Put this state on disk when there is time: first [`Checkpoint::blocks`], then
    /// [`crate::names::CHECKPOINT`] at [`Checkpoint::block`]. Nothing waits for it.
    Checkpoint(Checkpoint, Box<State>),
    /// Nothing is left to do here: the process may end.
    Gone,
}

/// Whether gossip is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// It is good and new.
    Accept,
    /// It is of no use, and nobody's fault.
    Ignore,
    /// It should never have been sent.
    Reject,
}

/// All that a run is a function of.
#[derive(Clone, Debug)]
pub struct RunOrder {
    /// The job.
    pub job: JobId,
    /// The state after the block that assigned it.
    pub state: State,
    /// That block's header.
    pub header: Header,
    /// Until when its outcome is of use.
    pub deadline: Time,
}

/// How far this node's clock is from that of those who order, in ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// This one is ahead.
    Ahead(u64),
    /// This one is behind.
    Behind(u64),
}

/// A decided block.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Its header.
    pub header: Header,
    /// The header's CID, which is the block's id.
    pub block: Cid,
    /// That it was decided.
    pub certificate: Certificate,
    /// Its transactions.
    pub txs: Vec<TxId>,
    /// What became of them.
    pub verdicts: Vec<Verdict>,
    /// What fell due.
    pub due: Vec<icn_ledger::Event>,
    /// The state after it. Cloning it costs next to nothing.
    pub state: State,
    /// The root of that state.
    pub root: Cid,
    /// How the height is kept here: a [`crate::Sealed`].
    pub sealed: Cid,
}
