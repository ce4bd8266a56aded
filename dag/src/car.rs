//! CAR v1, the file format of blocks: a header that names roots, then one frame for each block.
//!
//! - [`frame`] is the one spelling of the format; segments on disk use it too. [`Frames`] takes
//!   frames from a stream and [`Writer`] puts them into one.
//! - [`import()`] takes a CAR into a store and says what is missing below its roots.
//! - [`export()`] writes what roots reach, depth first and each block once
//!   (`order=dfs; dups=n` in the words of the trustless gateway).
//!
//! All of it works in the memory of a few blocks, however long the CAR is.

mod export;
pub mod frame;
mod import;
mod read;
mod write;

pub use export::export;
pub use import::{Imported, import};
pub use read::Frames;
pub use write::Writer;

use crate::walk::WalkError;
use crate::{BlockError, StoreError};

/// Why a CAR could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CarError {
    /// The bytes are no CAR, or cannot be read.
    #[error(transparent)]
    Frame(#[from] frame::FrameError),
    /// A frame holds no block.
    #[error("the frame at byte {at} is refused: {source}")]
    Block {
        /// Where the frame begins.
        at: u64,
        /// What is wrong with its bytes.
        source: BlockError,
    },
    /// The store failed, or does not have a block that is to be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The roots reach more than can be walked.
    #[error("the roots reach more than {0} CIDs: take parts of the DAG")]
    TooMany(usize),
    /// The output could not be written.
    #[error("cannot write the output at byte {at}: {source}")]
    Write {
        /// How far it was written.
        at: u64,
        /// The operating system's answer.
        source: std::io::Error,
    },
}

impl From<WalkError> for CarError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::Store(error) => Self::Store(error),
            WalkError::TooMany(cids) => Self::TooMany(cids),
        }
    }
}
