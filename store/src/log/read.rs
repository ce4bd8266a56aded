//! Reading a log: all of it, once, into memory. It is kept short by writing it anew.

use super::frame::{self, Bad};
use super::record::{FORMAT, Position, Preface, Record};
use crate::disk::{DiskFile, fault};
use icn_base::codec::{self, CodecError, Value};
use icn_dag::StoreError;
use std::path::Path;

/// A log as it was found, with every checksum compared.
#[derive(Debug)]
pub(crate) struct Reading {
    bytes: Vec<u8>,
    preface: Preface,
    /// Where the first record begins.
    start: usize,
    /// Where the records end that stand for those before [`Preface::after`].
    base_end: usize,
    end: usize,
    torn_bytes: u64,
    at: Position,
}

/// Why a log cannot be read.
#[derive(Debug)]
pub(crate) enum LogDamage {
    /// The bytes at an offset are not what was written there.
    At(u64),
    /// A record that no icn of this format writes.
    Record(u64, CodecError),
    /// The log begins with something else than a preface.
    NoPreface,
    /// A newer format.
    Newer {
        /// The format.
        format: i128,
        /// The version of icn that wrote it.
        writer: String,
    },
}

/// A record and its place.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where the history stands after it.
    pub(crate) at: Position,
    /// True if it only restates what [`Preface::after`] covers.
    pub(crate) base: bool,
    /// The record.
    pub(crate) record: Record,
}

impl Reading {
    /// Reads what was acknowledged of an open log: its first `end` bytes.
    pub(super) fn of(file: &dyn DiskFile, path: &Path, end: u64) -> Result<Self, StoreError> {
        let bytes = bytes(file, path, Some(end))?;
        Self::parse(bytes).map_err(|damage| StoreError::Io {
            action: "read",
            path: path.display().to_string(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, damage.to_string()),
        })
    }

    /// Reads the bytes of a log file.
    pub(crate) fn bytes_of(file: &dyn DiskFile, path: &Path) -> Result<Vec<u8>, StoreError> {
        bytes(file, path, None)
    }

    /// Checks every record.
    pub(crate) fn parse(bytes: Vec<u8>) -> Result<Self, LogDamage> {
        let first = frame::next(&bytes, 0).map_err(|_| LogDamage::At(0))?;
        let first = first.ok_or(LogDamage::NoPreface)?;
        let (preface, start) = (preface(first.content)?, first.end);
        let (mut end, mut base_end, mut torn_bytes) = (start, start, 0);
        let mut at = preface.after;
        loop {
            match frame::next(&bytes, end) {
                Ok(None) => break,
                Err(Bad::Torn) => {
                    let written = bytes.iter().rposition(|&byte| byte != 0);
                    torn_bytes = written.map_or(0, |last| (last + 1).saturating_sub(end) as u64);
                    break;
                }
                Err(Bad::Damaged) => return Err(LogDamage::At(end as u64)),
                Ok(Some(found)) => {
                    if found.seq == preface.after.seq && at == preface.after {
                        base_end = found.end;
                    } else if found.seq == at.seq + 1 {
                        let crc = found.crc;
                        at = Position {
                            seq: found.seq,
                            crc,
                        };
                    } else {
                        return Err(LogDamage::At(end as u64));
                    }
                    end = found.end;
                }
            }
        }
        Ok(Self {
            bytes,
            preface,
            start,
            base_end,
            end,
            torn_bytes,
            at,
        })
    }

    /// The records in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Result<Entry, LogDamage>> {
        let mut next = self.start;
        std::iter::from_fn(move || {
            let start = next;
            let found = frame::next(&self.bytes[..self.end], start).ok()??;
            next = found.end;
            let base = found.end <= self.base_end;
            let crc = found.crc;
            let at = if base {
                self.preface.after
            } else {
                Position {
                    seq: found.seq,
                    crc,
                }
            };
            let decoded = codec::decode(found.content);
            Some(match decoded {
                Ok(record) => Ok(Entry { at, base, record }),
                Err(error) => Err(LogDamage::Record(start as u64, error)),
            })
        })
    }

    /// The first record.
    pub(crate) const fn preface(&self) -> &Preface {
        &self.preface
    }

    /// The last record's place.
    pub(crate) const fn position(&self) -> Position {
        self.at
    }

    /// Where the records end.
    pub(crate) const fn end(&self) -> u64 {
        self.end as u64
    }

    /// Where the records end that the log began with when it was last written anew.
    pub(crate) const fn base_end(&self) -> u64 {
        self.base_end as u64
    }

    /// How much a crash has left of a record that was being written.
    pub(crate) const fn torn_bytes(&self) -> u64 {
        self.torn_bytes
    }
}

fn bytes(file: &dyn DiskFile, path: &Path, end: Option<u64>) -> Result<Vec<u8>, StoreError> {
    let size = file.len().map_err(fault("measure", path))?;
    let size = end.map_or(size, |end| end.min(size));
    let mut bytes = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
    file.read_at(&mut bytes, 0).map_err(fault("read", path))?;
    Ok(bytes)
}

/// Reads the preface. Format and writer are looked for first, because the rest of a newer one may
/// be anything.
fn preface(content: &[u8]) -> Result<Preface, LogDamage> {
    let Ok(Value::Map(fields)) = codec::decode(content) else {
        return Err(LogDamage::NoPreface);
    };
    let (Some(Value::Integer(format)), Some(Value::Text(writer))) =
        (fields.get("format"), fields.get("writer"))
    else {
        return Err(LogDamage::NoPreface);
    };
    if *format > i128::from(FORMAT) {
        return Err(LogDamage::Newer {
            format: *format,
            writer: writer.chars().take(64).collect(),
        });
    }
    codec::decode(content).map_err(|error| LogDamage::Record(0, error))
}

impl std::fmt::Display for LogDamage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(at) => write!(f, "the bytes at {at} are not what was written there"),
            Self::Record(at, error) => write!(f, "the record at {at} is none of ours: {error}"),
            Self::NoPreface => f.write_str("it does not begin like the log of a store"),
            Self::Newer { format, writer } => write!(
                f,
                "it is in format {format}, written by icn {writer}; this icn reads format {FORMAT}"
            ),
        }
    }
}
