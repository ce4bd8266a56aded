//! Frames into a stream.

use super::CarError;
use super::frame;
use crate::Block;
use icn_base::Cid;
use std::io::Write;

/// Bytes that are gathered before they are written.
const GATHERED_BYTES: usize = 64 * 1024;

/// Writes a CAR. It is whole only after [`Writer::finish`].
#[derive(Debug)]
pub struct Writer<W> {
    into: W,
    /// Bytes that have been written.
    at: u64,
    gathered: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// A CAR with these roots, of which there may be [`icn_base::limits::CAR_ROOTS_MAX`].
    pub fn new(into: W, roots: &[Cid]) -> Result<Self, CarError> {
        Ok(Self {
            into,
            at: 0,
            gathered: frame::header(roots)?,
        })
    }

    /// Writes a block.
    pub fn put(&mut self, block: &Block) -> Result<(), CarError> {
        frame::push(&mut self.gathered, block.cid(), block.bytes());
        if self.gathered.len() >= GATHERED_BYTES {
            self.write()?;
        }
        Ok(())
    }

    /// Writes what is left, and returns the size of the CAR.
    pub fn finish(mut self) -> Result<u64, CarError> {
        self.write()?;
        let (at, flushed) = (self.at, self.into.flush());
        flushed.map_err(|source| CarError::Write { at, source })?;
        Ok(at)
    }

    fn write(&mut self) -> Result<(), CarError> {
        let (at, written) = (self.at, self.into.write_all(&self.gathered));
        written.map_err(|source| CarError::Write { at, source })?;
        self.at += self.gathered.len() as u64;
        self.gathered.clear();
        Ok(())
    }
}
