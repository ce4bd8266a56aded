//! Frames from a stream, one at a time, in the memory of one.

use super::frame::{self, CONTENT_BYTES_MAX, Frame, FrameError, LENGTH_BYTES_MAX};
use icn_base::codec::varint;
use icn_base::{Cid, limits::CAR_HEADER_BYTES_MAX};
use std::io::{BufRead, BufReader, ErrorKind, Read};

/// Reads the frames of a CAR.
#[derive(Debug)]
pub struct Frames<R> {
    from: BufReader<R>,
    /// Offset of the next byte.
    at: u64,
    /// The content of the last frame. It grows with the bytes that come, not with what they claim.
    content: Vec<u8>,
}

impl<R: Read> Frames<R> {
    /// Reads the header, and returns its roots and the frames that follow it.
    pub fn open(from: R) -> Result<(Vec<Cid>, Self), FrameError> {
        let mut frames = Self::resume(from, 0);
        if !frames.part("header", CAR_HEADER_BYTES_MAX)? {
            return Err(FrameError::Empty);
        }
        Ok((frame::roots(&frames.content)?, frames))
    }

    /// The frames from offset `at` on, where one begins and where `from` stands already.
    pub fn resume(from: R, at: u64) -> Self {
        Self {
            from: BufReader::with_capacity(64 * 1024, from),
            at,
            content: Vec::new(),
        }
    }

    /// The next frame, or nothing at the end of the input. Nothing can be read after an error,
    /// because where the next frame begins is not known then.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        let at = self.at;
        if !self.part("frame", CONTENT_BYTES_MAX)? {
            return Ok(None);
        }
        frame::frame(&self.content, at, self.at).map(Some)
    }

    /// Offset of the first byte that has not been read.
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// Reads a length and what it measures into `content`; false at the end of the input.
    fn part(&mut self, part: &'static str, max: usize) -> Result<bool, FrameError> {
        let at = self.at;
        let Some(length) = self.length(part)? else {
            return Ok(false);
        };
        let length = frame::bounded(length, at, part, max)?;
        self.content.clear();
        let mut limited = (&mut self.from).take(length as u64);
        let read = limited.read_to_end(&mut self.content);
        self.at += self.content.len() as u64;
        read.map_err(|source| self.unreadable(source))?;
        if self.content.len() < length {
            return Err(self.cut(part, at));
        }
        Ok(true)
    }

    fn length(&mut self, part: &'static str) -> Result<Option<u64>, FrameError> {
        let at = self.at;
        let mut digits = [0; LENGTH_BYTES_MAX];
        for count in 0..LENGTH_BYTES_MAX {
            let Some(byte) = self.byte()? else {
                return if count == 0 {
                    Ok(None)
                } else {
                    Err(self.cut(part, at))
                };
            };
            digits[count] = byte;
            if byte & 0x80 == 0 {
                let (length, _) =
                    varint::split(&digits[..=count]).ok_or(FrameError::Length { at })?;
                return Ok(Some(length));
            }
        }
        Err(FrameError::Length { at })
    }

    fn byte(&mut self) -> Result<Option<u8>, FrameError> {
        loop {
            match self.from.fill_buf() {
                Ok(bytes) => {
                    let Some(&byte) = bytes.first() else {
                        return Ok(None);
                    };
                    self.from.consume(1);
                    self.at += 1;
                    return Ok(Some(byte));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(self.unreadable(source)),
            }
        }
    }

    fn cut(&self, part: &'static str, at: u64) -> FrameError {
        FrameError::Cut {
            part,
            at,
            end: self.at,
        }
    }

    fn unreadable(&self, source: std::io::Error) -> FrameError {
        FrameError::Read {
            at: self.at,
            source,
        }
    }
}
