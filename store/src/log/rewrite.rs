//! Writing a log anew: the state as a few large records, under another name, synced; then it takes
//! the old one's place. A crash leaves one or the other, and both say the same.

use super::read::Reading;
use super::record::{Dead, Pinned, Preface, Record};
use super::state::State;
use super::{LOG_FILE, Log, NEW_FILE, PIECE_BYTES, frame};
use crate::disk::{Disk, DiskFile, fault};
use icn_dag::{Pin, StoreError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Rows of one kind that a record restates.
const ROWS_MAX: usize = 4_096;

/// Why a log was not written anew.
#[derive(Debug)]
pub(crate) enum RewriteError {
    /// The old log is in its place as it was.
    Kept(StoreError),
    /// Either may be in place after a crash.
    Unknown(StoreError),
}

impl From<RewriteError> for StoreError {
    fn from(error: RewriteError) -> Self {
        match error {
            RewriteError::Kept(error) | RewriteError::Unknown(error) => error,
        }
    }
}

/// Writes a log that says `state`. Which blocks are dead is only written in the log that it
/// replaces, so that is copied from there.
pub(super) fn write(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    preface: &Preface,
    state: &State,
    old: Option<&Reading>,
) -> Result<Log, RewriteError> {
    let bytes = restate(preface, state, old);
    let (new, path) = (dir.join(NEW_FILE), dir.join(LOG_FILE));
    let prepared = prepare(&**disk, &new, bytes);
    let (file, end, zeros_end) = prepared.map_err(RewriteError::Kept)?;
    let renamed = disk.rename(&new, &path).map_err(fault("rename", &new));
    renamed.map_err(RewriteError::Unknown)?;
    let synced = disk.sync_dir(dir).map_err(fault("sync", dir));
    synced.map_err(RewriteError::Unknown)?;
    Ok(Log {
        disk: Arc::clone(disk),
        dir: dir.to_owned(),
        file,
        store: preface.store.clone(),
        end,
        zeros_end,
        base_bytes: end,
        at: preface.after,
    })
}

/// Writes the bytes and the first zeros to a new file. Returns where either end.
fn prepare(
    disk: &dyn Disk,
    path: &Path,
    mut bytes: Vec<u8>,
) -> Result<(Arc<dyn DiskFile>, u64, u64), StoreError> {
    let end = bytes.len();
    bytes.resize(end.next_multiple_of(PIECE_BYTES), 0);
    let file = disk.create(path).map_err(fault("create", path))?;
    file.write_at(&bytes, 0).map_err(fault("write", path))?;
    file.sync().map_err(fault("sync", path))?;
    Ok((file, end as u64, bytes.len() as u64))
}

/// A log that says `state`.
fn restate(preface: &Preface, state: &State, old: Option<&Reading>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let content = icn_base::codec::encode(preface).expect("a preface has no floats");
    let seq = preface.after.seq;
    frame::push(&mut bytes, seq, &content);
    for record in records(state) {
        frame::push(&mut bytes, seq, &record.encode());
    }
    if let Some(old) = old {
        copy_dead(&mut bytes, seq, state, old);
    }
    bytes
}

/// Segments, pins and names as records of bounded size.
fn records(state: &State) -> Vec<Record> {
    let mut records = Vec::new();
    for grown in chunks(state.grown()) {
        records.push(Record {
            grown,
            ..Record::default()
        });
    }
    let pins = state.pins.iter().map(|(&root, &until)| Pin { root, until });
    for pinned in chunks(pins.map(Pinned::from)) {
        records.push(Record {
            pinned,
            ..Record::default()
        });
    }
    let names = state.names.iter().map(|(name, cid)| (name.clone(), *cid));
    for named in chunks(names) {
        records.push(Record {
            named: BTreeMap::from_iter(named),
            ..Record::default()
        });
    }
    records
}

fn chunks<T>(rows: impl Iterator<Item = T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows;
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(ROWS_MAX).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Copies which blocks of the segments that remain are dead, the many small lists of a segment put
/// together into few.
fn copy_dead(bytes: &mut Vec<u8>, seq: u64, state: &State, old: &Reading) {
    let mut gathered: BTreeMap<u32, (Vec<u32>, u64)> = BTreeMap::new();
    // Every record was decoded when the log was opened, or written since.
    for entry in old.entries().flatten() {
        for dead in &entry.record.dead {
            if !state.segments.contains_key(&dead.segment) {
                continue;
            }
            let (offsets, weight) = gathered.entry(dead.segment).or_default();
            offsets.extend(dead.offsets());
            *weight += dead.bytes;
        }
    }
    for (segment, (offsets, weight)) in gathered {
        let dead = vec![Dead::new(segment, offsets, weight)];
        let record = Record {
            dead,
            ..Record::default()
        };
        frame::push(bytes, seq, &record.encode());
    }
}
