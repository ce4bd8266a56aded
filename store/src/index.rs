//! The index: where each block is. It can be lost at any time and is built again from the log and
//! the segments.
//!
//! New entries go to a table in memory. A full table is written to sled as a run, in pages of many
//! entries, by a thread of its own; when runs of one size add up, they are merged into a larger
//! one. So sled has little to do for each block, and memory holds the newest entries and less than
//! two bytes for each of the others.

mod catalogue;
mod entry;
mod filter;
mod merge;
mod pages;
mod run;
mod view;
mod worker;

pub(crate) use pages::IndexFault;

use crate::log::Position;
use crate::segment::{Segments, Slot};
use catalogue::Catalogue;
use icn_base::{Bytes, Cid};
use icn_dag::StoreError;
use merge::{Merge, Source};
use pages::Pages;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;
use view::{Frozen, View};
use worker::Work;

/// The directory of the index, in the store's.
pub(crate) const INDEX_DIR: &str = "index";

/// Entries at which a table is written to sled.
const TABLE_ENTRIES: usize = 65_536;

/// Bytes of blocks at which it is too, so that a crash never has us read much more than this.
const TABLE_BYTES: u64 = 256 * 1024 * 1024;

/// Tables below this are not written when the store is closed: reading the blocks again is cheaper
/// than a run.
const CLOSE_ENTRIES: usize = 4_096;

/// The same in bytes of blocks.
const CLOSE_BYTES: u64 = 16 * 1024 * 1024;

/// Entries that a table may have while the disk has no room for them in sled. What can free room,
/// dropping blocks, adds entries too, so it must not be refused early.
const TABLE_ENTRIES_MAX: usize = 16 * TABLE_ENTRIES;

/// What sled may write for an entry, on the way to the place where it stays.
const ENTRY_ROOM_BYTES: u64 = 256;

/// What sled may write besides.
const ROOM_BYTES: u64 = 2 * 1024 * 1024;

/// Tables that may wait for sled before a commit does.
const QUEUE_TABLES: usize = 4;

/// The index, with the thread that writes it.
#[derive(Debug)]
pub(crate) struct Index {
    inner: Arc<Inner>,
    work: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and the readers share.
#[derive(Debug)]
struct Inner {
    pages: Pages,
    segments: Arc<Segments>,
    view: RwLock<View>,
    /// Why the index cannot be used any more.
    fault: OnceLock<IndexFault>,
    /// The thread is to leave unfinished what can be done again.
    stop: AtomicBool,
}

/// What the index has to say about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexStat {
    /// Entries that are not in sled yet.
    pub in_memory: u64,
    /// Runs in sled.
    pub runs: u64,
    /// Entries in them, with those that are out of date.
    pub entries: u64,
    /// Bytes of sled's files.
    pub disk_bytes: u64,
    /// Why it cannot be used any more, until the store is opened again.
    pub fault: Option<String>,
}

impl Index {
    /// Opens the index of a store, if it is whole. The thread forgets entries of segments that are
    /// not among `segments`.
    pub(crate) fn open(
        dir: &Path,
        cache_bytes: u64,
        store: &Bytes,
        segments: &Arc<Segments>,
    ) -> Result<Self, IndexFault> {
        let pages = Pages::open(dir, cache_bytes)?;
        let (catalogue, runs) = Catalogue::load(&pages, store)?;
        let view = View {
            position: catalogue.position,
            runs: Arc::new(runs),
            ..View::default()
        };
        let inner = Arc::new(Inner {
            pages,
            segments: Arc::clone(segments),
            view: RwLock::new(view),
            fault: OnceLock::new(),
            stop: AtomicBool::new(false),
        });
        let (work, queue) = sync_channel(QUEUE_TABLES);
        let worker = worker::Worker::new(&inner, catalogue, queue);
        let thread = std::thread::Builder::new().name("icn-index".to_owned());
        let thread = thread.spawn(move || worker.run());
        let thread = thread.map_err(|error| IndexFault::Disk(format!("no thread: {error}")))?;
        Ok(Self {
            inner,
            work: Some(work),
            thread: Some(thread),
        })
    }

    /// Removes an index from the disk.
    pub(crate) fn destroy(dir: &Path) -> std::io::Result<()> {
        Pages::destroy(dir)
    }

    /// Up to where the index follows the log; nothing if it is not built yet.
    pub(crate) fn position(&self) -> Option<Position> {
        self.inner.view().position
    }

    /// Where a block is. The segment may have been given up since, and then it is nowhere.
    pub(crate) fn find(&self, cid: &Cid) -> Result<Option<Slot>, StoreError> {
        let runs = {
            let view = self.inner.view();
            if let Some(slot) = view.find(cid) {
                return Ok(slot);
            }
            Arc::clone(&view.runs)
        };
        for run in runs.iter() {
            let found = run.find(&self.inner.pages, cid);
            if let Some(slot) = found.map_err(|fault| self.inner.fail(fault))? {
                return Ok(slot);
            }
        }
        Ok(None)
    }

    /// Blocks above `after` in the order of their CIDs, of which `keep` says whether they count.
    pub(crate) fn list(
        &self,
        after: Option<&Cid>,
        count: usize,
        keep: impl Fn(Slot) -> bool,
    ) -> Result<Vec<Cid>, StoreError> {
        if self.inner.view().in_memory() > CLOSE_ENTRIES {
            // Sorting a large table for each page of a list would cost more than writing it once.
            self.flush()?;
        }
        let fail = |fault| self.inner.fail(fault);
        let (sorted, runs) = {
            let view = self.inner.view();
            (view.sorted(after), Arc::clone(&view.runs))
        };
        let pages = &self.inner.pages;
        let sorted = sorted.into_iter().map(Vec::into_iter);
        let mut sources: Vec<Source> = sorted.map(Source::Sorted).collect();
        for run in runs.iter() {
            sources.push(Source::run(pages, Arc::clone(run), after).map_err(fail)?);
        }
        let mut merge = Merge::new(pages, sources).map_err(fail)?;
        let mut cids = Vec::new();
        while cids.len() < count
            && let Some((cid, slot)) = merge.next().map_err(fail)?
        {
            cids.extend(slot.is_some_and(&keep).then_some(cid));
        }
        Ok(cids)
    }

    /// Takes in entries: `bytes` of blocks, after which the index follows the log to `position`.
    pub(crate) fn apply(
        &self,
        entries: impl IntoIterator<Item = (Cid, Option<Slot>)>,
        bytes: u64,
        position: Option<Position>,
    ) {
        let mut view = self.inner.view_mut();
        view.table.extend(entries);
        view.table_bytes += bytes;
        view.position = position;
    }

    /// Hands a full table to the thread, and waits if it has fallen behind.
    pub(crate) fn make_room(&self) -> Result<(), StoreError> {
        let (entries, full) = {
            let view = self.inner.view();
            let entries = view.table.len();
            (
                entries,
                entries >= TABLE_ENTRIES || view.table_bytes >= TABLE_BYTES,
            )
        };
        if full && !self.freeze()? && entries >= TABLE_ENTRIES_MAX {
            return Err(StoreError::DiskFull);
        }
        match self.inner.fault.get() {
            None => Ok(()),
            Some(fault) => Err(StoreError::Stopped(fault.to_string())),
        }
    }

    /// Writes all that is in memory to sled, and waits until it is safe there. False if the disk
    /// has no room for it.
    pub(crate) fn flush(&self) -> Result<bool, StoreError> {
        if !self.freeze()? {
            return Ok(false);
        }
        let (done, wait) = sync_channel(1);
        self.send(Work::Sync(done))?;
        wait.recv().map_err(|_| self.stopped())?;
        Ok(true)
    }

    /// What the index has to say about itself.
    pub(crate) fn stat(&self) -> IndexStat {
        let view = self.inner.view();
        let fault = self.inner.fault.get();
        IndexStat {
            in_memory: view.in_memory() as u64,
            runs: view.runs.len() as u64,
            entries: view.runs.iter().map(|run| run.row.entries).sum(),
            disk_bytes: self.inner.pages.disk_bytes().unwrap_or_default(),
            fault: fault.map(ToString::to_string),
        }
    }

    /// Hands the table to the thread. False, and the table stays, if the disk has no room for it:
    /// sled would not survive that.
    fn freeze(&self) -> Result<bool, StoreError> {
        let entries = self.inner.view().in_memory();
        if !self.inner.has_room(entries as u64) {
            return Ok(false);
        }
        let frozen = {
            let mut view = self.inner.view_mut();
            let table = std::mem::take(&mut view.table);
            view.table_bytes = 0;
            let position = view.position;
            let frozen = Arc::new(Frozen { table, position });
            view.frozen.push_front(Arc::clone(&frozen));
            frozen
        };
        self.send(Work::Table(frozen))?;
        Ok(true)
    }

    fn send(&self, work: Work) -> Result<(), StoreError> {
        let sender = self.work.as_ref().ok_or_else(|| self.stopped())?;
        sender.send(work).map_err(|_| self.stopped())
    }

    fn stopped(&self) -> StoreError {
        let fault = self.inner.fault.get();
        let fault = fault.map_or_else(|| "index: its thread ended".to_owned(), ToString::to_string);
        StoreError::Stopped(fault)
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        let large = {
            let view = self.inner.view();
            view.table.len() >= CLOSE_ENTRIES || view.table_bytes >= CLOSE_BYTES
        };
        if large {
            // If it fails, the next open reads the blocks again.
            drop(self.freeze());
        }
        self.inner.stop.store(true, Ordering::Relaxed);
        self.work = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Inner {
    fn view(&self) -> RwLockReadGuard<'_, View> {
        self.view.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn view_mut(&self) -> RwLockWriteGuard<'_, View> {
        self.view.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// True if the disk has room for what sled may write for so many entries.
    fn has_room(&self, entries: u64) -> bool {
        let needed = entries
            .saturating_mul(ENTRY_ROOM_BYTES)
            .saturating_add(ROOM_BYTES);
        let space = self.segments.disk().space(self.segments.dir());
        space.is_ok_and(|space| space.free >= needed)
    }

    /// Notes that the index cannot be used any more. The blocks are safe, so that opening the
    /// store again mends it.
    fn fail(&self, fault: IndexFault) -> StoreError {
        if matches!(fault, IndexFault::Broken(_)) {
            self.pages.condemn();
        }
        StoreError::Stopped(self.fault.get_or_init(|| fault).to_string())
    }
}
