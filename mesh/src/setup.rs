//! What a node begins with, and why it cannot go on.

use crate::Removed;
use icn_base::{Cid, Keypair};
use icn_consensus::{Broken, Entry, Highest, Pace, ValidatorsError};
use icn_dag::{BlockError, StoreError};
use icn_ledger::Genesis;
use icn_ledger::genesis::GenesisError;

/// What a node begins with, beside what its store has.
#[derive(Debug)]
pub struct Setup {
    /// Who it is.
    pub keys: Keypair,
    /// What its network began with.
    pub genesis: Genesis,
    /// How long the steps of a round wait.
    pub pace: Pace,
    /// The least time between two blocks, where several order.
    pub beat_ms: u64,
    /// So many heights lie between two states that are put on disk.
    pub checkpoint_heights: u64,
    /// The highest-signed record, from its own file.
    pub highest: Option<Highest>,
    /// The log of order, from its own file.
    pub log: Vec<Entry>,
    /// A guard to do without: only in tests.
    pub removed: Removed,
}

impl Setup {
    /// A node that has signed nothing yet, with the times that suit most networks.
    pub fn new(keys: Keypair, genesis: Genesis) -> Self {
        Self {
            keys,
            genesis,
            pace: Pace::default(),
            beat_ms: crate::limits::BEAT_MS,
            checkpoint_heights: crate::limits::CHECKPOINT_HEIGHTS,
            highest: None,
            log: Vec::new(),
            removed: None,
        }
    }
}

/// Why a node cannot go on: its disk, or a fault of its own. The process ends and begins again from
/// its disk; nothing that was not handed out before has happened.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The genesis makes no state.
    #[error("the genesis makes no state: {0}")]
    Genesis(#[from] GenesisError),
    /// The disk belongs to another network.
    #[error(
        "this data directory belongs to another network: give the genesis it was made with, or \
         another directory"
    )]
    OtherNetwork,
    /// Nobody can order.
    #[error(transparent)]
    Validators(#[from] ValidatorsError),
    /// Consensus gave up.
    #[error(transparent)]
    Order(#[from] Broken),
    /// A block on disk is not what it should be.
    #[error("block {cid} is not what is expected there: {source}")]
    Block {
        /// Its name.
        cid: Cid,
        /// What is wrong.
        source: BlockError,
    },
    /// What more than two thirds have decided cannot be applied here.
    #[error(
        "the decided block at height {0} does not follow the book that is here: run `icn audit`, and \
         compare versions with the other nodes"
    )]
    Diverged(u64),
}

impl Stopped {
    pub(crate) const fn bad(cid: Cid, source: BlockError) -> Self {
        Self::Block { cid, source }
    }
}
