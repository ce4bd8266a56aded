//! Everything that a node keeps: blocks and names in the store, the log of order, and the record of
//! the highest that was signed. One [`Disk::keep`] writes them in the order in which they must become
//! durable (decision D2); when it returns, effects may be done.

mod highest;
mod order_log;

use highest::HighestFile;
use icn_consensus::{Entry, Highest};
use icn_dag::{Batch, StoreError};
use icn_mesh::Keep;
use icn_store::{DiskStore, Note, OpenError, Options};
use order_log::OrderLog;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What is on disk.
#[derive(Debug)]
pub struct Disk {
    /// Blocks, pins and names.
    pub store: DiskStore,
    log: OrderLog,
    highest: HighestFile,
}

/// What was found at the start.
#[derive(Debug)]
pub struct Memory {
    /// The log of order.
    pub log: Vec<Entry>,
    /// The highest that was signed.
    pub highest: Option<Highest>,
    /// What the operator should be told.
    pub notes: Vec<String>,
}

/// Why the disk cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The store of blocks cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be written or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log of order or the record of the highest that was signed.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that says what was signed is damaged. Guessing could sign twice.
    #[error(
        "{} is damaged at byte {at}: this node would not know what it has signed. If it is the only \
         copy of this key, move the file away: the node then stays silent until the others have \
         passed the height that it was at",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where.
        at: u64,
    },
}

impl DiskError {
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

/// Opens a file, makes it if there is none, and reads all of it.
fn open(path: &Path) -> Result<(File, Vec<u8>), DiskError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let mut file = file.map_err(DiskError::file("open", path))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(DiskError::file("read", path))?;
    Ok((file, bytes))
}

impl Disk {
    /// Opens what a directory has; an empty one begins empty.
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Memory), DiskError> {
        let (store, opened) = DiskStore::open(dir, options)?;
        let mut notes: Vec<String> = opened.notes.iter().map(Note::to_string).collect();
        let (log, entries, cut) = OrderLog::open(&dir.join("order.log"))?;
        if cut > 0 {
            notes.push(format!(
                "order.log: {cut} bytes of an interrupted write were cut off; they were never used"
            ));
        }
        let (highest, signed) = HighestFile::open(&dir.join("highest"))?;
        let disk = Self {
            store,
            log,
            highest,
        };
        let memory = Memory {
            log: entries,
            highest: signed,
            notes,
        };
        Ok((disk, memory))
    }

    /// Writes what must be on disk before anything leaves: blocks and names, then the log, then the
    /// highest that was signed. A full store does not stand in its way, only a disk without any room.
    pub fn keep(&mut self, keep: Keep) -> Result<(), DiskError> {
        let batch = Batch {
            blocks: keep.blocks,
            names: keep.names,
            ..Batch::default()
        };
        if !batch.is_empty() {
            self.store.commit_urgent(&batch)?;
        }
        self.log.append(&keep.log)?;
        if let Some(highest) = keep.highest {
            self.highest.write(highest)?;
        }
        match keep.forget_below {
            Some(below) => self.log.forget(below),
            None => Ok(()),
        }
    }
}
