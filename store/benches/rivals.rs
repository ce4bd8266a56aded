//! What the store is compared with, on the same disk and with the same bytes.

use icn_dag::car::frame;
use icn_dag::{Batch, Block, Blocks, Store};
use icn_store::{DiskStore, Options};
use std::fs::File;
use std::os::unix::fs::FileExt;
use tempfile::TempDir;

/// Something that keeps blocks.
pub(crate) trait Rival {
    /// Keeps a batch, and returns when it is durable (or when the rival says so).
    fn put(&mut self, batch: &Prepared);
    /// Reads a block and returns its size.
    fn get(&self, block: &Block) -> usize;
}

/// A batch in every form that a rival wants, so that making it is in nobody's time.
pub(crate) struct Prepared {
    pub(crate) blocks: Vec<Block>,
    frames: Vec<u8>,
}

/// Blocks that were never there before.
pub(crate) struct Fresh {
    count: u64,
}

impl Fresh {
    pub(crate) fn new() -> Self {
        Self { count: 0 }
    }

    /// The next batch.
    pub(crate) fn batch(&mut self, blocks: usize, size: usize) -> Prepared {
        let blocks: Vec<Block> = (0..blocks).map(|_| self.block(size)).collect();
        let mut frames = Vec::new();
        for block in &blocks {
            frame::push(&mut frames, block.cid(), block.bytes());
        }
        Prepared { blocks, frames }
    }

    fn block(&mut self, size: usize) -> Block {
        self.count += 1;
        let mut state = self.count;
        let mut bytes = Vec::with_capacity(size + 8);
        while bytes.len() < size {
            // splitmix64: bytes that do not compress, and are the same in each run.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
        }
        bytes.truncate(size);
        Block::raw(bytes).expect("small enough")
    }
}

/// The store.
pub(crate) struct Icn {
    store: DiskStore,
    _dir: TempDir,
}

impl Icn {
    pub(crate) fn new() -> Self {
        let dir = scratch();
        let (store, _) = DiskStore::open(dir.path(), Options::default()).expect("it is empty");
        Self { store, _dir: dir }
    }
}

impl Rival for Icn {
    fn put(&mut self, batch: &Prepared) {
        let batch = Batch::of(batch.blocks.iter().cloned());
        self.store.commit(batch).expect("there is room");
    }

    fn get(&self, block: &Block) -> usize {
        let found = self.store.get(block.cid()).expect("it is sound");
        found.expect("it was put").bytes().len()
    }
}

/// One file, appended to and synced: the least that durability costs.
pub(crate) struct RawAppend {
    file: File,
    end: u64,
    _dir: TempDir,
}

impl RawAppend {
    pub(crate) fn new() -> Self {
        let dir = scratch();
        let file = File::create(dir.path().join("raw")).expect("it is empty");
        Self {
            file,
            end: 0,
            _dir: dir,
        }
    }
}

impl Rival for RawAppend {
    fn put(&mut self, batch: &Prepared) {
        self.file
            .write_all_at(&batch.frames, self.end)
            .expect("there is room");
        self.file.sync_data().expect("the disk works");
        self.end += batch.frames.len() as u64;
    }

    fn get(&self, _: &Block) -> usize {
        unreachable!("it has no index")
    }
}

/// sled as it comes: CID to bytes, flushed after each batch, which on Linux is not an fsync.
pub(crate) struct PlainSled {
    db: sled::Db,
    _dir: TempDir,
}

impl PlainSled {
    pub(crate) fn new() -> Self {
        let dir = scratch();
        let config = sled::Config::new()
            .path(dir.path().join("db"))
            .flush_every_ms(None);
        let db = config.open().expect("it is empty");
        Self { db, _dir: dir }
    }
}

impl Rival for PlainSled {
    fn put(&mut self, batch: &Prepared) {
        let mut changes = sled::Batch::default();
        for block in &batch.blocks {
            changes.insert(&block.cid().to_bytes()[..], block.bytes());
        }
        self.db.apply_batch(changes).expect("there is room");
        self.db.flush().expect("the disk works");
    }

    fn get(&self, block: &Block) -> usize {
        let found = self.db.get(block.cid().to_bytes()).expect("the disk works");
        // A copy out of the cache, as a block that outlives the look-up needs.
        Vec::from(found.expect("it was put").as_ref()).len()
    }
}

fn scratch() -> TempDir {
    // Not in /tmp, which may be memory.
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("cargo made it")
}
