//! Many blocks into a store, in batches that bound the memory they take.

use crate::survey::Tally;
use crate::{Batch, Block, Store, StoreError};
use icn_base::limits::{BATCH_BLOCKS, BATCH_BYTES};
use std::collections::BTreeSet;

/// Gathers blocks and commits them a batch at a time. What has not been committed by
/// [`Intake::commit`] is given up when the intake is dropped.
#[derive(Debug)]
pub struct Intake<'a, S: Store + ?Sized> {
    store: &'a mut S,
    gathered: Vec<Block>,
    gathered_bytes: usize,
    /// The CIDs of what is gathered.
    cids: BTreeSet<icn_base::Cid>,
    new: Tally,
}

impl<'a, S: Store + ?Sized> Intake<'a, S> {
    /// An intake into this store.
    pub const fn new(store: &'a mut S) -> Self {
        Self {
            store,
            gathered: Vec::new(),
            gathered_bytes: 0,
            cids: BTreeSet::new(),
            new: Tally {
                blocks: 0,
                bytes: 0,
            },
        }
    }

    /// Takes a block, and commits when enough are gathered.
    pub fn add(&mut self, block: Block) -> Result<(), StoreError> {
        if self.cids.contains(block.cid()) || self.store.has(block.cid())? {
            return Ok(());
        }
        self.cids.insert(*block.cid());
        self.gathered_bytes += block.bytes().len();
        self.new.add(block.bytes().len() as u64);
        self.gathered.push(block);
        if self.gathered_bytes >= BATCH_BYTES || self.gathered.len() >= BATCH_BLOCKS {
            self.commit()?;
        }
        Ok(())
    }

    /// Commits what is gathered.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let blocks = std::mem::take(&mut self.gathered);
        (self.gathered_bytes, self.cids) = (0, BTreeSet::new());
        self.store.commit(Batch::of(blocks))
    }

    /// Blocks that were not in the store before; all of them are in it after a commit.
    pub const fn new_blocks(&self) -> Tally {
        self.new
    }
}
