//! Blocks of the chain.

use crate::tx::TxView;
use icn_base::{Cid, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A block of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockView {
    /// Its height.
    pub height: u64,
    /// The CID of its header.
    #[schema(value_type = String)]
    pub block: Cid,
    /// Its time.
    #[schema(value_type = u64)]
    pub time: Time,
    /// The header before it.
    #[schema(value_type = String)]
    pub parent: Cid,
    /// The root of the state after its parent.
    #[schema(value_type = String)]
    pub state: Cid,
    /// How many transactions it has.
    pub tx_count: usize,
    /// How many facts came of it.
    pub event_count: usize,
    /// Its transactions; left out in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub txs: Option<Vec<TxView>>,
}
