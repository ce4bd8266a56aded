//! The state's commitment: one CID that stands for every row (decision D3).
//!
//! Only rows that have changed are written again. A row that is too large for the map stands in a
//! block of its own, and its value in the map is a link to that block.

use crate::State;
use icn_base::limits::HAMT_VALUE_BYTES_MAX;
use icn_base::{Cid, Codec, codec};
use icn_dag::hamt::Hamt;
use icn_dag::{Block, MemStore};

impl State {
    /// Commits to every row that has changed, and returns the root and the blocks that are new.
    pub fn commit(&mut self) -> (Cid, Vec<Block>) {
        let mut blocks = Vec::new();
        let mut map = std::mem::take(&mut self.map);
        for key in std::mem::take(&mut self.touched) {
            let name = key.to_bytes();
            let changed = match self.row(&key) {
                Some(row) => map.set_raw(&nowhere(), &name, &value(row, &mut blocks)),
                None => map.delete(&nowhere(), &name),
            };
            changed.expect("the map is wholly in memory, and keys and values are in its bounds");
        }
        let (root, nodes) = map.flush();
        self.map = map;
        blocks.extend(nodes);
        (root, blocks)
    }

    /// The root, unless rows have changed since the last [`State::commit`].
    pub fn root(&self) -> Option<&Cid> {
        self.map.root().filter(|_| self.touched.is_empty())
    }

    /// The map and every block of it, as if nothing had been committed to before.
    pub(crate) fn commit_afresh(&self) -> (Cid, Vec<Block>) {
        let (mut map, mut blocks) = (Hamt::new(), Vec::new());
        for key in self.keys() {
            if let Some(row) = self.row(&key) {
                let set = map.set_raw(&nowhere(), &key.to_bytes(), &value(row, &mut blocks));
                set.expect("the map is wholly in memory, and keys and values are in its bounds");
            }
        }
        let (root, nodes) = map.flush();
        blocks.extend(nodes);
        (root, blocks)
    }
}

/// A map that was made here reads no blocks.
fn nowhere() -> MemStore {
    MemStore::default()
}

/// What stands in the map for a row.
fn value(row: Vec<u8>, blocks: &mut Vec<Block>) -> Vec<u8> {
    match own_block(row) {
        Ok(block) => {
            let link = codec::encode(block.cid()).expect("a link has a canonical spelling");
            blocks.push(block);
            link
        }
        Err(row) => row,
    }
}

/// The block that a row stands in, or the row, if it is small enough for the map.
pub(crate) fn own_block(row: Vec<u8>) -> Result<Block, Vec<u8>> {
    if row.len() <= HAMT_VALUE_BYTES_MAX {
        return Err(row);
    }
    Ok(Block::new(Codec::DagCbor, row).expect("a row is canonical and fits a block"))
}

/// The CID of the block that a row stands in, if its value in the map is a link.
pub(crate) fn link(value: &[u8]) -> Option<Cid> {
    codec::decode(value).ok()
}
