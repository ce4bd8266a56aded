//! The snapshot of one run, held by its node for as long as the run lasts.

use icn_base::Cid;
use icn_dag::{Block, Blocks, StoreError};
use icn_ledger::State;
use icn_ledger::scratch::Need;
use icn_replay::{Asked, Book, Lacking};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A whole state and some blocks; notes what it is asked for.
#[derive(Debug)]
pub(super) struct Held {
    state: State,
    blocks: Arc<Given>,
    asked: Asked,
}

impl Held {
    pub(super) fn new(state: State, blocks: Arc<Given>) -> Self {
        Self {
            state,
            blocks,
            asked: Asked::default(),
        }
    }

    /// What it was asked for.
    pub(super) fn into_asked(self) -> Asked {
        self.asked
    }
}

impl Book for Held {
    fn state(&mut self, need: &Need) -> Result<&State, Lacking> {
        match need {
            Need::Rows(keys) => self.asked.rows.extend(keys),
            Need::All => self.asked.all = true,
        }
        Ok(&self.state)
    }

    fn block(&mut self, cid: &Cid) -> Result<Vec<u8>, Lacking> {
        let block = self.blocks.find(cid)?;
        self.asked.blocks.insert(*cid);
        Ok(block.bytes().to_vec())
    }
}

/// The blocks of an order.
#[derive(Debug)]
pub(super) struct Given(BTreeMap<Cid, Block>);

impl Given {
    pub(super) fn new(blocks: Vec<Block>) -> Self {
        let named = blocks.into_iter().map(|block| (*block.cid(), block));
        Self(named.collect())
    }

    /// A block that must be among them.
    pub(super) fn find(&self, cid: &Cid) -> Result<&Block, Lacking> {
        let lacking = || Lacking(format!("block {cid} is not in the order"));
        self.0.get(cid).ok_or_else(lacking)
    }
}

impl Blocks for Given {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        Ok(self.0.get(cid).cloned())
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        Ok(self.0.get(cid).map(|block| block.bytes().len() as u64))
    }
}
