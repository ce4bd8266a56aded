//! The record of the highest that was signed: two slots, written in turn, so that one is whole
//! whatever a crash comes between.

use super::DiskError;
use icn_base::codec;
use icn_consensus::Highest;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A slot: the record's length and CRC-32, four bytes each, big endian, and the record.
const SLOT_BYTES: usize = 512;

#[derive(Debug)]
pub(super) struct HighestFile {
    path: PathBuf,
    file: File,
    /// The slot that is written next.
    next: u64,
}

impl HighestFile {
    pub(super) fn open(path: &Path) -> Result<(Self, Option<Highest>), DiskError> {
        let (file, bytes) = super::open(path)?;
        let slot = |at: usize| bytes.get(at * SLOT_BYTES..).and_then(read);
        let (first, second) = (slot(0), slot(1));
        if first.is_none() && second.is_none() && bytes.len() > SLOT_BYTES {
            return Err(DiskError::Damaged {
                path: path.to_owned(),
                at: 0,
            });
        }
        let next = u64::from(first >= second);
        let record = Self {
            path: path.to_owned(),
            file,
            next,
        };
        Ok((record, first.max(second)))
    }

    /// Writes the record; it is on disk when this returns.
    pub(super) fn write(&mut self, highest: Highest) -> Result<(), DiskError> {
        let body = codec::encode(&highest).expect("a record has a canonical spelling");
        let length = u32::try_from(body.len()).expect("a record is short");
        let mut slot = vec![0; SLOT_BYTES];
        slot[..4].copy_from_slice(&length.to_be_bytes());
        slot[4..8].copy_from_slice(&crc32fast::hash(&body).to_be_bytes());
        slot[8..8 + body.len()].copy_from_slice(&body);
        self.file
            .write_all_at(&slot, self.next * SLOT_BYTES as u64)
            .and_then(|()| self.file.sync_data())
            .map_err(DiskError::file("write", &self.path))?;
        self.next = 1 - self.next;
        Ok(())
    }
}

fn read(slot: &[u8]) -> Option<Highest> {
    let [a, b, c, d, e, f, g, h] = *slot.first_chunk::<8>()?;
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
    let body = slot.get(8..8 + length.min(SLOT_BYTES))?;
    let whole = crc32fast::hash(body) == u32::from_be_bytes([e, f, g, h]);
    whole.then(|| codec::decode(body).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_consensus::Act;

    fn at(height: u64) -> Highest {
        Highest {
            height,
            round: 0,
            act: Act::Prevote,
        }
    }

    #[test]
    fn the_last_record_is_read_back_and_a_torn_one_leaves_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("signed");
        let (mut file, none) = HighestFile::open(&path).unwrap();
        assert_eq!(none, None);
        for height in 1..10 {
            file.write(at(height)).unwrap();
            let (reopened, found) = HighestFile::open(&path).unwrap();
            assert_eq!(found, Some(at(height)));
            assert_eq!(reopened.next, file.next);
        }
        let whole = std::fs::read(&path).unwrap();
        let last = usize::try_from(1 - file.next).unwrap() * SLOT_BYTES;
        let mut torn = whole.clone();
        torn[last + 9] ^= 1;
        std::fs::write(&path, &torn).unwrap();
        assert_eq!(HighestFile::open(&path).unwrap().1, Some(at(8)));
        for byte in [9, SLOT_BYTES + 9] {
            torn = if byte == 9 { whole.clone() } else { torn };
            torn[byte] ^= 1;
        }
        std::fs::write(&path, &torn).unwrap();
        let found = HighestFile::open(&path);
        assert!(matches!(found, Err(DiskError::Damaged { .. })));
    }
}
