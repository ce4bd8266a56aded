//! Where blocks are kept. [`Blocks`] is all that reading needs; [`Store`] also changes.

use crate::{Block, Pin};
use icn_base::Cid;
use std::collections::BTreeMap;

/// Reads blocks by their CID.
pub trait Blocks {
    /// The block, if it is here. Its bytes have been checked against the CID by the time they are
    /// returned, or when they were taken in.
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError>;

    /// The size of a block in bytes, if it is here, without reading it.
    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError>;

    /// True if the block is here.
    fn has(&self, cid: &Cid) -> Result<bool, StoreError> {
        Ok(self.size(cid)?.is_some())
    }
}

/// Keeps blocks, pins and names. What [`Store::commit`] has acknowledged survives a crash.
pub trait Store: Blocks {
    /// Makes every change of the batch, or none. Blocks that are here already cost nothing.
    fn commit(&mut self, batch: Batch) -> Result<(), StoreError>;

    /// Up to `count` CIDs in ascending order, from the first one above `after`.
    fn list(&self, after: Option<&Cid>, count: usize) -> Result<Vec<Cid>, StoreError>;

    /// Every pin, by its root.
    fn pins(&self) -> Result<Vec<Pin>, StoreError>;

    /// The CID behind a name.
    fn name(&self, name: &str) -> Result<Option<Cid>, StoreError>;

    /// Every name and the CID behind it; what they reach is never collected.
    fn names(&self) -> Result<BTreeMap<String, Cid>, StoreError>;
}

/// Changes that happen together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Blocks to keep.
    pub blocks: Vec<Block>,
    /// Pins to set. A pin replaces the one on the same root.
    pub pin: Vec<Pin>,
    /// Roots whose pin goes.
    pub unpin: Vec<Cid>,
    /// Names to point at a CID, or to forget.
    pub names: BTreeMap<String, Option<Cid>>,
    /// Blocks to drop. A block that is both kept and dropped is kept.
    pub drop: Vec<Cid>,
}

impl Batch {
    /// A batch that only adds blocks.
    pub fn of(blocks: impl IntoIterator<Item = Block>) -> Self {
        Self {
            blocks: blocks.into_iter().collect(),
            ..Self::default()
        }
    }

    /// True if there is nothing to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Why a store could not do what was asked. The store is as it was before, and works on.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The quota leaves no room.
    #[error(
        "the store is full: {used} of {quota} bytes are used and {needed} more are needed; \
         unpin and run `icn dag gc`, or raise the quota"
    )]
    Quota {
        /// Bytes in use.
        used: u64,
        /// Bytes allowed.
        quota: u64,
        /// Bytes that the batch would add.
        needed: u64,
    },
    /// The disk leaves no room.
    #[error("the disk is full: free some space; nothing was changed")]
    DiskFull,
    /// The bytes of a block are not what its CID says: the disk has changed them.
    #[error(
        "block {cid} is damaged in {place}: run `icn dag verify --drop-damaged`, then import it again"
    )]
    Damaged {
        /// The block.
        cid: Cid,
        /// The file and offset.
        place: String,
    },
    /// Another fault of the disk, by what was being done to what.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// The file or directory.
        path: String,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// An earlier fault left it unknown what is on disk; opening the store again finds out.
    #[error("the store stopped after a fault of the disk ({0}): open it again")]
    Stopped(String),
    /// A block that the operation needs is not here.
    #[error("block {0} is not here")]
    Missing(Cid),
    /// A block's content is not what the operation needs.
    #[error("block {cid} is not what is expected there: {source}")]
    Block {
        /// The block.
        cid: Cid,
        /// What is wrong.
        source: crate::BlockError,
    },
}
