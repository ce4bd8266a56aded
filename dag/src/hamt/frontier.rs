//! Which blocks of a map are missing, so that they can be fetched a level at a time.

use super::error::HamtError;
use super::layout;
use super::node::Slot;
use super::place::Place;
use crate::Blocks;
use icn_base::Cid;

/// The nodes of the map with this root that are not here, though the node above them is. Of those
/// that are, every value is shown. What is missing below a missing node is not known yet.
pub fn frontier(
    blocks: &dyn Blocks,
    root: &Cid,
    mut value: impl FnMut(&[u8]),
) -> Result<Vec<Cid>, HamtError> {
    let (mut missing, mut stack) = (Vec::new(), vec![(*root, Place::root())]);
    while let Some((cid, place)) = stack.pop() {
        let Some(block) = blocks.get(&cid)? else {
            missing.push(cid);
            continue;
        };
        let node = layout::read(&block, &place)?;
        for (number, slot) in node.numbered() {
            match slot {
                Slot::Bucket(bucket) => bucket.entries().for_each(|entry| value(entry.value)),
                Slot::Link(link) => {
                    let below = link.cid().copied();
                    stack.extend(below.map(|below| (below, place.child(number))));
                }
            }
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hamt::Hamt;
    use crate::{Batch, MemStore, Store};

    #[test]
    fn a_map_is_fetched_a_level_at_a_time_and_every_value_is_seen() {
        let (mut map, mut all) = (Hamt::new(), MemStore::default());
        for key in 0..2_000_u32 {
            map.set(&all, &key.to_be_bytes(), &key).unwrap();
        }
        let (root, blocks) = map.flush();
        let count = blocks.len();
        all.commit(Batch::of(blocks)).unwrap();
        let (mut here, mut rounds) = (MemStore::default(), 0);
        loop {
            let mut values = 0;
            let missing = frontier(&here, &root, |_| values += 1).unwrap();
            if missing.is_empty() {
                assert_eq!(values, 2_000);
                break;
            }
            let found = missing.iter().map(|cid| all.get(cid).unwrap().unwrap());
            here.commit(Batch::of(found)).unwrap();
            rounds += 1;
        }
        assert_eq!(here.len(), count);
        assert!(rounds <= 5, "{rounds}");
    }
}
