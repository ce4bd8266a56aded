//! Reading a segment from end to end, past places that a disk has damaged.

use super::{Segments, Slot, prologue};
use crate::disk::{DiskFile, fault};
use icn_base::Cid;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_dag::car::Frames;
use icn_dag::car::frame::{self, Frame, FrameError};
use icn_dag::{Block, StoreError};
use std::io::{self, Read};
use std::sync::Arc;

/// Frames whose hash is tried to find where the next sound one begins.
const TRIES_MAX: usize = 4_096;

/// The longest frame.
const FRAME_BYTES_MAX: u64 = frame::size(BLOCK_BYTES_MAX);

/// What stands at a place in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A block, checked.
    Block(Slot, Block),
    /// A frame whose bytes are not what its CID says.
    Damaged(Slot, Cid),
    /// Bytes that are no frame, from an offset to another.
    Gap(u64, u64),
}

/// Goes through a segment.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    segments: &'a Segments,
    segment: u32,
    file: Arc<dyn DiskFile>,
    frames: Frames<Part>,
    /// Where the segment ends.
    end: u64,
    /// Where the file ends, if that is before.
    have: u64,
    tries: usize,
}

impl<'a> Scan<'a> {
    /// From `start`, or from the first block if that is later, to `end`. Nothing if the segment
    /// was given up.
    pub(crate) fn new(
        segments: &'a Segments,
        segment: u32,
        start: u64,
        end: u64,
    ) -> Result<Option<Self>, StoreError> {
        let Some(file) = segments.file(segment)? else {
            return Ok(None);
        };
        let size = file.len();
        let size = size.map_err(|error| fault("measure", &segments.path(segment))(error))?;
        let have = end.min(size);
        Ok(Some(Self {
            segments,
            segment,
            frames: frames(&file, start.max(prologue().len() as u64), have),
            file,
            end,
            have,
            tries: 0,
        }))
    }

    /// What comes next; nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, StoreError> {
        let at = self.frames.at();
        if at >= self.end {
            return Ok(None);
        }
        let found = match self.frames.next_frame() {
            Ok(Some(frame)) => Some(judge(self.segment, &frame)),
            Err(FrameError::Read { source, .. }) => {
                return Err(fault("read", &self.segments.path(self.segment))(source));
            }
            Ok(None) | Err(_) => None,
        };
        match found {
            Some(found @ Found::Block(..)) => Ok(Some(found)),
            // If another frame follows, it was the bytes that changed and not their length.
            Some(found) if self.begins_here() => Ok(Some(found)),
            found => {
                let next = self.resume(at + 1).unwrap_or(self.end);
                self.frames = frames(&self.file, next, self.have);
                Ok(found.or(Some(Found::Gap(at, next))))
            }
        }
    }

    /// True if a frame seems to begin where the last one ended, or the segment ends there.
    fn begins_here(&self) -> bool {
        let at = self.frames.at();
        let mut bytes = [0; 9];
        at == self.have || self.file.read_at(&mut bytes, at).is_ok() && begins_frame(&bytes)
    }

    /// Where the first sound frame from `start` on begins.
    fn resume(&mut self, mut start: u64) -> Option<u64> {
        while start < self.have {
            // A frame that begins in the first half of what is read is read whole.
            let until = self.have.min(start + 2 * FRAME_BYTES_MAX);
            let mut bytes = vec![0; usize::try_from(until - start).ok()?];
            self.file.read_at(&mut bytes, start).ok()?;
            let searched = if until == self.have {
                bytes.len()
            } else {
                bytes.len() / 2
            };
            for at in (0..searched).filter(|&at| begins_frame(&bytes[at..])) {
                self.tries += 1;
                if self.tries > TRIES_MAX {
                    return None;
                }
                if let Ok(Some(frame)) = frame::split(&bytes[at..], 0)
                    && frame.cid.names(frame.bytes)
                {
                    return Some(start + at as u64);
                }
            }
            start += searched as u64;
        }
        None
    }
}

/// True if a length and the four bytes that begin each of our CIDs stand here.
fn begins_frame(bytes: &[u8]) -> bool {
    let Some(last) = bytes.iter().take(4).position(|byte| byte & 0x80 == 0) else {
        return false;
    };
    let cid = bytes.get(last + 1..last + 5);
    matches!(cid, Some([1, 0x55 | 0x71, 0x12, 0x20]))
}

fn judge(segment: u32, frame: &Frame<'_>) -> Found {
    let slot = Slot {
        segment,
        at: u32::try_from(frame.bytes_at()).unwrap_or(u32::MAX),
        length: u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX),
    };
    match Block::check(frame.cid, frame.bytes) {
        Ok(block) => Found::Block(slot, block),
        Err(_) => Found::Damaged(slot, frame.cid),
    }
}

fn frames(file: &Arc<dyn DiskFile>, at: u64, end: u64) -> Frames<Part> {
    let part = Part {
        file: Arc::clone(file),
        at,
        end,
    };
    Frames::resume(part, at)
}

/// A part of a file, as a stream.
#[derive(Debug)]
struct Part {
    file: Arc<dyn DiskFile>,
    at: u64,
    end: u64,
}

impl Read for Part {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let count = into.len().min(left);
        if count == 0 {
            return Ok(0);
        }
        self.file.read_at(&mut into[..count], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}
