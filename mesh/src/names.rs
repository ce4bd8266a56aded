//! The names that a node gives to blocks in its store.

/// The last decided block.
pub const TIP: &str = "chain/tip";

/// The genesis.
pub const GENESIS: &str = "chain/genesis";

/// The state from which a node begins: see [`crate::Checkpoint`].
pub const CHECKPOINT: &str = "chain/checkpoint";

/// How often jobs of this node are still to be tried again.
pub const RETRIES: &str = "mesh/retries";
