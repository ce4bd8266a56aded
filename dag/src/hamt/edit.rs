//! Changing a node and those above it. Whatever the order of changes, the same entries give the
//! same nodes: a bucket that overflows becomes a node, and a node whose entries fit into a bucket
//! becomes one again.
//!
//! Each change copies the nodes that other maps share, and says whether it changed anything; if
//! so, the nodes from there up to the root stand in no block any more. Everything that can fail
//! does so on the way down, before anything is changed.

use super::bucket::{BUCKET_ENTRIES, Bucket, Entry};
use super::error::HamtError;
use super::layout;
use super::node::{Link, Node, Slot};
use super::place::Place;
use crate::{Block, Blocks};
use icn_base::Cid;

/// Sets an entry in or below the node at `place`, which lies on the way to its key.
pub(super) fn set(
    link: &mut Link,
    place: Place,
    blocks: &dyn Blocks,
    entry: Entry<'_>,
) -> Result<bool, HamtError> {
    let node = link.node_mut(blocks, &place)?;
    let Some(slot) = node.slot_mut(place.slot()) else {
        node.insert(place.slot(), Slot::Bucket(Bucket::of(&[entry])));
        link.touch();
        return Ok(true);
    };
    match slot {
        Slot::Bucket(bucket) => {
            if bucket.get(entry.key) == Some(entry.value) {
                return Ok(false);
            }
            *slot = settle(&bucket.with(entry), place)?;
        }
        Slot::Link(child) => {
            if !set(child, place.below(), blocks, entry)? {
                return Ok(false);
            }
        }
    }
    link.touch();
    Ok(true)
}

/// Deletes a key in or below the node at `place`, which lies on the way to it.
pub(super) fn delete(
    link: &mut Link,
    place: Place,
    blocks: &dyn Blocks,
    key: &[u8],
) -> Result<bool, HamtError> {
    let node = link.node_mut(blocks, &place)?;
    let Some(slot) = node.slot_mut(place.slot()) else {
        return Ok(false);
    };
    match slot {
        Slot::Bucket(bucket) => {
            let rest = bucket.without(key);
            if rest.len() == bucket.len() {
                return Ok(false);
            }
            if rest.is_empty() {
                node.remove(place.slot());
            } else {
                *bucket = Bucket::of(&rest);
            }
        }
        Slot::Link(child) => {
            if !delete(child, place.below(), blocks, key)? {
                return Ok(false);
            }
            if let Some(bucket) = child.in_memory().and_then(|node| node.collapsed()) {
                *slot = Slot::Bucket(bucket);
            }
        }
    }
    link.touch();
    Ok(true)
}

/// Reads every node that is not in memory yet.
pub(super) fn fill(link: &mut Link, place: Place, blocks: &dyn Blocks) -> Result<(), HamtError> {
    for (number, child) in link.node_mut(blocks, &place)?.links_mut() {
        fill(child, place.child(number), blocks)?;
    }
    Ok(())
}

/// Writes the nodes that stand in no block, children first, and returns this one's block.
pub(super) fn flush(link: &mut Link, is_root: bool, out: &mut Vec<Block>) -> Cid {
    if let Some(cid) = link.cid() {
        return *cid;
    }
    let node = link.changed_mut();
    for (_, child) in node.links_mut() {
        flush(child, false, out);
    }
    let block = layout::write(node, is_root);
    let cid = *block.cid();
    link.written(cid);
    out.push(block);
    cid
}

/// What a slot of the node at `place` holds for these entries: a bucket, or a node if they
/// overflow it.
fn settle(entries: &[Entry<'_>], place: Place) -> Result<Slot, HamtError> {
    if entries.len() <= BUCKET_ENTRIES {
        return Ok(Slot::Bucket(Bucket::of(entries)));
    }
    if !place.has_below() {
        return Err(HamtError::Collision);
    }
    let below = place.below();
    let mut placed: Vec<(u8, Entry<'_>)> = entries
        .iter()
        .map(|entry| (below.towards(entry.key).slot(), *entry))
        .collect();
    // A stable sort: within a slot the entries stay sorted by key.
    placed.sort_by_key(|(slot, _)| *slot);
    let mut node = Node::default();
    for group in placed.chunk_by(|a, b| a.0 == b.0) {
        let entries: Vec<_> = group.iter().map(|(_, entry)| *entry).collect();
        node.insert(group[0].0, settle(&entries, below.towards(entries[0].key))?);
    }
    Ok(Slot::Link(Link::new(node)))
}
