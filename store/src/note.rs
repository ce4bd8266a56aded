//! What opening a store found and did.

use icn_base::{Cid, limits::LISTED_CIDS_MAX};
use std::fmt;

/// Everything that whoever opens a store should be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// One line each, in the order in which they came up; of a great many, only the first.
    pub notes: Vec<Note>,
    /// How many places are damaged, noted or not.
    pub damaged: u64,
}

/// Something that was found or done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Bytes that were never acknowledged were cut off.
    Cut {
        /// The file.
        file: String,
        /// How many bytes.
        bytes: u64,
    },
    /// A file that does not count was removed.
    Removed {
        /// The file.
        file: String,
    },
    /// A file is shorter than what was acknowledged in it.
    Short {
        /// The file.
        file: String,
        /// Bytes that were acknowledged.
        promised: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// A block is not what it was.
    Damaged {
        /// What the block was, if that can still be read.
        cid: Option<Cid>,
        /// Where it is.
        place: String,
    },
    /// The index was built again.
    Rebuilt {
        /// Why.
        reason: String,
        /// Blocks in it.
        blocks: u64,
    },
}

impl Opened {
    pub(crate) fn add(&mut self, note: Note) {
        self.damaged += u64::from(note.is_damage());
        if self.notes.len() < LISTED_CIDS_MAX {
            self.notes.push(note);
        }
    }
}

impl Note {
    /// True if something that was acknowledged is not as it was.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Short { .. } | Self::Damaged { .. })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut { file, bytes } => write!(
                f,
                "{file}: {bytes} bytes of an interrupted write were cut off; they were never \
                 acknowledged"
            ),
            Self::Removed { file } => write!(f, "{file}: removed, nothing in it counts"),
            Self::Short {
                file,
                promised,
                found,
            } => write!(
                f,
                "{file}: damaged, {promised} bytes were acknowledged and {found} are there; run \
                 `icn dag verify`"
            ),
            Self::Damaged {
                cid: Some(cid),
                place,
            } => write!(f, "block {cid} is damaged in {place}: fetch it again"),
            Self::Damaged { cid: None, place } => {
                write!(
                    f,
                    "{place}: damaged, what was there is not known; run `icn dag verify`"
                )
            }
            Self::Rebuilt { reason, blocks } => {
                write!(
                    f,
                    "the index was built again, with {blocks} blocks: {reason}"
                )
            }
        }
    }
}
