//! One node at a time on a data directory, and how others find it.

use super::{Home, HomeError, SMALL_BYTES_MAX};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Whoever only looks whether a node runs holds the lock for a moment; a node waits that long.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(20);

/// A node that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runs {
    /// Its process.
    pub process: u32,
    /// Where its HTTP API listens, once it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<SocketAddr>,
    /// Where peers reach it, once they do; each ends in `/p2p/NAME`.
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// A data directory that is held until this is dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct Held {
    file: File,
    path: PathBuf,
}

impl Home {
    /// Takes the directory for a node, or names the process that has it.
    pub fn hold(&self) -> Result<Held, HomeError> {
        let path = self.lock_file();
        let mut options = OpenOptions::new();
        // Not truncated: until the lock is ours, the text is another's.
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path);
        let file = file.map_err(HomeError::io("open", &path))?;
        for _ in 0..LOOKS {
            match file.try_lock() {
                Ok(()) => {
                    let held = Held { file, path };
                    held.say(None, Vec::new())?;
                    return Ok(held);
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK),
                Err(TryLockError::Error(error)) => {
                    return Err(HomeError::io("lock", &path)(error));
                }
            }
        }
        let holder = match said(file).map_err(HomeError::io("read", &path))? {
            Some(runs) => format!("a node, process {},", runs.process),
            None => "another process".to_owned(),
        };
        let root = self.dir().to_owned();
        Err(HomeError::Busy { root, holder })
    }

    /// The node that runs on this directory, if one does.
    pub fn runs(&self) -> Result<Option<Runs>, HomeError> {
        let path = self.lock_file();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(HomeError::io("open", &path)(error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => said(file).map_err(HomeError::io("read", &path)),
            Err(TryLockError::Error(error)) => Err(HomeError::io("lock", &path)(error)),
        }
    }
}

impl Held {
    /// Says where the node is, for whoever comes to this directory.
    pub fn say(&self, api: Option<SocketAddr>, addresses: Vec<String>) -> Result<(), HomeError> {
        let process = std::process::id();
        let runs = Runs {
            process,
            api,
            addresses,
        };
        let text = serde_json::to_vec(&runs).expect("the words of a lock file are JSON");
        let write = || {
            let mut file = &self.file;
            file.rewind()?;
            file.write_all(&text)?;
            self.file.set_len(text.len() as u64)
        };
        match write() {
            // On a full disk a node must still start, so that something can be dropped from it.
            Err(error) if error.kind() == ErrorKind::StorageFull => Ok(()),
            done => done.map_err(HomeError::io("write", &self.path)),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // The lock goes with the file. A text that could not be wiped is read by nobody, because it
        // is only read while the lock is held.
        drop(self.file.set_len(0));
    }
}

/// What the holder says of itself; none while it has not yet spoken.
fn said(mut file: File) -> io::Result<Option<Runs>> {
    let mut text = Vec::new();
    file.rewind()?;
    file.take(16 * SMALL_BYTES_MAX).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text).ok())
}
