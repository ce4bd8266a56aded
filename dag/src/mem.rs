//! A store in memory, for tests, simulation and short runs.

use crate::{Batch, Block, Blocks, Pin, Store, StoreError};
use icn_base::{Cid, Time};
use std::collections::BTreeMap;
use std::ops::Bound;

/// Keeps everything in memory and never fails.
#[derive(Clone, Debug, Default)]
pub struct MemStore {
    blocks: BTreeMap<Cid, Block>,
    pins: BTreeMap<Cid, Option<Time>>,
    names: BTreeMap<String, Cid>,
}

impl MemStore {
    /// How many blocks there are.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

impl Blocks for MemStore {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        Ok(self.blocks.get(cid).cloned())
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        Ok(self.blocks.get(cid).map(|block| block.bytes().len() as u64))
    }
}

impl Store for MemStore {
    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        for cid in &batch.drop {
            self.blocks.remove(cid);
        }
        for root in &batch.unpin {
            self.pins.remove(root);
        }
        self.blocks
            .extend(batch.blocks.into_iter().map(|block| (*block.cid(), block)));
        self.pins
            .extend(batch.pin.into_iter().map(|pin| (pin.root, pin.until)));
        for (name, target) in batch.names {
            match target {
                Some(cid) => drop(self.names.insert(name, cid)),
                None => drop(self.names.remove(&name)),
            }
        }
        Ok(())
    }

    fn list(&self, after: Option<&Cid>, count: usize) -> Result<Vec<Cid>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let above = self.blocks.range((from, Bound::Unbounded));
        Ok(above.take(count).map(|(cid, _)| *cid).collect())
    }

    fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        Ok(self
            .pins
            .iter()
            .map(|(&root, &until)| Pin { root, until })
            .collect())
    }

    fn name(&self, name: &str) -> Result<Option<Cid>, StoreError> {
        Ok(self.names.get(name).copied())
    }

    fn names(&self) -> Result<BTreeMap<String, Cid>, StoreError> {
        Ok(self.names.clone())
    }
}
