//! `store.log`: the truth about what the segments hold. Every change is one record, written and
//! synced before it is acknowledged. When the log has grown well past what still matters in it, it
//! is written anew and takes the old one's place.

mod frame;
mod read;
mod record;
mod rewrite;
mod state;

pub(crate) use read::{LogDamage, Reading};
pub(crate) use record::{Dead, Grown, Position, Preface, Record};
pub(crate) use rewrite::RewriteError;
pub(crate) use state::{Segment, State};

use crate::disk::{Disk, DiskFile, fault};
use icn_dag::StoreError;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the log in the store's directory.
pub(crate) const LOG_FILE: &str = "store.log";

/// The name under which a new log is written, until it is whole.
const NEW_FILE: &str = "store.log.new";

/// The log is extended by zeros in pieces of this size, so that appending a record does not change
/// the size of the file, which would make its sync dearer.
const PIECE_BYTES: usize = 1024 * 1024;

/// The log is written anew when it has this many bytes more than twice what it began with.
const SLACK_BYTES: u64 = 16 * 1024 * 1024;

/// The log, open for writing.
#[derive(Debug)]
pub(crate) struct Log {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    file: Arc<dyn DiskFile>,
    store: icn_base::Bytes,
    /// Where the next record goes.
    end: u64,
    /// Up to where the file is known to be zeros from `end` on.
    zeros_end: u64,
    /// The log's size when it was last written anew.
    base_bytes: u64,
    at: Position,
}

impl Log {
    /// Makes the log of a new store.
    pub(crate) fn create(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        store: icn_base::Bytes,
    ) -> Result<Self, StoreError> {
        let preface = Preface::new(store, Position::default(), 1);
        Ok(rewrite::write(
            disk,
            dir,
            &preface,
            &State::default(),
            None,
        )?)
    }

    /// Goes on where a log that was read ends. What a crash left behind the end is wiped.
    pub(crate) fn resume(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        reading: &Reading,
    ) -> Result<Self, StoreError> {
        let path = dir.join(LOG_FILE);
        let file = disk.open(&path).map_err(fault("open", &path))?;
        let size = file.len().map_err(fault("measure", &path))?;
        let log = Self {
            disk: Arc::clone(disk),
            dir: dir.to_owned(),
            file,
            store: reading.preface().store.clone(),
            end: reading.end(),
            zeros_end: size.max(reading.end()),
            base_bytes: reading.base_end(),
            at: reading.position(),
        };
        if reading.torn_bytes() > 0 {
            log.zero(reading.end(), size)?;
        }
        Ok(log)
    }

    /// Writes a record and makes it survive a crash. After an error the file may or may not hold
    /// it: before anything else is written, [`Log::rewrite`] must have settled that it does not.
    pub(crate) fn append(&mut self, record: &Record) -> Result<Position, StoreError> {
        let mut bytes = Vec::new();
        let seq = self.at.seq + 1;
        let crc = frame::push(&mut bytes, seq, &record.encode());
        let end = self.end + bytes.len() as u64;
        if end > self.zeros_end {
            let zeros_end = end.next_multiple_of(PIECE_BYTES as u64);
            self.zero(self.zeros_end, zeros_end)?;
            self.zeros_end = zeros_end;
        }
        let path = self.path();
        let wrote = self.file.write_at(&bytes, self.end);
        wrote.map_err(fault("write", &path))?;
        self.file.sync().map_err(fault("sync", &path))?;
        self.end = end;
        self.at = Position { seq, crc };
        Ok(self.at)
    }

    /// Puts a new log in the place of this one: the same state, without its history, and without
    /// what an append that failed may have left.
    pub(crate) fn rewrite(&mut self, state: &State, next_segment: u32) -> Result<(), RewriteError> {
        let old = Reading::of(&*self.file, &self.path(), self.end);
        let old = old.map_err(RewriteError::Kept)?;
        let preface = Preface::new(self.store.clone(), self.at, next_segment);
        *self = rewrite::write(&self.disk, &self.dir, &preface, state, Some(&old))?;
        Ok(())
    }

    /// True if most of the log is history.
    pub(crate) fn is_long(&self) -> bool {
        self.end > 2 * self.base_bytes + SLACK_BYTES
    }

    /// Goes on with a long log for a while, because it cannot be written anew now.
    pub(crate) const fn put_off_rewrite(&mut self) {
        self.base_bytes = self.end;
    }

    /// Bytes of records.
    pub(crate) const fn bytes(&self) -> u64 {
        self.end
    }

    fn zero(&self, from: u64, to: u64) -> Result<(), StoreError> {
        let path = self.path();
        let zeros = vec![0; PIECE_BYTES];
        let mut at = from;
        while at < to {
            let part = zeros
                .len()
                .min(usize::try_from(to - at).unwrap_or(usize::MAX));
            let wrote = self.file.write_at(&zeros[..part], at);
            wrote.map_err(fault("extend", &path))?;
            at += part as u64;
        }
        self.file.sync().map_err(fault("sync", &path))
    }

    fn path(&self) -> PathBuf {
        self.dir.join(LOG_FILE)
    }
}

impl Preface {
    fn new(store: icn_base::Bytes, after: Position, next_segment: u32) -> Self {
        Self {
            format: record::FORMAT,
            writer: env!("CARGO_PKG_VERSION").to_owned(),
            store,
            after,
            next_segment,
        }
    }
}

/// A log of a format to come, which says more than this version can read.
#[cfg(test)]
pub(crate) fn newer_log() -> Vec<u8> {
    let fields = std::collections::BTreeMap::from([
        ("format", icn_base::codec::Value::Integer(2)),
        ("writer", icn_base::codec::Value::Text("7.3.1".to_owned())),
        ("beyond", icn_base::codec::Value::Bool(true)),
    ]);
    let mut bytes = Vec::new();
    frame::push(&mut bytes, 0, &icn_base::codec::encode(&fields).unwrap());
    bytes
}
