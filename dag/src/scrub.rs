//! Scrub: reads every block and hashes it again, to find what the disk has changed.

use crate::survey::Tally;
use crate::{Block, Store, StoreError};
use icn_base::Cid;
use icn_base::limits::{LISTED_CIDS_MAX, PAGE_CIDS};

/// A block that cannot be had as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The block.
    pub cid: Cid,
    /// What is wrong with it, and where.
    pub why: String,
}

/// What a scrub has found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Blocks whose bytes are what their CIDs say.
    pub sound: Tally,
    /// The first [`LISTED_CIDS_MAX`] of the blocks that are not.
    pub damaged: Vec<Damage>,
    /// How many are not, listed or not.
    pub damaged_count: u64,
}

/// Reads every block of a store; `progress` is told the state after each page. Damage to one block
/// is noted and does not end the scrub.
pub fn scrub(
    store: &(impl Store + ?Sized),
    mut progress: impl FnMut(&Scrubbed),
) -> Result<Scrubbed, StoreError> {
    let (mut found, mut last) = (Scrubbed::default(), None);
    loop {
        last = found.page(store, last.as_ref(), PAGE_CIDS)?;
        if last.is_none() {
            return Ok(found);
        }
        progress(&found);
    }
}

impl Scrubbed {
    /// Reads up to `count` blocks above `after`, for a scrub in small portions. Returns the last
    /// CID read, from which the next page goes on; nothing at the end of the store.
    pub fn page(
        &mut self,
        store: &(impl Store + ?Sized),
        after: Option<&Cid>,
        count: usize,
    ) -> Result<Option<Cid>, StoreError> {
        let page = store.list(after, count)?;
        for &cid in &page {
            match judge(&cid, store.get(&cid))? {
                Ok(size) => self.sound.add(size),
                Err(why) => self.note(Damage { cid, why }),
            }
        }
        Ok(page.last().copied())
    }

    fn note(&mut self, damage: Damage) {
        if self.damaged.len() < LISTED_CIDS_MAX {
            self.damaged.push(damage);
        }
        self.damaged_count += 1;
    }
}

/// The size of a sound block, or what is wrong with it, or why the whole store cannot be read.
fn judge(
    cid: &Cid,
    got: Result<Option<Block>, StoreError>,
) -> Result<Result<u64, String>, StoreError> {
    match got {
        Ok(Some(block)) if block.cid() == cid && cid.names(block.bytes()) => {
            Ok(Ok(block.bytes().len() as u64))
        }
        Ok(Some(_)) => Ok(Err("its bytes do not hash to its CID".to_owned())),
        Ok(None) => Ok(Err("it is listed, but not to be found".to_owned())),
        Err(stopped @ StoreError::Stopped(_)) => Err(stopped),
        Err(error) => Ok(Err(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{Faulty, chain, leaf, store_of};
    use crate::{Batch, MemStore};

    fn found(store: &impl Store) -> Scrubbed {
        scrub(store, |_| {}).unwrap()
    }

    #[test]
    fn a_sound_store_is_read_to_its_end() {
        let blocks = chain(2 * PAGE_CIDS + 1);
        let store = store_of(&blocks);
        let mut pages = Vec::new();
        let last = scrub(&store, |so_far| pages.push(so_far.sound.blocks)).unwrap();
        assert_eq!(pages, [4_096, 8_192, 8_193]);
        let bytes = blocks.iter().map(|block| block.bytes().len() as u64).sum();
        assert_eq!(
            last.sound,
            Tally {
                blocks: 8_193,
                bytes
            }
        );
        assert_eq!(last.damaged_count, 0);
        assert_eq!(found(&MemStore::default()), Scrubbed::default());
    }

    #[test]
    fn each_flipped_bit_is_found_and_named() {
        let blocks = chain(5);
        let victim = &blocks[2];
        for bit in 0..victim.bytes().len() * 8 {
            let mut bytes = victim.bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let mut store = store_of(&blocks);
            store
                .commit(Batch::of([Block::forged(*victim.cid(), bytes)]))
                .unwrap();
            let found = found(&store);
            assert_eq!(found.sound.blocks, 4);
            assert_eq!(found.damaged_count, 1);
            assert_eq!(found.damaged[0].cid, *victim.cid());
            assert_eq!(found.damaged[0].why, "its bytes do not hash to its CID");
        }
    }

    #[test]
    fn damage_that_the_store_finds_is_named_and_the_scrub_goes_on() {
        let blocks = chain(6);
        let mut store = Faulty::over(store_of(&blocks));
        store.damaged.insert(*blocks[1].cid());
        store.unreadable.insert(*blocks[4].cid());
        let found = found(&store);
        assert_eq!((found.sound.blocks, found.damaged_count), (4, 2));
        let why = |block: &Block| {
            let cid = *block.cid();
            found
                .damaged
                .iter()
                .find(|damage| damage.cid == cid)
                .unwrap()
                .why
                .clone()
        };
        assert!(why(&blocks[1]).contains("is damaged in 1.car at 2"));
        assert!(why(&blocks[4]).starts_with("cannot read 1.car"));
    }

    #[test]
    fn a_store_of_nothing_but_damage_gives_a_short_report() {
        let blocks: Vec<Block> = (0..LISTED_CIDS_MAX + 5)
            .map(|i| leaf(&i.to_string()))
            .collect();
        let mut store = Faulty::over(store_of(&blocks));
        store.damaged = blocks.iter().map(|block| *block.cid()).collect();
        let found = found(&store);
        assert_eq!(found.damaged.len(), LISTED_CIDS_MAX);
        assert_eq!(found.damaged_count, blocks.len() as u64);
        assert_eq!(found.sound, Tally::default());
    }
}
