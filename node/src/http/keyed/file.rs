//! The file behind the keys: records one after the other, each with its length and the head of its
//! hash, each synced before it counts. What a crash has left half written is cut when it is opened.

use icn_base::{Bytes, Cid, Codec, codec};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes of a record.
const RECORD_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Bytes of the whole file that are read. Rewriting keeps it far below.
const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    /// The key.
    pub(super) key: Bytes,
    /// The request that it was used for.
    pub(super) print: Bytes,
    /// When, by this node's clock.
    pub(super) at_ms: u64,
    /// What the node has signed for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signed: Option<Bytes>,
    /// What was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stored: Option<Stored>,
}

/// An answer that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Stored {
    /// Its status.
    pub(in crate::http) status: u16,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::http) media: Option<String>,
    /// Where it points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::http) location: Option<String>,
    /// Its body.
    pub(in crate::http) body: Bytes,
}

/// The file, open for more.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Log {
    /// Opens the file, or makes it, and reads what it holds.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Vec<Record>)> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = private(options).open(path)?;
        let mut bytes = Vec::new();
        (&file).take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
        let (records, whole) = records(&bytes);
        if whole < bytes.len() {
            let cut = bytes.len() - whole;
            tracing::warn!(
                "{}: {cut} bytes of a broken record are cut off",
                path.display()
            );
        }
        let whole = whole as u64;
        file.set_len(whole)?;
        file.seek(SeekFrom::Start(whole))?;
        file.sync_all()?;
        let log = Self {
            path: path.to_owned(),
            file,
            bytes: whole,
        };
        Ok((log, records))
    }

    /// Adds a record. It is on disk when this returns; if it fails, the file is as it was.
    pub(super) fn append(&mut self, record: &Record) -> io::Result<()> {
        let frame = frame(record)?;
        let written = self
            .file
            .write_all(&frame)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            self.file.set_len(self.bytes)?;
            self.file.seek(SeekFrom::Start(self.bytes))?;
            return Err(error);
        }
        self.bytes += frame.len() as u64;
        Ok(())
    }

    /// Bytes that it has.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes it anew, with these records and no others.
    pub(super) fn rewrite<'r>(
        &mut self,
        records: impl Iterator<Item = &'r Record>,
    ) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(true);
        let mut file = private(options).open(&beside)?;
        let mut bytes = 0;
        for record in records {
            let frame = frame(record)?;
            file.write_all(&frame)?;
            bytes += frame.len() as u64;
        }
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)?;
        if let Some(directory) = self
            .path
            .parent()
            .filter(|path| !path.as_os_str().is_empty())
        {
            File::open(directory)?.sync_all()?;
        }
        (self.file, self.bytes) = (file, bytes);
        Ok(())
    }
}

/// Answers may hold what only one client may see.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

fn frame(record: &Record) -> io::Result<Vec<u8>> {
    let body = codec::encode(record).map_err(io::Error::other)?;
    let length = u32::try_from(body.len())
        .ok()
        .filter(|_| body.len() <= RECORD_BYTES_MAX);
    let length = length.ok_or_else(|| io::Error::other("the record is too large"))?;
    let mut frame = Vec::with_capacity(body.len() + 8);
    frame.extend(length.to_le_bytes());
    frame.extend(head(&body));
    frame.extend(body);
    Ok(frame)
}

/// The records up to the first that is broken, and where that is.
fn records(bytes: &[u8]) -> (Vec<Record>, usize) {
    let (mut records, mut rest) = (Vec::new(), bytes);
    while let Some((record, after)) = record(rest) {
        records.push(record);
        rest = after;
    }
    (records, bytes.len() - rest.len())
}

fn record(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (hash, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (body, rest) = rest
        .split_at_checked(length)
        .filter(|_| length <= RECORD_BYTES_MAX)?;
    let record = codec::decode(body).ok().filter(|_| head(body) == *hash)?;
    Some((record, rest))
}

fn head(body: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = *Cid::of(Codec::Raw, body).digest();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(number: u8) -> Record {
        Record {
            key: Bytes(vec![number; 32]),
            print: Bytes(vec![0; 32]),
            at_ms: 7,
            signed: None,
            stored: None,
        }
    }

    #[test]
    fn records_come_back_and_a_broken_tail_is_cut_wherever_it_breaks() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        let (mut log, none) = Log::open(&path).unwrap();
        assert_eq!(none, []);
        log.append(&sample(1)).unwrap();
        let one = log.bytes();
        log.append(&sample(2)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for length in (one..whole.len() as u64).step_by(7) {
            let cut = usize::try_from(length).unwrap();
            std::fs::write(&path, &whole[..cut]).unwrap();
            let (log, records) = Log::open(&path).unwrap();
            assert_eq!((records, log.bytes()), (vec![sample(1)], one), "{length}");
        }
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        assert_eq!(Log::open(&path).unwrap().1, [sample(1)]);
    }

    #[test]
    fn what_is_written_anew_is_what_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("keys");
        let (mut log, _) = Log::open(&path).unwrap();
        log.append(&sample(1)).unwrap();
        log.rewrite([sample(2)].iter()).unwrap();
        log.append(&sample(3)).unwrap();
        assert_eq!(Log::open(&path).unwrap().1, [sample(2), sample(3)]);
    }

    #[test]
    fn no_length_that_a_file_claims_is_believed() {
        assert_eq!(records(&[0xff; 64]).1, 0);
        assert_eq!(records(&[]).1, 0);
    }
}
