//! A proposal as guests, HTTP and the command line show it.

use super::{ProposalKind, ProposalStatus};
use crate::{Cid, Did, Mana, ProposalId, Time};
use serde::{Deserialize, Serialize};

/// A proposal with its votes as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalView {
    /// Its id.
    pub proposal: ProposalId,
    /// Where it is in its life.
    pub status: ProposalStatus,
    /// Who made it.
    pub proposer: Did,
    /// What people call it.
    pub title: String,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What would change.
    pub kind: ProposalKind,
    /// What is in escrow until its end.
    pub fee: Mana,
    /// When it was made.
    pub proposed: Time,
    /// The next step may be taken from this time on: opening, closing or executing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Time takes it at this time: voting closes, anything else expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The votes, once voting was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<PollView>,
    /// What would be done now: what a vote may be bound to. None after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Cid>,
    /// Why it has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<FailedView>,
}

/// A vote: what it takes, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollView {
    /// When it was opened.
    pub opened: Time,
    /// Members who may vote.
    pub eligible: u64,
    /// The part of them that must vote, in basis points.
    pub quorum_bp: u64,
    /// The part of the votes for or against that must be for. A choice has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold_bp: Option<u64>,
    /// True once it came back to be voted on again.
    pub reopened: bool,
    /// The votes, counted; those that were cast last if it is over.
    pub tally: TallyView,
    /// True if it would pass if voting closed now.
    pub passes: bool,
}

/// Votes, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TallyView {
    /// Members who voted themselves.
    pub direct: u64,
    /// Members for whom another one voted.
    pub delegated: u64,
    /// For it.
    pub yes: u64,
    /// Against it.
    pub no: u64,
    /// Neither.
    pub abstain: u64,
    /// Rankings, in a choice.
    pub ranked: u64,
    /// In a choice: the votes of each option, round by round.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<Vec<u64>>,
    /// In a choice: the option that leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<u8>,
}

/// Why an accepted proposal could not be executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedView {
    /// The refusal's number.
    pub number: u16,
    /// What happened.
    pub message: String,
}
