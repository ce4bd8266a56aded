//! A map in blocks: the IPLD HashMap (a HAMT), so that one CID commits to a whole map and a few
//! blocks prove what it says about a key (decision D3).
//!
//! Keys are bytes, values any dag-cbor. The layout is the public one, with its parameters frozen
//! (sha2-256, bit width 5, buckets of 3; docs/decisions/0003), so other IPFS tools read it. A map
//! has one root whatever the order in which it was written: [`Hamt::delete`] leaves no trace, and
//! reading refuses every node that writing would not have made.
//!
//! A [`Hamt`] is a working copy. It reads nodes when it needs them, or all at once; a clone shares
//! everything until it is changed; [`Hamt::flush`] writes only the nodes that were changed.
//!
//! ```
//! use icn_dag::hamt::{self, Hamt};
//! use icn_dag::{Batch, MemStore, Store};
//!
//! let mut store = MemStore::default();
//! let mut map = Hamt::new();
//! map.set(&store, b"alice", &7u64)?;
//! let (root, blocks) = map.flush();
//! store.commit(Batch::of(blocks))?;
//!
//! let map = Hamt::open(&store, &root)?;
//! assert_eq!(map.get(&store, b"alice")?, Some(7u64));
//! let proof = map.proof(&store, b"alice")?;
//! assert_eq!(hamt::verify(&root, b"alice", &proof)?, Some(vec![7]));
//! let proof = map.proof(&store, b"bob")?;
//! assert_eq!(hamt::verify(&root, b"bob", &proof)?, None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bucket;
mod diff;
mod edit;
mod error;
mod frontier;
mod layout;
mod node;
mod place;
mod proof;

pub use diff::{Change, Diff};
pub use error::{HamtError, NodeError, NodeFault, ProofError};
pub use frontier::frontier;
pub use proof::verify;

use crate::{Block, Blocks};
use bucket::Entry;
use icn_base::Cid;
use icn_base::codec::{self, Reader};
use icn_base::limits::{HAMT_KEY_BYTES_MAX, HAMT_VALUE_BYTES_MAX, HAMT_VALUE_DEPTH_MAX};
use node::{Link, Slot};
use place::Place;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// A map from bytes to dag-cbor values. Cloning it costs next to nothing.
///
/// Nodes that are not in memory are read from the `blocks` that each call is given. A map that was
/// made here or [loaded](Hamt::load) never reads any: give it a `MemStore::default()`.
#[derive(Clone, Default)]
pub struct Hamt {
    root: Link,
}

impl Hamt {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// The map with this root. Other nodes are read when they are needed.
    pub fn open(blocks: &dyn Blocks, root: &Cid) -> Result<Self, HamtError> {
        let mut root = Link::to(*root);
        root.node_mut(blocks, &Place::root())?;
        Ok(Self { root })
    }

    /// The map with this root, wholly in memory.
    pub fn load(blocks: &dyn Blocks, root: &Cid) -> Result<Self, HamtError> {
        let mut root = Link::to(*root);
        edit::fill(&mut root, Place::root(), blocks)?;
        Ok(Self { root })
    }

    /// The root, unless the map was changed since it was last flushed.
    pub const fn root(&self) -> Option<&Cid> {
        self.root.cid()
    }

    /// The value of a key.
    pub fn get<T: DeserializeOwned + serde::Serialize>(
        &self,
        blocks: &dyn Blocks,
        key: &[u8],
    ) -> Result<Option<T>, HamtError> {
        let value = self.get_raw(blocks, key)?;
        Ok(value.map(|value| codec::decode(&value)).transpose()?)
    }

    /// The canonical bytes of a key's value.
    pub fn get_raw(&self, blocks: &dyn Blocks, key: &[u8]) -> Result<Option<Vec<u8>>, HamtError> {
        let mut place = Place::of(key);
        let mut node = self.root.node(blocks, &place)?;
        loop {
            let link = match node.slot(place.slot()) {
                None => return Ok(None),
                Some(Slot::Bucket(bucket)) => return Ok(bucket.get(key).map(<[u8]>::to_vec)),
                Some(Slot::Link(link)) => link.clone(),
            };
            place = place.below();
            node = link.node(blocks, &place)?;
        }
    }

    /// Gives a key a value. Says whether that changed anything.
    pub fn set<T: Serialize + ?Sized>(
        &mut self,
        blocks: &dyn Blocks,
        key: &[u8],
        value: &T,
    ) -> Result<bool, HamtError> {
        self.set_raw(blocks, key, &codec::encode(value)?)
    }

    /// Gives a key the value that these canonical bytes spell. Says whether that changed anything.
    pub fn set_raw(
        &mut self,
        blocks: &dyn Blocks,
        key: &[u8],
        value: &[u8],
    ) -> Result<bool, HamtError> {
        if key.len() > HAMT_KEY_BYTES_MAX {
            return Err(HamtError::KeySize(key.len()));
        }
        if value.len() > HAMT_VALUE_BYTES_MAX {
            return Err(HamtError::ValueSize(value.len()));
        }
        let mut reader = Reader::new(value);
        reader.value(HAMT_VALUE_DEPTH_MAX)?;
        reader.finish()?;
        edit::set(&mut self.root, Place::of(key), blocks, Entry { key, value })
    }

    /// Takes a key out of the map. Says whether it was there.
    pub fn delete(&mut self, blocks: &dyn Blocks, key: &[u8]) -> Result<bool, HamtError> {
        edit::delete(&mut self.root, Place::of(key), blocks, key)
    }

    /// Writes the nodes that were changed, and returns the root and their blocks, root last.
    ///
    /// The blocks are not returned again: who drops them cannot open the map by its root.
    pub fn flush(&mut self) -> (Cid, Vec<Block>) {
        let mut blocks = Vec::new();
        (edit::flush(&mut self.root, true, &mut blocks), blocks)
    }

    /// What has to change in this map to make it `new`. Both read from `blocks`.
    pub fn diff<'a>(&self, new: &Self, blocks: &'a dyn Blocks) -> Diff<'a> {
        Diff::new(Some(self), new, blocks)
    }

    /// Every key and the canonical bytes of its value, in the order of the keys' hashes. It ends
    /// at the first error.
    pub fn entries<'a>(
        &self,
        blocks: &'a dyn Blocks,
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), HamtError>> + use<'a> {
        let changes = Diff::new(None, self, blocks);
        changes.map(|change| {
            let change = change?;
            let value = change
                .new
                .expect("a map differs from no map by what it has");
            Ok((change.key, value))
        })
    }
}

impl fmt::Debug for Hamt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root() {
            Some(root) => write!(f, "Hamt({root})"),
            None => write!(f, "Hamt(changed since it was flushed)"),
        }
    }
}

#[cfg(test)]
mod tests;
