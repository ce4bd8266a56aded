//! Many blocks into a store, in batches that bound the memory they take.

use crate::survey::Tally;
use crate::{Batch, Block, Store, StoreError};
use icn_base::Cid;
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
    cids: BTreeSet<Cid>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemStore;
    use crate::samples::{Faulty, leaf, store_of};

    #[test]
    fn a_block_is_new_once() {
        let (old, new) = (leaf("old"), leaf("new"));
        let mut store = store_of([&old]);
        let mut intake = Intake::new(&mut store);
        for block in [&old, &new, &new] {
            intake.add(block.clone()).unwrap();
        }
        intake.commit().unwrap();
        intake.add(new).unwrap();
        let expect = Tally {
            blocks: 1,
            bytes: 3,
        };
        assert_eq!(intake.new_blocks(), expect);
        assert_eq!(store.len(), 2);
    }

    #[test]
    fn what_was_not_committed_is_given_up() {
        let mut store = MemStore::default();
        Intake::new(&mut store).add(leaf("dropped")).unwrap();
        assert!(store.is_empty());
        let mut store = Faulty {
            commits_left: Some(0),
            ..Faulty::default()
        };
        let mut intake = Intake::new(&mut store);
        intake.add(leaf("refused")).unwrap();
        assert!(matches!(intake.commit(), Err(StoreError::DiskFull)));
        assert!(intake.commit().is_ok(), "nothing is left to commit");
        assert!(store.store.is_empty());
    }
}
