//! Proofs: the blocks from the root to where a key belongs. Whoever has the root's CID from a
//! source that it trusts can tell from them alone what the map says about the key.

use super::Hamt;
use super::error::{HamtError, ProofError};
use super::layout;
use super::node::Slot;
use super::place::Place;
use crate::{Block, Blocks};
use icn_base::Cid;

impl Hamt {
    /// The blocks that prove what this map says about a key, root first: its value, or that it has
    /// none. The map must have been flushed.
    pub fn proof(&self, blocks: &dyn Blocks, key: &[u8]) -> Result<Vec<Block>, HamtError> {
        if self.root().is_none() {
            return Err(HamtError::Unflushed);
        }
        let mut place = Place::of(key);
        let mut node = self.root.node(blocks, &place)?;
        let mut path = Vec::new();
        loop {
            path.push(layout::write(&node, place.is_root()));
            let Some(Slot::Link(link)) = node.slot(place.slot()) else {
                return Ok(path);
            };
            place = place.below();
            node = link.node(blocks, &place)?;
        }
    }
}

/// What the map with this root says about a key: the canonical bytes of its value, or that it has
/// none. Every block must be the one that the block before links to, and a node that may stand
/// there; the last must be where the key's way ends.
pub fn verify(root: &Cid, key: &[u8], path: &[Block]) -> Result<Option<Vec<u8>>, ProofError> {
    let mut place = Place::of(key);
    let mut wanted = *root;
    for (at, block) in path.iter().enumerate() {
        let found = *block.cid();
        if found != wanted {
            return Err(ProofError::Foreign { found, wanted });
        }
        let node = layout::read(block, &place)?;
        let value = match node.slot(place.slot()) {
            Some(Slot::Link(link)) => {
                wanted = *link
                    .cid()
                    .expect("a node that was read has the CIDs it links to");
                place = place.below();
                continue;
            }
            Some(Slot::Bucket(bucket)) => bucket.get(key).map(<[u8]>::to_vec),
            None => None,
        };
        return match path.len() - at - 1 {
            0 => Ok(value),
            extra => Err(ProofError::Extra(extra)),
        };
    }
    Err(ProofError::Missing(wanted))
}

#[cfg(test)]
mod tests;
