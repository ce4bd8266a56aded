//! Snapshots: the whole state as a CAR file, and back.

use crate::audit::AuditError;
use crate::key::Key;
use crate::rows::RowError;
use crate::{State, commit};
use icn_base::Cid;
use icn_base::codec;
use icn_dag::car::{self, CarError, Writer};
use icn_dag::hamt::{Hamt, HamtError, frontier};
use icn_dag::{Block, BlockError, Blocks, MemStore, StoreError};
use std::io::{Read, Write};

/// Why a file is not the state that it should be.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The CAR cannot be read or written.
    #[error(transparent)]
    Car(#[from] CarError),
    /// A block of the state's map is missing or damaged.
    #[error(transparent)]
    Map(#[from] HamtError),
    /// A row's own block is missing.
    #[error("block {0} is missing: take the snapshot again")]
    Missing(Cid),
    /// The store of blocks failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key names no row.
    #[error("the state's map has a key that names no row")]
    Key,
    /// A row does not decode.
    #[error("the row of {key:?} cannot be read: {source}")]
    Row {
        /// Which row.
        key: Key,
        /// What is wrong.
        source: RowError,
    },
    /// A row stands in a block although the map has room for it, or the other way round.
    #[error("the rows read are not those of the root")]
    Root,
    /// The rows contradict each other.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A block cannot be made.
    #[error(transparent)]
    Block(#[from] BlockError),
}

impl State {
    /// Writes the whole state as a CAR file, and returns the root.
    pub fn export<W: Write>(&self, into: W) -> Result<Cid, SnapshotError> {
        let (root, blocks) = self.commit_afresh();
        let mut writer = Writer::new(into, &[root])?;
        for block in &blocks {
            writer.put(block)?;
        }
        writer.finish()?;
        Ok(root)
    }

    /// Reads the state with this root from a CAR file. Nothing in the file is believed: its blocks
    /// must hash to their CIDs and be all that the root reaches, and the rows must add up. How long
    /// the file may be is for the caller to say, by what it hands in.
    pub fn import<R: Read>(from: R, root: &Cid) -> Result<Self, SnapshotError> {
        let mut blocks = MemStore::default();
        car::import(from, &mut blocks, |_| {})?;
        Self::load(&blocks, root)
    }

    /// Blocks that the state with this root needs and that are not here, as far as those that are
    /// here tell. Once there are none, the state can be loaded.
    pub fn lacks(blocks: &dyn Blocks, root: &Cid) -> Result<Vec<Cid>, SnapshotError> {
        let mut own = Vec::new();
        let mut lacks = frontier(blocks, root, |value| own.extend(commit::link(value)))?;
        for cid in own {
            if !blocks.has(&cid)? {
                lacks.push(cid);
            }
        }
        Ok(lacks)
    }

    /// Reads the state with this root from blocks, which are believed no more than a file's.
    pub fn load(blocks: &dyn Blocks, root: &Cid) -> Result<Self, SnapshotError> {
        let map = Hamt::load(blocks, root)?;
        let chain = match map.get_raw(blocks, &Key::Chain.to_bytes())? {
            Some(row) => {
                codec::decode(&row).map_err(|source| bad(Key::Chain, RowError::Codec(source)))?
            }
            None => return Err(SnapshotError::Key),
        };
        let mut state = Self::new(chain);
        for entry in map.entries(blocks) {
            let (name, value) = entry?;
            let key = Key::from_bytes(&name).ok_or(SnapshotError::Key)?;
            let row = match commit::link(&value) {
                None => value,
                Some(cid) => {
                    let block: Option<Block> = blocks.get(&cid)?;
                    block.ok_or(SnapshotError::Missing(cid))?.bytes().to_vec()
                }
            };
            state
                .put_row(key, &row)
                .map_err(|source| bad(key, source))?;
        }
        if state.commit_afresh().0 != *root {
            return Err(SnapshotError::Root);
        }
        state.audit()?;
        state.map = map;
        state.tip = Some(*root);
        state.touched.clear();
        Ok(state)
    }
}

const fn bad(key: Key, source: RowError) -> SnapshotError {
    SnapshotError::Row { key, source }
}
