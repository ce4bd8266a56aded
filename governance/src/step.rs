//! What a rule answers: rows, facts, and what the ledger is to do.

use crate::proposal::Proposal;
use crate::{Changes, Enactment};
use icn_base::gov::{ProposalStatus, Scope};
use icn_base::{Did, Mana, ProposalId};
use serde::{Deserialize, Serialize};

/// A whole step: all of it happens or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Step {
    /// Rows of this crate's state.
    pub changes: Changes,
    /// What has happened.
    pub facts: Vec<Fact>,
    /// What becomes of a proposal's fee.
    pub fee: Option<Fee>,
    /// What an executed proposal changes, in order. It was checked to be possible.
    pub enact: Vec<Enactment>,
}

/// Who gets a proposal's fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fee {
    /// It is taken from the proposer and kept aside.
    Escrow {
        /// The proposer.
        from: Did,
        /// How much.
        amount: Mana,
    },
    /// It goes back to the proposer, as a reward.
    Return {
        /// The proposer.
        to: Did,
        /// How much.
        amount: Mana,
    },
    /// It goes from the proposer's escrow to the treasury.
    Forfeit {
        /// The proposer.
        from: Did,
        /// How much.
        amount: Mana,
    },
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// A proposal was made.
    Proposed {
        /// The proposal.
        proposal: ProposalId,
        /// By whom.
        proposer: Did,
    },
    /// A proposal came to another status.
    Moved {
        /// The proposal.
        proposal: ProposalId,
        /// Where it is now.
        status: ProposalStatus,
    },
    /// A member voted, or voted anew.
    Voted {
        /// The proposal.
        proposal: ProposalId,
        /// The member.
        member: Did,
    },
    /// A member handed votes on.
    Delegated {
        /// The member.
        from: Did,
        /// For which proposals.
        scope: Scope,
        /// To whom.
        to: Did,
    },
    /// A node said that it is ready to order.
    Ready {
        /// The node.
        node: Did,
    },
    /// A member took a delegation back.
    Revoked {
        /// The member.
        from: Did,
        /// For which proposals.
        scope: Scope,
    },
}

impl Step {
    /// A step of one fact.
    pub(crate) fn of(fact: Fact) -> Self {
        Self {
            facts: vec![fact],
            ..Self::default()
        }
    }

    /// A step in which a proposal came to another status.
    pub(crate) fn moved(id: ProposalId, proposal: Proposal) -> Self {
        let mut step = Self::of(Fact::Moved {
            proposal: id,
            status: proposal.status(),
        });
        step.changes.proposals.insert(id, proposal);
        step
    }
}
