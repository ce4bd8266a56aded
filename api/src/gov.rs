//! What members decide.

use crate::tx::TxView;
use crate::words;
use icn_base::gov::{Ballot, ProposalKind, ProposalView, Scope};
use icn_base::{Cid, Did, Mana, ProposalId, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What an action of the node's own came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Acted {
    /// What the node signed, and what became of it.
    #[serde(flatten)]
    pub tx: TxView,
    /// The proposal that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub proposal: Option<ProposalId>,
}

/// A proposal as its proposer writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    /// What people call it.
    pub title: String,
    /// Why, for people.
    #[serde(default)]
    pub text: String,
    /// What would change.
    #[schema(value_type = words::ProposalKind)]
    pub kind: ProposalKind,
}

/// A vote of the node's member.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CastVote {
    /// How.
    #[schema(value_type = words::Ballot)]
    pub ballot: Ballot,
    /// The preview to which the vote is bound: it counts only for exactly these changes.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub preview: Option<Cid>,
}

/// Votes handed on, or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delegate {
    /// To whom; if left out, the delegation of this scope is taken back.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub to: Option<Did>,
    /// For which proposals: `all`, or the name of a kind.
    #[schema(value_type = String)]
    pub scope: Scope,
    /// For votes that open before this time; needed with `to`.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    pub until: Option<Time>,
}

/// Which proposals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProposalsQuery {
    /// The `next` of the page before it.
    pub cursor: Option<String>,
    /// Items at most; 50 if left out, 500 at most.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
    /// Those with this status, such as `Voting`.
    pub status: Option<String>,
}

/// A proposal with its votes as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = words::ProposalView)]
pub struct ProposalShown(pub ProposalView);

/// What a proposal would change if it were executed now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewView {
    /// The proposal.
    #[schema(value_type = String)]
    pub proposal: ProposalId,
    /// The name of exactly these changes: what a vote may be bound to.
    #[schema(value_type = String)]
    pub preview: Cid,
    /// One plan, or one for each option of a choice: changes, or the number of a refusal.
    #[schema(value_type = Vec<Object>)]
    pub plans: serde_json::Value,
}

/// A governed parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParameterView {
    /// Its name.
    pub name: String,
    /// What it is.
    pub value: u64,
    /// What its number counts; empty for a plain count.
    pub unit: String,
    /// The least it can be.
    pub min: u64,
    /// What it is where genesis says nothing.
    pub default: u64,
    /// The most it can be.
    pub max: u64,
    /// What it means.
    pub meaning: String,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemberView {
    /// Who.
    #[schema(value_type = String)]
    pub did: Did,
    /// Admitted at.
    #[schema(value_type = u64)]
    pub since: Time,
    /// Removed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub removed: Option<Time>,
    /// Power in ordering.
    pub power: u64,
    /// Free mana at the time of the last block.
    #[schema(value_type = String)]
    pub spendable: Mana,
}

/// One of those who order blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValidatorView {
    /// Who.
    #[schema(value_type = String)]
    pub did: Did,
    /// How much its vote counts.
    pub power: u64,
}
