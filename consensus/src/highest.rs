//! The last thing that this node has signed, kept apart from everything else.
//!
//! The log says *what* was signed; this says *how far*. If the two disagree, the log is not the one
//! that was written, and whoever goes by it might sign a second time, otherwise.

use crate::Entry;
use icn_base::Did;
use icn_base::order::{Proposal, Step, Vote};
use serde::{Deserialize, Serialize};

/// A height, round and step. Signing goes upwards only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Highest {
    /// The height.
    pub height: u64,
    /// The round.
    pub round: u32,
    /// What was signed in it.
    pub act: Act,
}

/// What a validator signs in a round, in the order in which it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// A proposal.
    Propose,
    /// A prevote.
    Prevote,
    /// A precommit.
    Precommit,
}

impl Highest {
    /// Where a vote stands.
    pub const fn of_vote(vote: &Vote) -> Self {
        Self {
            height: vote.height,
            round: vote.round,
            act: match vote.step {
                Step::Prevote => Act::Prevote,
                Step::Precommit => Act::Precommit,
            },
        }
    }

    /// Where a proposal stands.
    pub const fn of_proposal(proposal: &Proposal) -> Self {
        Self {
            height: proposal.height,
            round: proposal.round,
            act: Act::Propose,
        }
    }

    /// How far `me` had come by what the log says.
    pub(crate) fn of_log(log: &[Entry], me: &Did) -> Option<Self> {
        log.iter()
            .filter_map(|entry| match entry {
                Entry::Proposal(said) if said.by == *me => Some(Self::of_proposal(&said.body)),
                Entry::Vote(said) if said.by == *me => Some(Self::of_vote(&said.body)),
                Entry::Proposal(_)
                | Entry::Vote(_)
                | Entry::Polka(_)
                | Entry::Block(_)
                | Entry::Timeout { .. }
                | Entry::Evidence { .. } => None,
            })
            .max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_goes_up_by_height_round_and_act() {
        let at = |height, round, act| Highest { height, round, act };
        let order = [
            at(1, 0, Act::Propose),
            at(1, 0, Act::Prevote),
            at(1, 0, Act::Precommit),
            at(1, 1, Act::Propose),
            at(2, 0, Act::Prevote),
        ];
        assert!(order.is_sorted());
    }
}
