//! What a member asks for.

use super::{Ballot, ProposalKind, Scope};
use crate::codec::{self, CodecError};
use crate::{Cid, Codec, Did, JobId, ProposalId, Time};
use serde::{Deserialize, Serialize};

/// A proposal as its proposer writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRequest {
    /// What people call it.
    pub title: String,
    /// Why, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What would change.
    pub kind: ProposalKind,
}

impl ProposalRequest {
    /// The id of the proposal that a job's run makes as its effect of that index.
    pub fn effect_id(&self, job: &JobId, effect: u64) -> Result<ProposalId, CodecError> {
        #[derive(Serialize)]
        struct Made<'a> {
            parent: &'a JobId,
            effect: u64,
            request: &'a ProposalRequest,
        }
        let bytes = codec::encode(&Made {
            parent: job,
            effect,
            request: self,
        })?;
        Ok(ProposalId::new(Cid::of(Codec::DagCbor, &bytes)))
    }
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoteRequest {
    /// On what.
    pub proposal: ProposalId,
    /// How.
    pub ballot: Ballot,
    /// The preview to which the vote is bound: it counts only for exactly these changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<Cid>,
}

/// A vote handed on to another member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegateRequest {
    /// To whom.
    pub to: Did,
    /// For which proposals.
    pub scope: Scope,
    /// For votes that open before this time.
    pub until: Time,
}

/// A delegation taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeRequest {
    /// The one for these proposals.
    pub scope: Scope,
}
