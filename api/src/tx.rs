//! Transactions and what became of them.

use icn_base::TxId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TxStatus {
    /// It waits for a block. A node that stops now may forget it: send it again if in doubt.
    Waiting,
    /// It stands in a block and did what it says. Final.
    Applied,
    /// It stands in a block, paid its fee and did nothing else. Final.
    Failed,
    /// It was not taken, and changed nothing.
    Refused,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TxView {
    /// Its id; absent where the bytes are no transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub tx: Option<TxId>,
    /// Where it is.
    pub status: TxStatus,
    /// The height of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// Why it failed or was not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RefusalView>,
}

/// A refusal inside an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalView {
    /// Its number.
    pub code: u16,
    /// The class that the number belongs to.
    pub class: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// True if the same transaction may be taken later.
    pub retryable: bool,
}

/// How long to wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WaitQuery {
    /// Seconds to wait until it stands in a block; at most 60.
    #[param(maximum = 60)]
    pub wait: Option<u64>,
}
