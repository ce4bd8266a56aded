//! One process at a time. The lock file says who it is, for the one that comes second.

use crate::OpenError;
use crate::disk::fault;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// The most that is read of the text in a lock file.
const HOLDER_BYTES_MAX: u64 = 512;

/// Holds a directory until it is dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or names the process that holds it.
    #[expect(
        clippy::disallowed_methods,
        reason = "a lock is taken on a file of the operating system, not of a simulated disk"
    )]
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let mut options = OpenOptions::new();
        // Not truncated: until the lock is ours, the text is another's.
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(fault("open", path))?;
        match file.try_lock() {
            // On a full disk the lock is held without a name: the store must still open, so that
            // something can be dropped from it.
            Ok(()) => drop(sign(&mut file)),
            Err(TryLockError::WouldBlock) => {
                let holder = holder(&mut file).map_err(fault("read", path))?;
                let path = path.display().to_string();
                return Err(OpenError::Locked { path, holder });
            }
            Err(TryLockError::Error(error)) => return Err(fault("lock", path)(error).into()),
        }
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The lock goes with the file. A name that could not be wiped is read by nobody, because
        // it is only read while the lock is held.
        drop(self.file.set_len(0));
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    // The verb, but nothing that follows it.
    let command: Vec<String> = std::env::args().take(3).collect();
    let text = format!("process {} ({})\n", std::process::id(), command.join(" "));
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}

fn holder(file: &mut File) -> io::Result<String> {
    let mut text = Vec::new();
    file.rewind()?;
    file.take(HOLDER_BYTES_MAX).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    Ok(match text.trim() {
        "" => "another process".to_owned(),
        holder => holder.to_owned(),
    })
}
