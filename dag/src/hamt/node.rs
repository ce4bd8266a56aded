//! A node in memory: 32 slots, of which only the taken ones exist.

use super::bucket::{BUCKET_ENTRIES, Bucket, Entry};
use super::error::HamtError;
use super::layout;
use super::place::{Place, SLOTS};
use crate::Blocks;
use icn_base::Cid;
use std::sync::Arc;

/// What a slot holds.
#[derive(Clone)]
pub(super) enum Slot {
    /// Up to three entries.
    Bucket(Bucket),
    /// A node one level down.
    Link(Link),
}

/// The way to a node: at least one of its block and the node itself.
#[derive(Clone, Default)]
pub(super) struct Link {
    /// The block in which the node stands; none since the node was changed.
    cid: Option<Cid>,
    /// The node, perhaps shared with other maps; none until it is needed.
    node: Option<Arc<Node>>,
}

impl Link {
    /// A node that stands in a block and has not been read.
    pub(super) const fn to(cid: Cid) -> Self {
        Self {
            cid: Some(cid),
            node: None,
        }
    }

    /// A node that stands in no block yet.
    pub(super) fn new(node: Node) -> Self {
        Self {
            cid: None,
            node: Some(Arc::new(node)),
        }
    }

    /// The block, unless the node was changed since.
    pub(super) const fn cid(&self) -> Option<&Cid> {
        self.cid.as_ref()
    }

    /// The node, if it is in memory.
    pub(super) const fn in_memory(&self) -> Option<&Arc<Node>> {
        self.node.as_ref()
    }

    /// True if both lead to one node, as far as can be seen without reading it.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let one_block = self.cid.is_some() && self.cid == other.cid;
        one_block || matches!((&self.node, &other.node), (Some(a), Some(b)) if Arc::ptr_eq(a, b))
    }

    /// The node, read if it must be, and forgotten again.
    pub(super) fn node(&self, blocks: &dyn Blocks, place: &Place) -> Result<Arc<Node>, HamtError> {
        match (&self.node, &self.cid) {
            (Some(node), _) => Ok(Arc::clone(node)),
            (None, Some(cid)) => layout::load(blocks, cid, place).map(Arc::new),
            (None, None) => Ok(Arc::default()),
        }
    }

    /// The node, read if it must be, and kept. A node that others share is copied first.
    pub(super) fn node_mut(
        &mut self,
        blocks: &dyn Blocks,
        place: &Place,
    ) -> Result<&mut Node, HamtError> {
        let node = self.node(blocks, place)?;
        // Dropped before the copy is decided on: our own hold must not count as another's.
        self.node = None;
        Ok(Arc::make_mut(self.node.insert(node)))
    }

    /// The node since it was changed, which it was in memory. Copied first if others share it.
    pub(super) fn changed_mut(&mut self) -> &mut Node {
        Arc::make_mut(self.node.get_or_insert_default())
    }

    /// The node has been changed: it stands in no block any more.
    pub(super) fn touch(&mut self) {
        self.cid = None;
    }

    /// The node has been written.
    pub(super) fn written(&mut self, cid: Cid) {
        self.cid = Some(cid);
    }
}

/// A node.
#[derive(Clone, Default)]
pub(super) struct Node {
    /// Bit i says that slot i is taken.
    map: u32,
    /// The taken slots, in order.
    slots: Vec<Slot>,
}

impl Node {
    /// A node of these slots; the map must have one bit for each.
    pub(super) fn of(map: u32, slots: Vec<Slot>) -> Self {
        debug_assert_eq!(map.count_ones() as usize, slots.len());
        Self { map, slots }
    }

    pub(super) const fn map(&self) -> u32 {
        self.map
    }

    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The taken slots, by number.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u8, &Slot)> {
        taken(self.map).zip(&self.slots)
    }

    /// The links to the nodes below, by the number of their slot.
    pub(super) fn links_mut(&mut self) -> impl Iterator<Item = (u8, &mut Link)> {
        taken(self.map)
            .zip(&mut self.slots)
            .filter_map(|(number, slot)| match slot {
                Slot::Link(link) => Some((number, link)),
                Slot::Bucket(_) => None,
            })
    }

    pub(super) fn slot(&self, number: u8) -> Option<&Slot> {
        self.is_taken(number).then(|| &self.slots[self.at(number)])
    }

    pub(super) fn slot_mut(&mut self, number: u8) -> Option<&mut Slot> {
        let at = self.at(number);
        self.is_taken(number).then(|| &mut self.slots[at])
    }

    /// Takes a slot that is free.
    pub(super) fn insert(&mut self, number: u8, slot: Slot) {
        let at = self.at(number);
        // One more at a time: nodes outlive their growth, and a million of them is memory.
        self.slots.reserve_exact(1);
        self.slots.insert(at, slot);
        self.map |= 1 << number;
    }

    /// Frees a slot that is taken.
    pub(super) fn remove(&mut self, number: u8) {
        self.slots.remove(self.at(number));
        self.map &= !(1 << number);
    }

    /// The bucket that stands in this node's stead, if its entries would fit into one: a map in
    /// which deleted keys had left such nodes behind would have another root than one without.
    pub(super) fn collapsed(&self) -> Option<Bucket> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for slot in &self.slots {
            match slot {
                Slot::Bucket(bucket) if entries.len() + bucket.len() <= BUCKET_ENTRIES => {
                    entries.extend(bucket.entries());
                }
                Slot::Bucket(_) | Slot::Link(_) => return None,
            }
        }
        entries.sort_unstable_by_key(|entry| entry.key);
        Some(Bucket::of(&entries))
    }

    const fn is_taken(&self, number: u8) -> bool {
        self.map & (1 << number) != 0
    }

    /// Where a slot stands, or would stand, among those that are taken.
    const fn at(&self, number: u8) -> usize {
        (self.map & ((1 << number) - 1)).count_ones() as usize
    }
}

/// The numbers of the slots that a map says are taken.
pub(super) fn taken(map: u32) -> impl Iterator<Item = u8> {
    (0..SLOTS).filter(move |number| map & (1 << number) != 0)
}
