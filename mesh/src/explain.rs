//! Why a job went as it did: what its coordinator remembers of bids, and when each stage came.
//!
//! This is a node's memory and not the book's: it answers `icn job explain`, and nothing is decided
//! by it.

use icn_base::{Did, Mana, Time};
use icn_economics::Offer;
use std::fmt;

/// What is remembered of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, in order.
    pub stages: Vec<(Time, Stage)>,
    /// What became of each bid, in the order of the executors.
    pub bids: Vec<(Did, Judged)>,
}

/// A point of a job's life, as this node saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It opened.
    Opened,
    /// It was announced.
    Announced,
    /// What it needs is here.
    Fetched,
    /// This node does not bid, for this reason.
    Passed(String),
    /// This node has bid.
    Bid,
    /// Its seats were given.
    Assigned(Vec<Did>),
    /// A run began here.
    Running,
    /// A run ended here.
    Ran,
    /// This node gave its seat back, for this reason.
    Declined(String),
    /// An executor gave its seat back; a spare bid may have taken it.
    Returned {
        /// Who.
        executor: Did,
        /// Who has it now.
        next: Option<Did>,
    },
    /// This executor sealed its receipt.
    Sealed(Did),
    /// This executor showed its receipt.
    Revealed(Did),
    /// It ended.
    Ended(String),
    /// It was submitted again.
    Retried,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened => f.write_str("opened"),
            Self::Announced => f.write_str("announced"),
            Self::Fetched => f.write_str("fetched what it needs"),
            Self::Passed(why) => write!(f, "passed: {why}"),
            Self::Bid => f.write_str("bid"),
            Self::Assigned(to) => {
                f.write_str("assigned to")?;
                to.iter().try_for_each(|did| write!(f, " {did}"))
            }
            Self::Running => f.write_str("running here"),
            Self::Ran => f.write_str("ran here"),
            Self::Declined(why) => write!(f, "declined: {why}"),
            Self::Returned { executor, next } => {
                write!(f, "given back by {executor}")?;
                next.map_or(Ok(()), |next| write!(f, ", now with {next}"))
            }
            Self::Sealed(did) => write!(f, "sealed by {did}"),
            Self::Revealed(did) => write!(f, "receipt shown by {did}"),
            Self::Ended(how) => write!(f, "ended: {how}"),
            Self::Retried => f.write_str("submitted again"),
        }
    }
}

/// A bid and what the coordinator thought of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was asked.
    pub offer: Offer,
    /// The most that the run could have cost.
    pub worst: Mana,
    /// When it came.
    pub at: Time,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It waits.
    Waiting,
    /// It was given a seat; 1 is the best.
    Chosen {
        /// Its place.
        rank: usize,
    },
    /// It stands by, in case that a seat is given back.
    Spare {
        /// Its place.
        rank: usize,
    },
    /// The book would refuse it.
    Refused {
        /// The number of the refusal.
        number: u16,
        /// Its text.
        why: String,
    },
}
