//! The log of order: entries of the height under way, framed and checked.
//!
//! A frame is the length of the entry and its CRC-32, four bytes each, big endian, and the entry. A
//! frame that the file ends in is an interrupted write and is cut off; one that is damaged with
//! others behind it is named, never cut: what came after it was signed.

use super::DiskError;
use icn_consensus::Entry;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const HEAD_BYTES: usize = 8;

/// The longest entry that is read: a certificate of very many validators.
const ENTRY_BYTES_MAX: usize = 1024 * 1024;

/// When what is forgotten takes so much room, the file is written anew.
const FORGOTTEN_BYTES: u64 = 256 * 1024;

#[derive(Debug)]
pub(super) struct OrderLog {
    path: PathBuf,
    file: File,
    /// The frames that count, by the heights of their entries.
    frames: Vec<(u64, Vec<u8>)>,
    bytes: u64,
}

impl OrderLog {
    /// Opens a log, and says how many bytes of an interrupted write it cut off.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<Entry>, u64), DiskError> {
        let (mut file, bytes) = super::open(path)?;
        let (entries, end) = read(&bytes, path)?;
        let cut = bytes.len() - end;
        if cut > 0 {
            file.set_len(end as u64)
                .and_then(|()| file.sync_all())
                .map_err(DiskError::file("shorten", path))?;
        }
        file.seek(SeekFrom::Start(end as u64))
            .map_err(DiskError::file("read", path))?;
        let frames = entries
            .iter()
            .map(|entry| (entry.height(), frame(entry)))
            .collect();
        let log = Self {
            path: path.to_owned(),
            file,
            frames,
            bytes: end as u64,
        };
        Ok((log, entries, cut as u64))
    }

    /// Appends entries; they are on disk when this returns.
    pub(super) fn append(&mut self, entries: &[Entry]) -> Result<(), DiskError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut all = Vec::new();
        for entry in entries {
            let frame = frame(entry);
            all.extend_from_slice(&frame);
            self.frames.push((entry.height(), frame));
        }
        self.file
            .write_all(&all)
            .and_then(|()| self.file.sync_data())
            .map_err(DiskError::file("write", &self.path))?;
        self.bytes += all.len() as u64;
        Ok(())
    }

    /// Entries of lower heights are needed no more. The file follows when it pays.
    pub(super) fn forget(&mut self, below: u64) -> Result<(), DiskError> {
        self.frames.retain(|(height, _)| *height >= below);
        let live: u64 = self
            .frames
            .iter()
            .map(|(_, frame)| frame.len() as u64)
            .sum();
        if self.bytes - live < FORGOTTEN_BYTES {
            return Ok(());
        }
        let new = self.path.with_extension("new");
        let failed = || DiskError::file("write", &new);
        let mut file = File::create(&new).map_err(failed())?;
        for (_, frame) in &self.frames {
            file.write_all(frame).map_err(failed())?;
        }
        file.sync_all().map_err(failed())?;
        std::fs::rename(&new, &self.path).map_err(failed())?;
        let dir = self.path.parent().unwrap_or(Path::new("."));
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(DiskError::file("sync", dir))?;
        (self.file, self.bytes) = (file, live);
        Ok(())
    }
}

fn frame(entry: &Entry) -> Vec<u8> {
    let bytes = entry.encode();
    let length = u32::try_from(bytes.len()).expect("an entry is far shorter than 4 GiB");
    let mut frame = Vec::with_capacity(HEAD_BYTES + bytes.len());
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    frame.extend_from_slice(&bytes);
    frame
}

/// The entries, and where the last whole one ends.
fn read(bytes: &[u8], path: &Path) -> Result<(Vec<Entry>, usize), DiskError> {
    let (mut entries, mut at) = (Vec::new(), 0);
    while let Some((entry, end)) = next(bytes, at) {
        entries.push(entry);
        at = end;
    }
    // An interrupted write is the last thing in the file. If a whole frame can be read anywhere
    // behind the bad one, this was none.
    let whole_behind = (at + 1..bytes.len()).any(|from| next(bytes, from).is_some());
    if whole_behind {
        return Err(DiskError::Damaged {
            path: path.to_owned(),
            at: at as u64,
        });
    }
    Ok((entries, at))
}

fn next(bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
    let head = bytes.get(at..at + HEAD_BYTES)?;
    let [a, b, c, d, e, f, g, h] = *head.first_chunk::<HEAD_BYTES>()?;
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).ok()?;
    let from = at + HEAD_BYTES;
    let body = bytes.get(from..from + length.min(ENTRY_BYTES_MAX))?;
    let fits = body.len() == length && crc32fast::hash(body) == u32::from_be_bytes([e, f, g, h]);
    let entry = fits.then(|| Entry::decode(body).ok()).flatten()?;
    Some((entry, from + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_consensus::Waited;

    fn entry(height: u64) -> Entry {
        Entry::Timeout {
            height,
            round: 0,
            waited: Waited::Proposal,
        }
    }

    fn open(path: &Path) -> (OrderLog, Vec<Entry>, u64) {
        OrderLog::open(path).unwrap()
    }

    #[test]
    fn what_was_appended_is_read_back_and_lower_heights_go() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("order.log");
        let (mut log, none, _) = open(&path);
        assert!(none.is_empty());
        log.append(&[entry(1), entry(2)]).unwrap();
        log.append(&[entry(3)]).unwrap();
        log.forget(3).unwrap();
        drop(log);
        let (_, read, cut) = open(&path);
        assert_eq!((read, cut), (vec![entry(1), entry(2), entry(3)], 0));
    }

    #[test]
    fn the_file_is_written_anew_when_most_of_it_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("order.log");
        let (mut log, _, _) = open(&path);
        let many: Vec<_> = (0..10_000).map(|height| entry(1_000 + height)).collect();
        log.append(&many).unwrap();
        log.forget(10_999).unwrap();
        log.append(&[entry(11_000)]).unwrap();
        assert!(std::fs::metadata(&path).unwrap().len() < 1_000);
        assert_eq!(open(&path).1, [entry(10_999), entry(11_000)]);
    }

    #[test]
    fn a_torn_tail_is_cut_and_damage_before_it_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("order.log");
        let (mut log, _, _) = open(&path);
        log.append(&[entry(1), entry(2), entry(3)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let two = whole.len() / 3 * 2;
        for end in two + 1..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            let (_, read, cut) = open(&path);
            assert_eq!((read.len(), cut), (2, (end - two) as u64));
        }
        for at in 0..two {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 1;
            std::fs::write(&path, &spoilt).unwrap();
            let damaged = OrderLog::open(&path);
            assert!(matches!(damaged, Err(DiskError::Damaged { .. })), "{at}");
        }
    }
}
