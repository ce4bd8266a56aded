//! Nodes as blocks: the layout of the IPLD HashMap, strictly.
//!
//! ```text
//! root  = { "hamt": node, "hashAlg": 18, "bucketSize": 3 }
//! node  = [ map: 4 bytes, [ slot… ] ]      bit i of byte j says that slot 8j + i is taken
//! slot  = link to a node, or bucket
//! bucket = [ [ key: bytes, value: any ]… ]
//! ```
//!
//! A map has one root, so everything that would allow a second one is refused here.

use super::bucket::{BUCKET_ENTRIES, Bucket, Entry};
use super::error::{HamtError, NodeError, NodeFault};
use super::node::{Link, Node, Slot, taken};
use super::place::{Place, SLOTS};
use crate::{Block, Blocks, StoreError};
use icn_base::codec::{self, CodecError, Reader};
use icn_base::limits::{
    BLOCK_BYTES_MAX, HAMT_KEY_BYTES_MAX, HAMT_VALUE_BYTES_MAX, HAMT_VALUE_DEPTH_MAX,
};
use icn_base::{Cid, Codec};

/// What stands before and after the node in a root: the parameters are not a choice.
const ROOT_HEAD: &[u8] = b"\xa3\x64hamt";
const ROOT_TAIL: &[u8] = b"\x67hashAlg\x12\x6abucketSize\x03";

/// What a slot of three of the largest entries costs, heads included.
const SLOT_BYTES_MAX: usize = BUCKET_ENTRIES * (HAMT_KEY_BYTES_MAX + HAMT_VALUE_BYTES_MAX + 8) + 1;
const _: () = assert!(
    (SLOTS as usize) * SLOT_BYTES_MAX + 64 < BLOCK_BYTES_MAX,
    "a full node of the largest entries fits a block"
);

/// The block of a node whose children stand in blocks already.
pub(super) fn write(node: &Node, is_root: bool) -> Block {
    let mut bytes = Vec::with_capacity(4096);
    if is_root {
        bytes.extend_from_slice(ROOT_HEAD);
    }
    codec::push_array(&mut bytes, 2);
    codec::push_bytes(&mut bytes, &node.map().to_le_bytes());
    codec::push_array(&mut bytes, node.slots().len());
    for slot in node.slots() {
        match slot {
            Slot::Bucket(bucket) => bytes.extend_from_slice(bucket.bytes()),
            Slot::Link(link) => {
                let cid = link
                    .cid()
                    .expect("children are written before their parents");
                codec::push_link(&mut bytes, cid);
            }
        }
    }
    if is_root {
        bytes.extend_from_slice(ROOT_TAIL);
    }
    Block::written(bytes).expect("a full node fits a block, as asserted above")
}

/// Fetches and reads the node at a place.
pub(super) fn load(blocks: &dyn Blocks, cid: &Cid, place: &Place) -> Result<Node, HamtError> {
    let block = blocks.get(cid)?.ok_or(StoreError::Missing(*cid))?;
    Ok(read(&block, place)?)
}

/// Reads the node at a place. Its children are left unread.
pub(super) fn read(block: &Block, place: &Place) -> Result<Node, NodeError> {
    let cid = *block.cid();
    parse(block, place).map_err(|fault| NodeError { cid, fault })
}

fn parse(block: &Block, place: &Place) -> Result<Node, NodeFault> {
    if block.cid().codec() != Codec::DagCbor {
        return Err(NodeFault::Raw);
    }
    let mut bytes = block.bytes();
    if place.is_root() {
        let inner = bytes.strip_prefix(ROOT_HEAD).ok_or(NodeFault::Root)?;
        bytes = inner.strip_suffix(ROOT_TAIL).ok_or(NodeFault::Root)?;
    }
    let mut reader = Reader::new(bytes);
    if reader.array()? != 2 {
        let what = "a node of a bitmap and slots";
        return Err(CodecError::Type { what, at: 0 }.into());
    }
    let map = reader.bytes()?;
    let map = u32::from_le_bytes(map.try_into().map_err(|_| NodeFault::Map(map.len()))?);
    let (bits, announced) = (map.count_ones(), reader.array()?);
    if u64::from(bits) != announced {
        let slots = announced;
        return Err(NodeFault::Slots { bits, slots });
    }
    let mut slots = Vec::with_capacity(bits as usize);
    for number in taken(map) {
        slots.push(if reader.at_link() {
            link(&mut reader, place)?
        } else {
            bucket(&mut reader, place, number)?
        });
    }
    reader.finish()?;
    if !place.is_root() && entries_if_no_links(&slots).is_some_and(|n| n <= BUCKET_ENTRIES) {
        return Err(NodeFault::Few);
    }
    Ok(Node::of(map, slots))
}

fn link(reader: &mut Reader<'_>, place: &Place) -> Result<Slot, NodeFault> {
    let cid = reader.link()?;
    if cid.codec() != Codec::DagCbor {
        return Err(NodeFault::Link);
    }
    if !place.has_below() {
        return Err(NodeFault::Deep);
    }
    Ok(Slot::Link(Link::to(cid)))
}

fn bucket(reader: &mut Reader<'_>, place: &Place, number: u8) -> Result<Slot, NodeFault> {
    let count = reader.array()?;
    if !(1..=BUCKET_ENTRIES as u64).contains(&count) {
        return Err(NodeFault::Bucket(count));
    }
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(BUCKET_ENTRIES);
    for _ in 0..count {
        let parts = reader.array()?;
        if parts != 2 {
            return Err(NodeFault::Entry(parts));
        }
        let key = reader.bytes()?;
        let value = reader.value(HAMT_VALUE_DEPTH_MAX)?;
        if key.len() > HAMT_KEY_BYTES_MAX {
            return Err(NodeFault::KeySize(key.len()));
        }
        if value.len() > HAMT_VALUE_BYTES_MAX {
            return Err(NodeFault::ValueSize(value.len()));
        }
        if entries.last().is_some_and(|last| last.key >= key) {
            return Err(NodeFault::KeyOrder);
        }
        if !place.takes(number, key) {
            return Err(NodeFault::KeyPlace);
        }
        entries.push(Entry { key, value });
    }
    Ok(Slot::Bucket(Bucket::of(&entries)))
}

/// How many entries the slots hold, unless there is a link among them. Behind a link there are
/// more than a bucket holds, or reading the node there is refused.
fn entries_if_no_links(slots: &[Slot]) -> Option<usize> {
    slots
        .iter()
        .map(|slot| match slot {
            Slot::Bucket(bucket) => Some(bucket.len()),
            Slot::Link(_) => None,
        })
        .sum()
}

#[cfg(test)]
mod tests;
