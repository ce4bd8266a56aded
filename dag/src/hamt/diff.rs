//! What differs between two maps. Subtrees that are the same in both are never read.

use super::Hamt;
use super::bucket::{Bucket, Entry};
use super::error::HamtError;
use super::node::Slot;
use super::place::{Place, SLOTS};
use crate::Blocks;
use std::collections::BTreeMap;
use std::fmt;

/// A key whose value differs; at least one of the values is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The key.
    pub key: Vec<u8>,
    /// The canonical bytes of the value in the old map.
    pub old: Option<Vec<u8>>,
    /// The canonical bytes of the value in the new map.
    pub new: Option<Vec<u8>>,
}

/// The changes from one map to another, in the order of the keys' hashes. It ends at the first
/// error.
///
/// It goes down before it goes on, so it holds a few slots per level in memory. That also bounds
/// what hostile blocks can make it do: few blocks can spell a huge tree by linking to the same
/// node again and again, but the first leaf of it would need keys whose hashes lead there.
pub struct Diff<'a> {
    blocks: &'a dyn Blocks,
    /// Pairs that are still to be compared; the next one is the last.
    open: Vec<Pair>,
    /// Changes that were found and not given out yet; the next one is the last.
    found: Vec<Change>,
}

/// What the two maps have in one slot.
struct Pair {
    old: Option<Slot>,
    new: Option<Slot>,
    /// The place of a node in that slot.
    place: Place,
}

impl<'a> Diff<'a> {
    pub(super) fn new(old: Option<&Hamt>, new: &Hamt, blocks: &'a dyn Blocks) -> Self {
        let slot = |map: &Hamt| Slot::Link(map.root.clone());
        let roots = Pair {
            old: old.map(slot),
            new: Some(slot(new)),
            place: Place::root(),
        };
        Self {
            blocks,
            open: vec![roots],
            found: Vec::new(),
        }
    }

    fn compare(&mut self, pair: &Pair) -> Result<(), HamtError> {
        match (&pair.old, &pair.new) {
            (Some(Slot::Link(old)), Some(Slot::Link(new))) if old.is_same(new) => Ok(()),
            (Some(Slot::Link(_)), _) | (_, Some(Slot::Link(_))) => self.descend(pair),
            (Some(Slot::Bucket(old)), Some(Slot::Bucket(new))) if old == new => Ok(()),
            (old, new) => {
                self.found = changes(&entries(old.as_ref()), &entries(new.as_ref()));
                Ok(())
            }
        }
    }

    fn descend(&mut self, pair: &Pair) -> Result<(), HamtError> {
        let place = pair.place;
        let mut old = spread(pair.old.as_ref(), place, self.blocks)?;
        let mut new = spread(pair.new.as_ref(), place, self.blocks)?;
        for number in (0..SLOTS).rev() {
            let at = usize::from(number);
            let (old, new) = (old[at].take(), new[at].take());
            if old.is_some() || new.is_some() {
                let place = place.child(number);
                self.open.push(Pair { old, new, place });
            }
        }
        Ok(())
    }
}

impl Iterator for Diff<'_> {
    type Item = Result<Change, HamtError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(change) = self.found.pop() {
                return Some(Ok(change));
            }
            let pair = self.open.pop()?;
            if let Err(error) = self.compare(&pair) {
                self.open.clear();
                return Some(Err(error));
            }
        }
    }
}

impl fmt::Debug for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Diff({} slots to compare)", self.open.len())
    }
}

/// The slots of a node at `place`, or those that it would have if it were made of a bucket.
fn spread(
    slot: Option<&Slot>,
    place: Place,
    blocks: &dyn Blocks,
) -> Result<[Option<Slot>; SLOTS as usize], HamtError> {
    let mut slots: [Option<Slot>; SLOTS as usize] = Default::default();
    match slot {
        None => {}
        Some(Slot::Link(link)) => {
            for (number, slot) in link.node(blocks, &place)?.numbered() {
                slots[usize::from(number)] = Some(slot.clone());
            }
        }
        Some(Slot::Bucket(bucket)) => {
            let mut parts: BTreeMap<u8, Vec<Entry<'_>>> = BTreeMap::new();
            for entry in bucket.entries() {
                let number = place.towards(entry.key).slot();
                parts.entry(number).or_default().push(entry);
            }
            for (number, entries) in parts {
                slots[usize::from(number)] = Some(Slot::Bucket(Bucket::of(&entries)));
            }
        }
    }
    Ok(slots)
}

fn entries(slot: Option<&Slot>) -> Vec<Entry<'_>> {
    match slot {
        Some(Slot::Bucket(bucket)) => bucket.entries().collect(),
        Some(Slot::Link(_)) | None => Vec::new(),
    }
}

/// The changes between two buckets' entries, with the first key last.
fn changes(old: &[Entry<'_>], new: &[Entry<'_>]) -> Vec<Change> {
    let value = |entries: &[Entry<'_>], key: &[u8]| {
        let found = entries.iter().find(|entry| entry.key == key);
        found.map(|entry| entry.value.to_vec())
    };
    let mut keys: Vec<_> = old.iter().chain(new).map(|entry| entry.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.iter()
        .rev()
        .map(|key| Change {
            key: key.to_vec(),
            old: value(old, key),
            new: value(new, key),
        })
        .filter(|change| change.old != change.new)
        .collect()
}

#[cfg(test)]
mod tests;
