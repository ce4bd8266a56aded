//! Segments: the files that hold the blocks, as CAR v1. A segment only grows, up to a size, and is
//! given up as a whole.
//!
//! CAR v1 asks for at least one root, and a segment has none. So each names the empty raw block as
//! its root and begins with it: readers that insist on a root find one, and find its block too.

mod append;
mod scan;

pub(crate) use append::{Appender, Written};
pub(crate) use scan::{Found, Scan};

use crate::disk::{Disk, DiskFile, fault};
use icn_base::{Cid, Codec};
use icn_dag::StoreError;
use icn_dag::car::frame;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// The directory of the segments, in the store's.
pub(crate) const SEGMENT_DIR: &str = "dag";

/// Segments that are kept open.
const OPEN_FILES_MAX: usize = 256;

/// Where a block's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The segment. They are numbered from 1.
    pub(crate) segment: u32,
    /// Offset of the first byte.
    pub(crate) at: u32,
    /// How many bytes.
    pub(crate) length: u32,
}

impl Slot {
    /// What the block weighs in the segment, with its frame.
    pub(crate) fn frame_bytes(&self) -> u64 {
        frame::size(self.length as usize)
    }
}

/// The bytes that every segment begins with.
pub(crate) fn prologue() -> Vec<u8> {
    let root = Cid::of(Codec::Raw, b"");
    let mut bytes = frame::header(&[root]).expect("one root is few");
    frame::push(&mut bytes, &root, b"");
    bytes
}

/// The name of a segment's file.
pub(crate) fn file_name(segment: u32) -> String {
    format!("{segment:08}.car")
}

/// The number of the segment in a file of this name.
pub(crate) fn number(name: &str) -> Option<u32> {
    let number = name.strip_suffix(".car")?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

/// The segments that count, for all threads.
#[derive(Debug)]
pub(crate) struct Segments {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    /// Every segment that counts, with its file if that is open.
    files: RwLock<BTreeMap<u32, Option<Arc<dyn DiskFile>>>>,
}

impl Segments {
    /// The segments of these numbers, in this directory.
    pub(crate) fn new(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        numbers: impl Iterator<Item = u32>,
    ) -> Self {
        Self {
            disk: Arc::clone(disk),
            dir: dir.to_owned(),
            files: RwLock::new(numbers.map(|number| (number, None)).collect()),
        }
    }

    /// The file of a segment; nothing if the segment was given up.
    pub(crate) fn file(&self, segment: u32) -> Result<Option<Arc<dyn DiskFile>>, StoreError> {
        {
            let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
            match files.get(&segment) {
                None => return Ok(None),
                Some(Some(file)) => return Ok(Some(Arc::clone(file))),
                Some(None) => {}
            }
        }
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        if files.values().flatten().count() >= OPEN_FILES_MAX {
            // Rare, and opening again is cheap: no need to know which was used last.
            files.values_mut().for_each(|file| *file = None);
        }
        match files.get_mut(&segment) {
            None => Ok(None),
            Some(Some(file)) => Ok(Some(Arc::clone(file))),
            Some(empty) => {
                let path = self.path(segment);
                let file = match self.disk.open(&path) {
                    Ok(file) => file,
                    Err(error) if error.kind() == ErrorKind::NotFound => Arc::new(Lost),
                    Err(error) => return Err(fault("open", &path)(error)),
                };
                *empty = Some(Arc::clone(&file));
                Ok(Some(file))
            }
        }
    }

    /// True if the segment counts.
    pub(crate) fn has(&self, segment: u32) -> bool {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.contains_key(&segment)
    }

    /// Takes a new segment in.
    pub(crate) fn add(&self, segment: u32, file: Arc<dyn DiskFile>) {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(segment, Some(file));
    }

    /// Gives a segment up and removes its file. Readers that have it open read on.
    pub(crate) fn remove(&self, segment: u32) -> io::Result<()> {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.remove(&segment);
        drop(files);
        self.disk.remove(&self.path(segment))
    }

    /// The path of a segment's file.
    pub(crate) fn path(&self, segment: u32) -> PathBuf {
        self.dir.join(file_name(segment))
    }

    /// The directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The file system.
    pub(crate) fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }
}

/// The file of a segment that counts, but is not there any more: all of its blocks are damaged.
#[derive(Debug)]
struct Lost;

impl DiskFile for Lost {
    fn len(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<()> {
        Err(ErrorKind::UnexpectedEof.into())
    }

    fn write_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        Err(ErrorKind::NotFound.into())
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        Err(ErrorKind::NotFound.into())
    }

    fn sync(&self) -> io::Result<()> {
        Err(ErrorKind::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_segments() {
        assert_eq!(number("00000001.car"), Some(1));
        assert_eq!(number("123456789.car"), Some(123_456_789));
        for other in [
            "1.car",
            "+0000001.car",
            "00000001.car~",
            "0000000a.car",
            ".car",
        ] {
            assert_eq!(number(other), None, "{other}");
        }
    }

    #[test]
    fn a_segment_begins_with_its_root() {
        let bytes = prologue();
        let (roots, rest) = frame::split_header(&bytes).unwrap();
        let first = frame::split(rest, 0).unwrap().unwrap();
        assert_eq!((roots, first.bytes), (vec![first.cid], &b""[..]));
        assert_eq!(first.end, rest.len() as u64);
    }
}
