//! sled, fenced: the only file that speaks to it. It keeps values by run, kind and number, and a
//! catalogue that says which runs count. Whatever goes wrong in there, a panic included, comes out
//! as one error, because the cure is the same: the index is built again.

use sled::{Config, Db, IVec};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

const CATALOGUE_KEY: &[u8] = b"catalogue";

/// In sled's directory: something in there made no sense, so it is not to be opened again.
const BROKEN_FILE: &str = "broken";

/// The file of sled's that holds the values.
const SLED_FILE: &str = "db";

/// sled panics when it is given next to no memory.
const CACHE_BYTES_MIN: u64 = 64 * 1024;

/// How often sled's lock is tried, and the pause between: half a minute in all.
const LOCK_TRIES: u32 = 3_000;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// What a value is to its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Entries.
    Page = 0,
    /// The first CID of each page.
    Fences = 1,
    /// The run's filter.
    Filter = 2,
}

/// sled's directory.
#[derive(Debug)]
pub(super) struct Pages {
    dir: PathBuf,
    db: Db,
}

/// Why the index cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IndexFault {
    /// There is no room for sled's files.
    #[error("index: the disk is full")]
    Full,
    /// The disk, in a way that building anew would meet again.
    #[error("index: {0}")]
    Disk(String),
    /// What is in there makes no sense.
    #[error("index: {0}")]
    Broken(String),
}

impl Pages {
    /// Opens the directory, or makes it.
    pub(super) fn open(dir: &Path, cache_bytes: u64) -> Result<Self, IndexFault> {
        if dir.join(BROKEN_FILE).exists() {
            return Err(IndexFault::Broken("it was found to be damaged".to_owned()));
        }
        let config = Config::new()
            .path(dir)
            .cache_capacity(cache_bytes.max(CACHE_BYTES_MIN))
            // Only what is written here wakes the disk.
            .flush_every_ms(None);
        wait_for_lock(&dir.join(SLED_FILE))?;
        let db = guard(|| config.open())?;
        let dir = dir.to_owned();
        Ok(Self { dir, db })
    }

    /// Removes the directory and all that is in it.
    pub(super) fn destroy(dir: &Path) -> std::io::Result<()> {
        match std::fs::remove_dir_all(dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    pub(super) fn get(&self, run: u64, kind: Kind, number: u32) -> Result<IVec, IndexFault> {
        let value = guard(|| self.db.get(key(run, kind, number)))?;
        value.ok_or_else(|| IndexFault::Broken(format!("run {run} has no {kind:?} {number}")))
    }

    pub(super) fn put(
        &self,
        run: u64,
        kind: Kind,
        number: u32,
        value: Vec<u8>,
    ) -> Result<(), IndexFault> {
        guard(|| self.db.insert(key(run, kind, number), value)).map(drop)
    }

    /// Removes all values of a run.
    pub(super) fn remove(&self, run: u64) -> Result<(), IndexFault> {
        for entry in self.db.scan_prefix(run.to_be_bytes()).keys() {
            guard(|| self.db.remove(entry?))?;
        }
        Ok(())
    }

    /// The number of every run that has a value.
    pub(super) fn runs(&self) -> Result<Vec<u64>, IndexFault> {
        let (mut runs, mut next) = (Vec::new(), 0_u64);
        loop {
            let found = guard(|| {
                self.db
                    .range(next.to_be_bytes()..)
                    .keys()
                    .next()
                    .transpose()
            })?;
            let Some(run) = found.as_deref().and_then(run_of) else {
                return Ok(runs);
            };
            runs.push(run);
            next = run + 1;
        }
    }

    pub(super) fn catalogue(&self) -> Result<Option<IVec>, IndexFault> {
        guard(|| self.db.get(CATALOGUE_KEY))
    }

    pub(super) fn put_catalogue(&self, value: Vec<u8>) -> Result<(), IndexFault> {
        guard(|| self.db.insert(CATALOGUE_KEY, value)).map(drop)
    }

    /// Makes what was put survive a crash. sled's own flush writes, but does not reach through the
    /// disk's cache.
    #[expect(
        clippy::disallowed_methods,
        reason = "sled keeps its own files, and fault tests treat them as lost"
    )]
    pub(super) fn sync(&self) -> Result<(), IndexFault> {
        guard(|| self.db.flush())?;
        let path = self.dir.join(SLED_FILE);
        let synced = File::open(&path).and_then(|file| file.sync_data());
        synced.map_err(|error| IndexFault::Disk(format!("cannot sync {}: {error}", path.display())))
    }

    /// Bytes on the disk.
    pub(super) fn disk_bytes(&self) -> Result<u64, IndexFault> {
        guard(|| self.db.size_on_disk())
    }

    /// Notes that the directory is not to be trusted by whoever opens it next.
    #[expect(
        clippy::disallowed_methods,
        reason = "sled keeps its own files, and fault tests treat them as lost"
    )]
    pub(super) fn condemn(&self) {
        // If not even this can be written, the next one finds the damage for itself.
        drop(std::fs::write(self.dir.join(BROKEN_FILE), b""));
    }
}

/// Waits until nobody holds sled's lock, which is not a reason to build anything again. The store's
/// own lock keeps other processes out, so it can only be an earlier handle of this one: sled lets go
/// of its file in a thread of its own, some time after it was dropped.
#[expect(
    clippy::disallowed_methods,
    reason = "sled keeps its own files, and fault tests treat them as lost"
)]
fn wait_for_lock(path: &Path) -> Result<(), IndexFault> {
    // A file that cannot be opened is sled's to complain about.
    let Ok(file) = File::open(path) else {
        return Ok(());
    };
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
    let held = format!("{} stays locked; close what holds it", path.display());
    Err(IndexFault::Disk(held))
}

fn key(run: u64, kind: Kind, number: u32) -> [u8; 13] {
    let mut key = [0; 13];
    key[..8].copy_from_slice(&run.to_be_bytes());
    key[8] = kind as u8;
    key[9..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The run in a key; nothing if it is another kind of key.
fn run_of(key: &[u8]) -> Option<u64> {
    let (run, rest) = key.split_first_chunk::<8>()?;
    (rest.len() == 5).then(|| u64::from_be_bytes(*run))
}

/// Calls sled, which answers some damage with an error and some with a panic.
fn guard<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, IndexFault> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(error))) if is_full(&error) => Err(IndexFault::Full),
        Ok(Err(sled::Error::Io(error))) if blames_disk(&error) => {
            Err(IndexFault::Disk(error.to_string()))
        }
        Ok(Err(error)) => Err(IndexFault::Broken(error.to_string())),
        Err(_) => Err(IndexFault::Broken("sled gave up on its files".to_owned())),
    }
}

fn is_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

/// True if building the index again would meet the same.
fn blames_disk(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::WouldBlock
    )
}
