//! All that the store asks of a file system, so that tests can put a faulty one in its place.
//! sled's directory is the exception: it holds nothing that cannot be rebuilt.

mod os;

pub(crate) use os::OsDisk;

use icn_dag::StoreError;
use std::fmt::Debug;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// A file system.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Makes a directory and those above it; no error if it is there.
    fn make_dir(&self, dir: &Path) -> io::Result<()>;
    /// The names of the files in a directory.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Makes a file, or empties the one that is there.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// Opens a file that is there.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>>;
    /// Puts a file in the place of another.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes what was created, renamed and removed in a directory survive a crash.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Bytes that can still be written, and the size of the file system.
    fn space(&self, dir: &Path) -> io::Result<Space>;
}

/// An open file. Several threads may read it while one writes.
pub(crate) trait DiskFile: Debug + Send + Sync {
    /// The size in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Fills `into` with the bytes at an offset.
    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<()>;
    /// Writes all the bytes at an offset.
    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()>;
    /// Cuts or extends the file.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Makes what was written survive a crash.
    ///
    /// After an error it is not known what is on the disk, and calling it again proves nothing:
    /// the kernel reports a lost page once and then takes it for clean.
    fn sync(&self) -> io::Result<()>;
}

/// Room on a file system, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Space {
    /// What can still be written.
    pub(crate) free: u64,
    /// All of it.
    pub(crate) total: u64,
}

/// Turns the operating system's answer into what the caller of a store is told.
pub(crate) fn fault(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |source| match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::Io {
            action,
            path: path.display().to_string(),
            source,
        },
    }
}
