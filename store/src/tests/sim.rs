//! A disk in memory that forgets what was not synced, tears what was being written, and fails when
//! it is told to.

use crate::disk::{Disk, DiskFile, Space};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A generator of test data: the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let scaled = u128::from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)) * end as u128;
        usize::try_from(scaled >> 64).unwrap()
    }

    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count)
            .map(|_| u8::try_from(self.below(256)).unwrap())
            .collect()
    }
}

/// What can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Create,
    Write,
    Cut,
    Sync,
    Rename,
    Remove,
    SyncDir,
}

/// How it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// This error of the operating system, once; of a write, the first half is written.
    Once(i32),
    /// This error from then on.
    Always(i32),
    /// This error once, and again from as many changes later on.
    OnceAndAfter(i32, u64),
}

/// The disk. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct SimDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<File>,
    /// The files as they are seen, and as they would be after a crash.
    names: BTreeMap<PathBuf, usize>,
    names_synced: BTreeMap<PathBuf, usize>,
    /// What was done to names since they were synced.
    unsynced: Vec<NameChange>,
    /// Changes so far.
    ops: u64,
    /// Which change fails, and how: only if it is of this kind, or of any.
    plan: Option<(u64, Option<Op>, Fault)>,
    /// Bytes that all files together may have.
    capacity: Option<u64>,
    rng: Option<Rng>,
}

#[derive(Clone, Debug, Default)]
struct File {
    seen: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<Change>,
    /// A sync has failed.
    lost: bool,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Clone, Debug)]
enum NameChange {
    Set(PathBuf, usize),
    Unset(PathBuf),
}

#[derive(Debug)]
struct Open {
    disk: SimDisk,
    file: usize,
}

impl SimDisk {
    /// Makes the change after the next `after` of a kind, or of any, fail.
    pub(super) fn fail(&self, after: u64, op: Option<Op>, fault: Fault) {
        self.lock().plan = Some((after, op, fault));
    }

    /// Nothing fails any more.
    pub(super) fn mend(&self) {
        self.lock().plan = None;
    }

    /// How many changes there were.
    pub(super) fn ops(&self) -> u64 {
        self.lock().ops
    }

    /// Bounds what fits.
    pub(super) fn set_capacity(&self, capacity: Option<u64>) {
        self.lock().capacity = capacity;
    }

    /// Bytes in all files.
    pub(super) fn used(&self) -> u64 {
        self.lock().used()
    }

    /// What is left after the power went: all that was synced, and of the rest some, whole, torn
    /// or not at all, as the seed says.
    pub(super) fn crash(&self, seed: u64) -> Self {
        let state = self.lock();
        let mut rng = Rng::new(seed);
        let mut names = state.names_synced.clone();
        let kept = rng.below(state.unsynced.len() + 1);
        for change in &state.unsynced[..kept] {
            apply_name(&mut names, change);
        }
        let files = state
            .files
            .iter()
            .map(|file| file.crash(&mut rng))
            .collect();
        let state = State {
            files,
            names_synced: names.clone(),
            names,
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Changes bits of a file behind everybody's back.
    pub(super) fn flip(&self, path: &Path, at: usize, mask: u8) {
        let mut state = self.lock();
        let file = state.names[path];
        state.files[file].seen[at] ^= mask;
        state.files[file].synced[at] ^= mask;
    }

    /// The bytes of a file.
    pub(super) fn read(&self, path: &Path) -> Vec<u8> {
        let state = self.lock();
        state.files[state.names[path]].seen.clone()
    }

    /// Puts bytes in the place of a file's, as somebody else might.
    pub(super) fn put(&self, path: &Path, bytes: &[u8]) {
        let mut state = self.lock();
        let file = state.names[path];
        state.files[file] = File {
            seen: bytes.to_vec(),
            synced: bytes.to_vec(),
            ..File::default()
        };
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl State {
    fn used(&self) -> u64 {
        self.names
            .values()
            .map(|&file| self.files[file].seen.len() as u64)
            .sum()
    }

    /// Counts a change, and says how it fails if it is its turn.
    fn change(&mut self, op: Op) -> io::Result<()> {
        self.ops += 1;
        let Some((left, kind, fault)) = &mut self.plan else {
            return Ok(());
        };
        if kind.is_some_and(|kind| kind != op) {
            return Ok(());
        }
        if *left > 0 {
            *left -= 1;
            return Ok(());
        }
        let error = match *fault {
            Fault::Once(error) => {
                self.plan = None;
                error
            }
            Fault::Always(error) => error,
            Fault::OnceAndAfter(error, more) => {
                self.plan = Some((more, *kind, Fault::Always(error)));
                error
            }
        };
        Err(io::Error::from_raw_os_error(error))
    }

    fn rename(&mut self, change: NameChange) {
        apply_name(&mut self.names, &change);
        self.unsynced.push(change);
    }
}

fn apply_name(names: &mut BTreeMap<PathBuf, usize>, change: &NameChange) {
    match change {
        NameChange::Set(path, file) => names.insert(path.clone(), *file),
        NameChange::Unset(path) => names.remove(path),
    };
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, written) => {
            let end = at + written.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[*at..end].copy_from_slice(written);
        }
        Change::Cut(length) => bytes.resize(*length, 0),
    }
}

impl File {
    fn change(&mut self, change: Change) {
        apply(&mut self.seen, &change);
        self.unsynced.push(change);
    }

    fn sync(&mut self) {
        for change in std::mem::take(&mut self.unsynced) {
            if !self.lost {
                apply(&mut self.synced, &change);
            }
        }
    }

    /// A sync that failed: some of it arrived, and whatever later syncs say, nothing more does.
    fn sync_in_vain(&mut self, rng: &mut Rng) {
        self.lost = true;
        let changes = std::mem::take(&mut self.unsynced);
        for change in changes.iter().filter(|_| rng.below(2) == 0) {
            apply(&mut self.synced, change);
        }
    }

    fn crash(&self, rng: &mut Rng) -> Self {
        let mut bytes = self.synced.clone();
        for change in &self.unsynced {
            match (rng.below(4), change) {
                (0, _) => {}
                (1, Change::Write(at, written)) => {
                    let prefix = written[..rng.below(written.len() + 1)].to_vec();
                    apply(&mut bytes, &Change::Write(*at, prefix));
                }
                (2, Change::Write(at, written)) => {
                    for (start, sector) in sectors(*at, written) {
                        if rng.below(2) == 0 {
                            apply(&mut bytes, &Change::Write(start, sector.to_vec()));
                        }
                    }
                }
                _ => apply(&mut bytes, change),
            }
        }
        Self {
            seen: bytes.clone(),
            synced: bytes,
            ..Self::default()
        }
    }
}

/// Cuts a write where the sectors of the disk end.
fn sectors(at: usize, bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let (mut parts, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        let end = bytes.len().min(start + SECTOR - (at + start) % SECTOR);
        parts.push((at + start, &bytes[start..end]));
        start = end;
    }
    parts
}

impl Disk for SimDisk {
    fn make_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.lock();
        let here = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(here
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect())
    }

    fn create(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.lock();
        state.change(Op::Create)?;
        state.files.push(File::default());
        let file = state.files.len() - 1;
        state.rename(NameChange::Set(path.to_owned(), file));
        let disk = self.clone();
        Ok(Arc::new(Open { disk, file }))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let file = self.lock().names.get(path).copied();
        let disk = self.clone();
        match file {
            Some(file) => Ok(Arc::new(Open { disk, file })),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.change(Op::Rename)?;
        let file = state.names[from];
        state.rename(NameChange::Unset(from.to_owned()));
        state.rename(NameChange::Set(to.to_owned(), file));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.change(Op::Remove)?;
        if !state.names.contains_key(path) {
            return Err(ErrorKind::NotFound.into());
        }
        state.rename(NameChange::Unset(path.to_owned()));
        Ok(())
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        let mut state = self.lock();
        state.change(Op::SyncDir)?;
        state.unsynced.clear();
        state.names_synced = state.names.clone();
        Ok(())
    }

    fn space(&self, _: &Path) -> io::Result<Space> {
        let state = self.lock();
        let total = state.capacity.unwrap_or(u64::MAX / 4);
        let free = total.saturating_sub(state.used());
        Ok(Space { free, total })
    }
}

impl DiskFile for Open {
    fn len(&self) -> io::Result<u64> {
        Ok(self.disk.lock().files[self.file].seen.len() as u64)
    }

    fn read_at(&self, into: &mut [u8], at: u64) -> io::Result<()> {
        let state = self.disk.lock();
        let at = usize::try_from(at).unwrap();
        match state.files[self.file].seen.get(at..at + into.len()) {
            Some(bytes) => into.copy_from_slice(bytes),
            None => return Err(ErrorKind::UnexpectedEof.into()),
        }
        Ok(())
    }

    fn write_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        let at = usize::try_from(at).unwrap();
        let used = state.used();
        let growth = (at + bytes.len()).saturating_sub(state.files[self.file].seen.len());
        let full = state
            .capacity
            .is_some_and(|capacity| used + growth as u64 > capacity);
        let result = if full {
            Err(ErrorKind::StorageFull.into())
        } else {
            state.change(Op::Write)
        };
        let written = if result.is_ok() {
            bytes.len()
        } else {
            bytes.len() / 2
        };
        if !full {
            state.files[self.file].change(Change::Write(at, bytes[..written].to_vec()));
        }
        result
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.lock();
        state.change(Op::Cut)?;
        let length = usize::try_from(length).unwrap();
        state.files[self.file].change(Change::Cut(length));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.lock();
        let result = state.change(Op::Sync);
        if result.is_ok() {
            state.files[self.file].sync();
        } else {
            let mut rng = state.rng.take().unwrap_or_else(|| Rng::new(7));
            state.files[self.file].sync_in_vain(&mut rng);
            state.rng = Some(rng);
        }
        result
    }
}

#[test]
fn the_disk_keeps_what_was_synced_and_may_lose_the_rest() {
    let (disk, path) = (SimDisk::default(), Path::new("/file"));
    let file = disk.create(path).unwrap();
    file.write_at(b"synced", 0).unwrap();
    file.sync().unwrap();
    disk.sync_dir(Path::new("/")).unwrap();
    file.write_at(b"SYNCED and more", 0).unwrap();
    let left: Vec<Vec<u8>> = (0..64).map(|seed| disk.crash(seed).read(path)).collect();
    assert!(left.iter().any(|bytes| bytes == b"synced"));
    assert!(left.iter().any(|bytes| bytes == b"SYNCED and more"));
    assert!(
        left.iter()
            .any(|bytes| bytes.starts_with(b"SYN") && bytes.len() < 15)
    );
    assert!(left.iter().all(|bytes| bytes.len() >= 6));
}
