//! What the main loop publishes: one value for every reader, replaced as a whole.

use icn_base::{Cid, Did, NetworkId, Time};
use icn_ledger::State;
use std::sync::Arc;

/// The node as it is now. A new one is published after each block, once it is on disk, and when
/// peers or checks have changed.
#[derive(Clone, Debug)]
pub struct View {
    /// The state after the last block.
    pub state: State,
    /// The last block.
    pub tip: Tip,
    /// Transactions that wait for a block.
    pub waiting: usize,
    /// The height that others say they are at, while this node is behind it.
    pub behind: Option<u64>,
    /// Connected peers.
    pub peers: Arc<[Peer]>,
    /// What must hold for the node to be of use, by name.
    pub checks: Arc<[Check]>,
}

/// The last block; at height 0 the genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: u64,
    /// The CID of its header, or of the genesis.
    pub block: Cid,
    /// Its time.
    pub time: Time,
    /// The root of the state after it.
    pub root: Cid,
}

/// A connected peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name among peers.
    pub id: String,
    /// Who it is, if its key is one that a DID can be made of.
    pub did: Option<Did>,
    /// Where it is.
    pub address: String,
    /// True if this node dialled.
    pub outbound: bool,
    /// Since when, by this node's clock.
    pub since: Time,
    /// What it says it runs.
    pub agent: Option<String>,
    /// The last round trip.
    pub rtt_ms: Option<u64>,
}

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name: a constant of the node's, never a peer's word.
    pub name: &'static str,
    /// What is wrong, if something is.
    pub fault: Option<String>,
}

/// What does not change while the node runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The node's DID: what it signs with.
    pub did: Did,
    /// The network.
    pub network: NetworkId,
    /// The node's version.
    pub version: &'static str,
    /// The engine on which it runs jobs.
    pub engine: &'static str,
    /// Where peers reach it.
    pub addresses: Vec<String>,
}
