//! The node itself.

use icn_base::{Cid, Did, NetworkId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the node is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Who the node is.
    #[schema(value_type = String)]
    pub did: Did,
    /// The network.
    #[schema(value_type = String)]
    pub network: NetworkId,
    /// The node's version.
    pub version: String,
    /// The engine on which it runs jobs.
    pub engine: String,
    /// The height of the last block.
    pub height: u64,
    /// The last block; at height 0 the genesis.
    #[schema(value_type = String)]
    pub block: Cid,
    /// Its time.
    #[schema(value_type = u64)]
    pub time: Time,
    /// The root of the state after it.
    #[schema(value_type = String)]
    pub root: Cid,
    /// The height that others are at, while this node is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<u64>,
    /// Connected peers.
    pub peers: usize,
    /// Validators.
    pub validators: usize,
    /// Transactions that wait for a block.
    pub waiting: usize,
    /// Where peers reach the node.
    pub addresses: Vec<String>,
}

/// Whether the node is of use now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ready {
    /// True if every check holds.
    pub ready: bool,
    /// What was looked at.
    pub checks: Vec<CheckView>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CheckView {
    /// Its name.
    pub name: String,
    /// True if it holds.
    pub ok: bool,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// A connected peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeerView {
    /// Its name among peers.
    pub id: String,
    /// Who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub did: Option<Did>,
    /// Where it is.
    pub address: String,
    /// True if this node dialled.
    pub outbound: bool,
    /// Since when, by this node's clock.
    #[schema(value_type = u64)]
    pub since: Time,
    /// What it says it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The last round trip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<u64>,
}
