//! The bytes of a CAR: a header, then frames. Each is a varint length and what it measures: a
//! dag-cbor map of roots and version for the header, a binary CID and the block's bytes for a
//! frame. Whether the bytes hash to the CID is not judged here.

use icn_base::Cid;
use icn_base::cid::{CID_BYTES, CidError};
use icn_base::codec::{self, CodecError, varint};
use icn_base::limits::{BLOCK_BYTES_MAX, CAR_HEADER_BYTES_MAX, CAR_ROOTS_MAX};
use serde::{Deserialize, Serialize};

/// The longest content of a frame that is taken.
pub(super) const CONTENT_BYTES_MAX: usize = CID_BYTES + BLOCK_BYTES_MAX;

/// The longest varint that is read.
pub(super) const LENGTH_BYTES_MAX: usize = 9;

/// A frame as it stands in the bytes that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Offset of the frame's first byte.
    pub at: u64,
    /// Offset of the first byte after it.
    pub end: u64,
    /// The CID that the frame gives to its bytes.
    pub cid: Cid,
    /// The block's bytes, not yet compared with the CID.
    pub bytes: &'a [u8],
}

impl Frame<'_> {
    /// Offset of the first of the block's bytes.
    pub const fn bytes_at(&self) -> u64 {
        self.end - self.bytes.len() as u64
    }
}

/// Why bytes are no CAR, and where.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The input is empty, where a header is expected.
    #[error("the input is empty: a CAR begins with a header")]
    Empty,
    /// The input ends inside the header or a frame.
    #[error("the input ends at byte {end}, inside the {part} that begins at byte {at}: it is cut")]
    Cut {
        /// Header or frame.
        part: &'static str,
        /// Where the part begins.
        at: u64,
        /// Where the input ends.
        end: u64,
    },
    /// A length that is not a varint in its shortest form.
    #[error("the length at byte {at} is not a varint in its shortest form")]
    Length {
        /// Where the length stands.
        at: u64,
    },
    /// A length above what any block or header may have.
    #[error("the {part} at byte {at} claims {length} bytes, and at most {max} are taken")]
    TooLong {
        /// Header or frame.
        part: &'static str,
        /// Where the part begins.
        at: u64,
        /// The length that is claimed.
        length: u64,
        /// The most that is taken.
        max: usize,
    },
    /// A header that is not a canonical map of roots and version.
    #[error("the header is refused: {0}")]
    Header(CodecError),
    /// A header of another version.
    #[error("this is a CAR of version {0}, and version 1 is taken: extract the inner CAR first")]
    Version(u64),
    /// A header without a list of roots.
    #[error("the header has no list of roots")]
    NoRoots,
    /// A header with more roots than are taken.
    #[error("the header names {0} roots, and at most {CAR_ROOTS_MAX} are taken")]
    Roots(usize),
    /// A frame that does not begin with a CID that icn takes.
    #[error("the frame at byte {at} is refused: {source}")]
    Cid {
        /// Where the frame begins.
        at: u64,
        /// What is wrong with its CID.
        source: CidError,
    },
    /// The input could not be read.
    #[error("cannot read the input at byte {at}: {source}")]
    Read {
        /// How far it was read.
        at: u64,
        /// The operating system's answer.
        source: std::io::Error,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    // Absent in the first bytes of a CAR of version 2, which is to be refused by its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    roots: Option<Vec<Cid>>,
    version: u64,
}

/// The header of a CAR with these roots, of which there may be [`CAR_ROOTS_MAX`].
pub fn header(roots: &[Cid]) -> Result<Vec<u8>, FrameError> {
    if roots.len() > CAR_ROOTS_MAX {
        return Err(FrameError::Roots(roots.len()));
    }
    let header = Header {
        roots: Some(roots.to_vec()),
        version: 1,
    };
    let map = codec::encode(&header).map_err(FrameError::Header)?;
    let mut bytes = Vec::with_capacity(map.len() + 2);
    varint::push(&mut bytes, map.len() as u64);
    bytes.extend_from_slice(&map);
    Ok(bytes)
}

/// Appends the frame of a block, which must have at most [`BLOCK_BYTES_MAX`] bytes.
pub fn push(into: &mut Vec<u8>, cid: &Cid, bytes: &[u8]) {
    varint::push(into, (CID_BYTES + bytes.len()) as u64);
    into.extend_from_slice(&cid.to_bytes());
    into.extend_from_slice(bytes);
}

/// The size of the frame of a block with `length` bytes.
pub const fn size(length: usize) -> u64 {
    let content = (CID_BYTES + length) as u64;
    let bits = (u64::BITS - content.leading_zeros()) as u64;
    bits.div_ceil(7) + content
}

/// Reads the roots from a header at the front of `bytes`, and returns what follows it.
pub fn split_header(bytes: &[u8]) -> Result<(Vec<Cid>, &[u8]), FrameError> {
    if bytes.is_empty() {
        return Err(FrameError::Empty);
    }
    let (content, rest) = part(bytes, 0, "header", CAR_HEADER_BYTES_MAX)?;
    Ok((roots(content)?, rest))
}

/// Reads a frame from the front of `bytes`, which begin at offset `at`. Nothing if they are empty.
/// What follows the frame are the bytes from its `end - at`.
pub fn split(bytes: &[u8], at: u64) -> Result<Option<Frame<'_>>, FrameError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let (content, rest) = part(bytes, at, "frame", CONTENT_BYTES_MAX)?;
    frame(content, at, at + (bytes.len() - rest.len()) as u64).map(Some)
}

/// The content that a length at the front of `bytes` measures, and what follows it.
fn part<'a>(
    bytes: &'a [u8],
    at: u64,
    part: &'static str,
    max: usize,
) -> Result<(&'a [u8], &'a [u8]), FrameError> {
    let cut = || FrameError::Cut {
        part,
        at,
        end: at + bytes.len() as u64,
    };
    let Some((length, after)) = varint::split(bytes) else {
        let unfinished = bytes.len() < LENGTH_BYTES_MAX && bytes.iter().all(|b| b & 0x80 != 0);
        return Err(if unfinished {
            cut()
        } else {
            FrameError::Length { at }
        });
    };
    let length = bounded(length, at, part, max)?;
    after.split_at_checked(length).ok_or_else(cut)
}

pub(super) fn bounded(
    length: u64,
    at: u64,
    part: &'static str,
    max: usize,
) -> Result<usize, FrameError> {
    match usize::try_from(length) {
        Ok(length) if length <= max => Ok(length),
        _ => Err(FrameError::TooLong {
            part,
            at,
            length,
            max,
        }),
    }
}

pub(super) fn frame(content: &[u8], at: u64, end: u64) -> Result<Frame<'_>, FrameError> {
    let (cid, bytes) = Cid::split_from(content).map_err(|source| FrameError::Cid { at, source })?;
    Ok(Frame {
        at,
        end,
        cid,
        bytes,
    })
}

pub(super) fn roots(content: &[u8]) -> Result<Vec<Cid>, FrameError> {
    let header: Header = codec::decode(content).map_err(FrameError::Header)?;
    if header.version != 1 {
        return Err(FrameError::Version(header.version));
    }
    let roots = header.roots.ok_or(FrameError::NoRoots)?;
    if roots.len() > CAR_ROOTS_MAX {
        return Err(FrameError::Roots(roots.len()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests;
