//! Files of any size. Up to [`PART_BYTES`] a file is one raw block, as large as a block may be. Beyond, it is cut into raw
//! parts of that size (the last one may be shorter), and dag-cbor nodes stand above them:
//!
//! ```text
//! {"size": bytes below, "parts": [links, at most FILE_LINKS_MAX, to nodes or to parts]}
//! ```
//!
//! Every node but the last of its row is full, and all parts are equally deep, so the same bytes
//! always have the same root, and a reader knows from the size of the root how large each block
//! below it must be. Any other shape is refused.

mod get;
mod put;

use crate::survey::Tally;
use crate::{Blocks, Store, StoreError};
use icn_base::limits::{FILE_BYTES_MAX, FILE_LINKS_MAX, PART_BYTES};
use icn_base::{Cid, Codec};
use std::io::{Read, Write};

/// Why a file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The input could not be read.
    #[error("cannot read the input at byte {at}: {source}")]
    Read {
        /// How far it was read.
        at: u64,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The output could not be written.
    #[error("cannot write the output at byte {at}: {source}")]
    Write {
        /// How far it was written.
        at: u64,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The file is longer than a file may be.
    #[error("the file has more than {0} bytes, the most that is stored in parts")]
    TooLarge(u64),
    /// A block below the root is not what the root's size asks for.
    #[error("{cid} is no file: {why}")]
    Shape {
        /// The block.
        cid: Cid,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The store failed, or a block of the file is missing or damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file in a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The block that stands for the file.
    pub root: Cid,
    /// The file's size in bytes.
    pub size: u64,
    /// Blocks that the store did not have before.
    pub new: Tally,
}

/// Stores what `from` gives to its end. `progress` is told how many bytes have been read.
///
/// Blocks are committed in batches as they come; nothing is pinned.
pub fn put(
    from: impl Read,
    store: &mut (impl Store + ?Sized),
    progress: impl FnMut(u64),
) -> Result<Stored, FileError> {
    SHAPE.put(from, store, progress)
}

/// Writes the file behind `root`, and returns its size. `progress` is told how many bytes have been
/// written. A raw block of any size is a file.
///
/// Each block is checked before it is written, but a block that turns out to be missing or wrong
/// comes after what was written before it: on an error the caller throws that away.
pub fn get(
    from: &(impl Blocks + ?Sized),
    root: &Cid,
    into: impl Write,
    progress: impl FnMut(u64),
) -> Result<u64, FileError> {
    SHAPE.get(from, root, into, progress)
}

/// The size of the file behind `root`, as its root says.
pub fn size(from: &(impl Blocks + ?Sized), root: &Cid) -> Result<u64, FileError> {
    match root.codec() {
        Codec::Raw => Ok(from.size(root)?.ok_or(StoreError::Missing(*root))?),
        Codec::DagCbor => Ok(SHAPE.root(from, root)?.size),
    }
}

/// The bounds of a tree; smaller ones in tests.
#[derive(Clone, Copy)]
struct Shape {
    part_bytes: u64,
    links_max: usize,
    bytes_max: u64,
}

const SHAPE: Shape = Shape {
    part_bytes: PART_BYTES as u64,
    links_max: FILE_LINKS_MAX,
    bytes_max: FILE_BYTES_MAX,
};

impl Shape {
    /// How many rows of nodes a file of this size has.
    fn rows(self, size: u64) -> u32 {
        let mut rows = 0;
        while self.capacity(rows) < size {
            rows += 1;
        }
        rows
    }

    /// The most bytes that fit below a block with this many rows of nodes from there down.
    fn capacity(self, rows: u32) -> u64 {
        let parts = (self.links_max as u64).saturating_pow(rows);
        self.part_bytes.saturating_mul(parts)
    }
}

#[cfg(test)]
mod tests;
