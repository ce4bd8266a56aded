//! The three-way verdict.

use icn_base::Cid;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A receipt that is to be verified.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyAsk {
    /// Its CID. Its evidence is put together from this node's own store.
    #[schema(value_type = String)]
    pub receipt: Cid,
}

/// What can be said of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerdictView {
    /// `valid`, `invalid` or `cannot_tell`.
    pub verdict: String,
    /// What the verdict stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub grounds: Option<serde_json::Value>,
    /// What the receipt says otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<DifferenceView>,
    /// Why nothing can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// One thing that the receipt says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DifferenceView {
    /// What.
    pub what: String,
    /// As the receipt has it.
    pub claimed: String,
    /// As it is.
    pub found: String,
}
