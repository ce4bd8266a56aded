//! The journal: what a run was told by its snapshot, so that a checker can see where two runs part.

use crate::Bytes;
use serde::{Deserialize, Serialize};

/// The answers that a run got and cannot compute by itself, in order, and a hash of all it asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// Answers of reads of the snapshot and of effects.
    pub answers: Vec<Answer>,
    /// SHA-256 over the number and the arguments of every host call.
    pub arguments: Bytes,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The call's number.
    pub call: u16,
    /// What it returned.
    pub result: i64,
    /// The bytes of its answer. Left out when the call has none, was refused, or is call 4, whose
    /// bytes are named by the CID that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Bytes>,
}
