//! What goes in and what comes out.

use crate::{Entry, Highest, Message, Pace, Validators};
use icn_base::order::{Certificate, CertificateError, Evidence};
use icn_base::{Cid, Did, Time};

/// What happens to a validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The next height, after the block of the last one and its certificate are on disk. Nothing
    /// is said about it until there is something to decide.
    Begin {
        /// The height: above all before it.
        height: u64,
        /// Its validators.
        validators: Validators,
        /// Its times.
        pace: Pace,
    },
    /// There is something to decide: transactions wait, or a deadline is due.
    Work,
    /// The block that [`Effect::Propose`] asked for. It is on disk.
    Propose {
        /// The height that was asked for.
        height: u64,
        /// The round that was asked for.
        round: u32,
        /// The block.
        block: Cid,
    },
    /// The answer to [`Effect::Judge`]. If it is yes, the block is on disk.
    Judged {
        /// The height that was asked for.
        height: u64,
        /// The block.
        block: Cid,
        /// Whether it may follow.
        valid: bool,
    },
    /// Somebody brought a message.
    Heard(Message),
    /// Somebody brought the proof that this height is decided, and the block is on disk.
    Decided(Certificate),
    /// The deadline has come.
    Tick,
}

/// What a validator wants done, in this order: what it must remember before anything leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Output {
    /// First: appended to the log, and on disk.
    pub log: Vec<Entry>,
    /// Then: written in place of the record, and on disk.
    pub highest: Option<Highest>,
    /// Only then.
    pub effects: Vec<Effect>,
}

/// What leaves a validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// To all validators.
    Send(Message),
    /// It is our turn: make a block and answer with [`Input::Propose`], or let it pass.
    Propose {
        /// The height.
        height: u64,
        /// The round.
        round: u32,
        /// When nobody waits for it any more.
        until: Time,
    },
    /// Fetch this block, look whether it may follow, and answer with [`Input::Judged`].
    Judge {
        /// The height.
        height: u64,
        /// The round.
        round: u32,
        /// Who proposed it, and so has it.
        proposer: Did,
        /// The block.
        block: Cid,
    },
    /// The height is decided, and this proves it. Commit it, then begin the next.
    Decided(Certificate),
    /// A validator said two things: a transaction for the book.
    Accuse(Evidence),
    /// A validator is still at a height that is decided here: send it the certificate.
    Answer {
        /// Who.
        to: Did,
        /// Which height.
        height: u64,
    },
    /// Others are beyond this height: ask them for its certificate.
    Behind {
        /// The height under way here.
        height: u64,
    },
    /// A certificate that was brought proves nothing.
    Refused {
        /// The height it was for.
        height: u64,
        /// What is wrong with it.
        why: CertificateError,
    },
    /// The message that was heard is not signed by who it names: whoever brought it made it up, or
    /// passes on what it has not looked at.
    Forged,
    /// Log entries of lower heights are needed no more.
    Forget {
        /// The height that has begun.
        below: u64,
    },
    /// This node signs nothing at this height, so that it cannot sign twice.
    Silent {
        /// The height.
        height: u64,
        /// For which reason.
        why: Silence,
    },
}

/// Why a validator does not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// The log does not reach as far as the highest-signed record.
    #[error(
        "the log lacks what was signed up to height {}, round {}: it was lost, or the directory is \
         an old copy; this node votes again once the others have passed that height",
        .0.height, .0.round
    )]
    LogLost(Highest),
    /// The log contradicts itself.
    #[error("the log contradicts itself; this node votes again at the next height")]
    LogSpoilt,
    /// Somebody else signs with this key.
    #[error(
        "another node signs with this key: stop one of the two; this node stays silent until it is \
         started again"
    )]
    KeyElsewhere,
}

/// Our own fault, not a peer's: the process should end and begin again from its disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Heights go up.
    #[error("height {begun} was begun at height {height}")]
    Order {
        /// The height under way.
        height: u64,
        /// The one that was begun.
        begun: u64,
    },
    /// The core gave up.
    #[error("the core gave up at height {height}: {why}")]
    Core {
        /// The height under way.
        height: u64,
        /// What it says.
        why: String,
    },
}
