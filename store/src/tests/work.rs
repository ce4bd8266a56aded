//! What the tests have a store do, and what it must have done.

use super::sim::{Rng, SimDisk};
use crate::open::Place;
use crate::{DiskStore, OpenError, Opened, Options};
use icn_base::{Cid, Time};
use icn_dag::{Batch, Block, MemStore, Pin, Store, StoreError};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

/// One thing that is done to a store.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Commit(Batch),
    Compact,
    /// Writes the log anew.
    Shorten,
    /// Writes the index.
    Flush,
}

/// A store on a simulated disk. sled's directory is real; it is kept, or lost, as a crash would.
#[derive(Debug)]
pub(super) struct Rig {
    pub(super) disk: SimDisk,
    pub(super) index: TempDir,
    pub(super) options: Options,
}

/// The directory of the store on its disk.
pub(super) fn dir() -> PathBuf {
    PathBuf::from("/store")
}

/// A directory in memory, if there are such, because what sled keeps is never relied on.
pub(super) fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

impl Rig {
    pub(super) fn new() -> Self {
        Self {
            disk: SimDisk::default(),
            index: scratch(),
            options: Options {
                // So small that most batches begin a new one.
                segment_bytes: 4_096,
                ..Options::default()
            },
        }
    }

    pub(super) fn place(&self) -> Place {
        Place {
            disk: Arc::new(self.disk.clone()),
            dir: dir(),
            index: self.index.path().join("index"),
        }
    }

    pub(super) fn try_open(&self) -> Result<(DiskStore, Opened), OpenError> {
        self.place().open(self.options, None, false, &mut |_| ())
    }

    pub(super) fn open(&self) -> DiskStore {
        self.try_open().unwrap().0
    }

    /// The same after a crash. The index is as it was, which may be ahead of what is left, or gone.
    pub(super) fn crash(self, seed: u64) -> Self {
        let disk = self.disk.crash(seed);
        let index = if seed.is_multiple_of(3) {
            scratch()
        } else {
            self.index
        };
        Self {
            disk,
            index,
            options: self.options,
        }
    }
}

impl Step {
    pub(super) fn run(&self, store: &mut DiskStore) -> Result<(), StoreError> {
        match self {
            Self::Commit(batch) => store.commit(batch.clone()),
            Self::Compact => store.compact(|_| ()).map(drop),
            Self::Shorten => store.shorten_log(),
            Self::Flush => store.shared().index.flush().map(drop),
        }
    }

    pub(super) fn run_model(&self, model: &mut MemStore) {
        if let Self::Commit(batch) = self {
            model.commit(batch.clone()).unwrap();
        }
    }
}

/// A number of steps, the same for the same seed: puts of new and old blocks, drops, pins, names,
/// and now and then the housekeeping.
pub(super) fn steps(seed: u64, count: usize) -> Vec<Step> {
    let (mut rng, mut seen) = (Rng::new(seed), vec![Block::raw(*b"first").unwrap()]);
    (0..count)
        .map(|_| match rng.below(12) {
            0 => Step::Compact,
            1 => Step::Shorten,
            2 => Step::Flush,
            _ => Step::Commit(batch(&mut rng, &mut seen)),
        })
        .collect()
}

fn batch(rng: &mut Rng, seen: &mut Vec<Block>) -> Batch {
    let mut batch = Batch::default();
    let pick = |rng: &mut Rng, seen: &[Block]| seen[rng.below(seen.len())].clone();
    for _ in 0..rng.below(5) {
        let block = block(rng, seen);
        seen.push(block.clone());
        batch.blocks.push(block);
    }
    for _ in 0..rng.below(3) {
        batch.blocks.push(pick(rng, seen));
    }
    for _ in 0..rng.below(6) {
        batch.drop.push(*pick(rng, seen).cid());
    }
    for _ in 0..rng.below(2) {
        let until = Some(rng.below(9) as u64).filter(|&ms| ms > 2);
        let until = until.map(|ms| Time::from_ms(ms).unwrap());
        let root = *pick(rng, seen).cid();
        batch.pin.push(Pin { root, until });
        batch.unpin.push(*pick(rng, seen).cid());
    }
    for _ in 0..rng.below(2) {
        let target = (rng.below(3) > 0).then(|| *pick(rng, seen).cid());
        batch.names.insert(format!("name {}", rng.below(4)), target);
    }
    batch
}

fn block(rng: &mut Rng, seen: &[Block]) -> Block {
    match rng.below(8) {
        0 => Block::cbor(&[seen[rng.below(seen.len())].cid()]).unwrap(),
        1 => {
            let size = 2_000 + rng.below(3_000);
            Block::raw(rng.bytes(size)).unwrap()
        }
        _ => {
            let size = rng.below(300);
            Block::raw(rng.bytes(size)).unwrap()
        }
    }
}

/// Everything that can be asked of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    blocks: BTreeMap<Cid, Block>,
    pins: Vec<Pin>,
    names: BTreeMap<String, Cid>,
}

/// Asks a store everything, by all the ways there are.
pub(super) fn whole(store: &impl Store) -> Result<Whole, StoreError> {
    let (mut blocks, mut after) = (BTreeMap::new(), None);
    loop {
        let page = store.list(after.as_ref(), 7)?;
        let Some(last) = page.last() else { break };
        assert!(page.is_sorted() && after.is_none_or(|after| after < page[0]));
        after = Some(*last);
        for cid in page {
            let block = store.get(&cid)?.expect("what is listed is here");
            assert_eq!(store.size(&cid)?, Some(block.bytes().len() as u64));
            assert!(cid.names(block.bytes()) && block.cid() == &cid);
            blocks.insert(cid, block);
        }
    }
    Ok(Whole {
        blocks,
        pins: store.pins()?,
        names: store.names()?,
    })
}

/// Checks that a store holds what the model does, and that its figures say so.
pub(super) fn check(store: &DiskStore, model: &MemStore) {
    assert_eq!(whole(store).unwrap(), whole(model).unwrap());
    assert_eq!(store.stat().blocks, model.len() as u64);
}
