//! Evidence: a validator said two things where it may say one.

use super::vote::bytes;
use super::{Proposal, Signed, Statement, Step, Vote};
use crate::{Did, NetworkId};
use serde::{Deserialize, Serialize};

/// Two statements of one validator for one height, round and step. An honest one never makes them,
/// whatever happens to its disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Evidence {
    /// Two votes.
    Votes {
        /// The one whose bytes come first.
        first: Signed<Vote>,
        /// The other.
        second: Signed<Vote>,
    },
    /// Two proposals.
    Proposals {
        /// The one whose bytes come first.
        first: Signed<Proposal>,
        /// The other.
        second: Signed<Proposal>,
    },
}

/// What a validator may say once, and has said twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offence {
    /// Who.
    pub by: Did,
    /// For which height.
    pub height: u64,
    /// In which round.
    pub round: u32,
    /// Which of the two votes; none if it was a proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
}

/// Why evidence proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Two validators, heights, rounds or steps.
    #[error("the two statements are not for one height, round and step by one validator")]
    Apart,
    /// The same said twice, or the pair written the other way round.
    #[error("the two statements are equal or not in the order of their bytes")]
    Order,
    /// Never said.
    #[error("a statement is not signed by {0}")]
    Signature(Did),
}

impl Evidence {
    /// Of two votes, if they contradict each other.
    pub fn votes(a: Signed<Vote>, b: Signed<Vote>) -> Result<Self, EvidenceError> {
        let together = |vote: &Vote| (vote.height, vote.round, vote.step);
        let (first, second) = pair(a, b, together)?;
        Ok(Self::Votes { first, second })
    }

    /// Of two proposals, if they contradict each other.
    pub fn proposals(a: Signed<Proposal>, b: Signed<Proposal>) -> Result<Self, EvidenceError> {
        let (first, second) = pair(a, b, |proposal| (proposal.height, proposal.round))?;
        Ok(Self::Proposals { first, second })
    }

    /// Who it accuses.
    pub const fn accused(&self) -> Did {
        match self {
            Self::Votes { first, .. } => first.by,
            Self::Proposals { first, .. } => first.by,
        }
    }

    /// The height at which they did it.
    pub const fn height(&self) -> u64 {
        match self {
            Self::Votes { first, .. } => first.body.height,
            Self::Proposals { first, .. } => first.body.height,
        }
    }

    /// What they did: however it is proved, it is one offence.
    pub const fn offence(&self) -> Offence {
        match self {
            Self::Votes { first, .. } => Offence {
                by: first.by,
                height: first.body.height,
                round: first.body.round,
                step: Some(first.body.step),
            },
            Self::Proposals { first, .. } => Offence {
                by: first.by,
                height: first.body.height,
                round: first.body.round,
                step: None,
            },
        }
    }

    /// Holds if the accused has said both on this network.
    pub fn check(&self, network: &NetworkId) -> Result<(), EvidenceError> {
        let written = match self {
            Self::Votes { first, second } => Self::votes(*first, *second)?,
            Self::Proposals { first, second } => Self::proposals(*first, *second)?,
        };
        if written != *self {
            return Err(EvidenceError::Order);
        }
        match self {
            Self::Votes { first, second } => signed(first, network).and(signed(second, network)),
            Self::Proposals { first, second } => {
                signed(first, network).and(signed(second, network))
            }
        }
    }
}

fn pair<T: Statement, K: PartialEq>(
    a: Signed<T>,
    b: Signed<T>,
    together: impl Fn(&T) -> K,
) -> Result<(Signed<T>, Signed<T>), EvidenceError> {
    if a.by != b.by || together(&a.body) != together(&b.body) {
        return Err(EvidenceError::Apart);
    }
    match bytes(&a.body).cmp(&bytes(&b.body)) {
        std::cmp::Ordering::Less => Ok((a, b)),
        std::cmp::Ordering::Equal => Err(EvidenceError::Order),
        std::cmp::Ordering::Greater => Ok((b, a)),
    }
}

fn signed<T: Statement>(said: &Signed<T>, network: &NetworkId) -> Result<(), EvidenceError> {
    said.verify(network)
        .map_err(|_| EvidenceError::Signature(said.by))
}
