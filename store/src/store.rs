//! The store: one writer over segments, log and index.

use crate::index::IndexStat;
use crate::log::{Log, RewriteError, State};
use crate::reader::{Reader, Shared};
use crate::segment::{Appender, Written};
use crate::{Options, disk};
use icn_base::Cid;
use icn_dag::{Block, Blocks, Pin, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Blocks, pins and names on a disk. What [`icn_dag::Store::commit`] has acknowledged survives a
/// crash; what it has not is there as a whole or not at all.
#[derive(Debug)]
pub struct DiskStore {
    pub(crate) reader: Reader,
    pub(crate) state: State,
    pub(crate) log: Log,
    pub(crate) appender: Appender,
    pub(crate) options: Options,
    /// Set after a write to the log has failed, with the blocks that it spoke of: the log may hold
    /// that record, or be another one than a crash would leave. Before anything else, it must be
    /// written anew.
    pub(crate) unsettled: Option<Written>,
}

/// Figures of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Blocks.
    pub blocks: u64,
    /// What their frames weigh.
    pub bytes: u64,
    /// Blocks that were dropped, but still take room.
    pub dead_blocks: u64,
    /// What their frames weigh.
    pub dead_bytes: u64,
    /// Segments.
    pub segments: u64,
    /// What the segments weigh, which is what the quota counts.
    pub segment_bytes: u64,
    /// What they may weigh.
    pub quota_bytes: u64,
    /// What the log weighs.
    pub log_bytes: u64,
    /// Pins.
    pub pins: u64,
    /// Names.
    pub names: u64,
    /// The index.
    pub index: IndexStat,
}

impl DiskStore {
    /// A reader for another thread.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// True if there is no room for so many bytes more, but for what is urgent.
    pub fn is_full(&self, bytes: u64) -> bool {
        let none = self.room(bytes);
        matches!(none, Err(StoreError::Quota { .. } | StoreError::DiskFull))
    }

    /// Figures.
    pub fn stat(&self) -> Stat {
        let segments = || self.state.segments.values();
        let (blocks, dead_blocks) = segments().fold((0, 0), |(blocks, dead), segment| {
            (blocks + segment.blocks, dead + segment.dead_blocks)
        });
        let dead_bytes = segments().map(|segment| segment.dead_bytes).sum();
        let segment_bytes = self.state.disk_bytes();
        Stat {
            blocks: blocks.saturating_sub(dead_blocks),
            bytes: self.state.live_bytes(),
            dead_blocks,
            dead_bytes,
            segments: self.state.segments.len() as u64,
            segment_bytes,
            quota_bytes: self.options.quota_bytes,
            log_bytes: self.log.bytes(),
            pins: self.state.pins.len() as u64,
            names: self.state.names.len() as u64,
            index: self.shared().index.stat(),
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.reader.shared
    }

    /// Sees to it that the next record can be written.
    pub(crate) fn ready(&mut self) -> Result<(), StoreError> {
        if self.unsettled.is_some() {
            self.settle()?;
        }
        self.shared().index.make_room()?;
        if self.log.is_long() {
            self.shorten_log()?;
        }
        Ok(())
    }

    /// Sees to it that the log does not hold a record whose write has failed, and then cuts off
    /// the blocks that it spoke of.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        self.rewrite_log()?;
        if let Some(written) = self.unsettled.take() {
            written.undo(&self.reader.shared.segments, &self.state, None);
        }
        Ok(())
    }

    /// Writes the log anew once most of it is history. The index must have followed it so far,
    /// because the history that it lacks would be gone.
    pub(crate) fn shorten_log(&mut self) -> Result<(), StoreError> {
        if !self.shared().index.flush()? {
            self.log.put_off_rewrite();
            return Ok(());
        }
        match self.rewrite_log() {
            Err(RewriteError::Kept(_)) => self.log.put_off_rewrite(),
            other => other?,
        }
        Ok(())
    }

    fn rewrite_log(&mut self) -> Result<(), RewriteError> {
        let result = self.log.rewrite(&self.state, self.appender.next());
        if let Err(RewriteError::Unknown(_)) = &result {
            self.unsettled.get_or_insert_default();
        }
        result
    }

    /// Refuses what the quota or the disk has no room for.
    pub(crate) fn room(&self, needed: u64) -> Result<(), StoreError> {
        let (used, quota) = (self.state.disk_bytes(), self.options.quota_bytes);
        if used.saturating_add(needed) > quota {
            return Err(StoreError::Quota {
                used,
                quota,
                needed,
            });
        }
        let segments = &self.shared().segments;
        let space = segments.disk().space(segments.dir());
        let space = space.map_err(disk::fault("measure", segments.dir()))?;
        if space.free < self.options.reserve(space).saturating_add(needed) {
            return Err(StoreError::DiskFull);
        }
        Ok(())
    }
}

impl Blocks for DiskStore {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        self.reader.get(cid)
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        self.reader.size(cid)
    }
}

impl icn_dag::Store for DiskStore {
    fn commit(&mut self, batch: icn_dag::Batch) -> Result<(), StoreError> {
        self.commit_batch(&batch, false)
    }

    fn list(&self, after: Option<&Cid>, count: usize) -> Result<Vec<Cid>, StoreError> {
        let shared = self.shared();
        let keep = |slot: crate::segment::Slot| shared.segments.has(slot.segment);
        shared.index.list(after, count, keep)
    }

    fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        let pins = self.state.pins.iter();
        Ok(pins.map(|(&root, &until)| Pin { root, until }).collect())
    }

    fn name(&self, name: &str) -> Result<Option<Cid>, StoreError> {
        Ok(self.state.names.get(name).copied())
    }

    fn names(&self) -> Result<BTreeMap<String, Cid>, StoreError> {
        Ok(self.state.names.clone())
    }
}
