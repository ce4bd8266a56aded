//! Opening: the log says what counts, everything else is made to agree with it.

mod follow;

pub use follow::Progress;

use crate::disk::{Disk, OsDisk, fault};
use crate::error::OpenError;
use crate::index::{INDEX_DIR, Index, IndexFault};
use crate::lock::Lock;
use crate::log::{LOG_FILE, Log, LogDamage, Position, Reading, State};
use crate::note::{Note, Opened};
use crate::reader::{Reader, Shared};
use crate::segment::{self, Appender, SEGMENT_DIR, Segments};
use crate::{DiskStore, Options};
use icn_base::Bytes;
use icn_dag::StoreError;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The lock file, in the store's directory.
const LOCK_FILE: &str = "lock";

/// Where a store is, and on what.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) disk: Arc<dyn Disk>,
    /// The directory of log and segments.
    pub(crate) dir: PathBuf,
    /// The directory of the index.
    pub(crate) index: PathBuf,
}

/// What the log says.
struct History {
    reading: Reading,
    state: State,
    /// No segment has had this number.
    next_segment: u32,
}

impl DiskStore {
    /// Opens the store in a directory, or makes one. What was found wrong and put right on the way
    /// is in the [`Opened`] that comes with it.
    pub fn open(dir: &Path, options: Options) -> Result<(Self, Opened), OpenError> {
        let (place, lock) = Place::lock(dir)?;
        place.open(options, Some(lock), false, &mut |_| ())
    }

    /// Opens the store in a directory and builds its index again, whatever state that is in.
    pub fn rebuild(
        dir: &Path,
        options: Options,
        mut progress: impl FnMut(Progress),
    ) -> Result<(Self, Opened), OpenError> {
        let (place, lock) = Place::lock(dir)?;
        place.open(options, Some(lock), true, &mut progress)
    }
}

impl Place {
    fn lock(dir: &Path) -> Result<(Self, Lock), OpenError> {
        let place = Self {
            disk: Arc::new(OsDisk),
            dir: dir.to_owned(),
            index: dir.join(INDEX_DIR),
        };
        place.disk.make_dir(dir).map_err(fault("make", dir))?;
        let lock = Lock::take(&dir.join(LOCK_FILE))?;
        Ok((place, lock))
    }

    pub(crate) fn open(
        &self,
        options: Options,
        lock: Option<Lock>,
        rebuild: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(DiskStore, Opened), OpenError> {
        let mut opened = Opened::default();
        self.make()?;
        let history = self.history()?;
        let (reading, state) = (&history.reading, &history.state);
        if reading.torn_bytes() > 0 {
            opened.add(Note::Cut {
                file: self.log_path().display().to_string(),
                bytes: reading.torn_bytes(),
            });
        }
        let log = Log::resume(&self.disk, &self.dir, reading)?;
        let numbers = state.segments.keys().copied();
        let segments = Arc::new(Segments::new(&self.disk, &self.segment_dir(), numbers));
        let next = self.trim(&segments, &history, &mut opened)?;
        let active = state.segments.last_key_value();
        let active = active
            .filter(|_| opened.damaged == 0)
            .map(|(&number, _)| number);
        let space = self
            .disk
            .space(&self.dir)
            .map_err(fault("measure", &self.dir))?;
        let appender = Appender::new(active, next, options.segment_target(space));
        let (index, reason) = self.index(&options, &segments, reading, rebuild)?;
        let mut follow = follow::Follow::new(&index, &segments, reading, &mut opened);
        match reason {
            None => follow.catch_up()?,
            Some(reason) => follow.build(state, &reason, progress)?,
        }
        let shared = Shared {
            index,
            segments,
            _lock: lock,
        };
        let store = DiskStore {
            reader: Reader {
                shared: Arc::new(shared),
            },
            state: history.state,
            log,
            appender,
            options,
            unsettled: None,
        };
        Ok((store, opened))
    }

    /// Makes what a new store needs.
    fn make(&self) -> Result<(), OpenError> {
        let (disk, dir, segment_dir) = (&self.disk, &self.dir, self.segment_dir());
        disk.make_dir(&segment_dir)
            .map_err(fault("make", &segment_dir))?;
        let names = disk.list(dir).map_err(fault("list", dir))?;
        if names.iter().any(|name| name == LOG_FILE) {
            return Ok(());
        }
        let names = disk
            .list(&segment_dir)
            .map_err(fault("list", &segment_dir))?;
        if names.iter().any(|name| segment::number(name).is_some()) {
            return Err(OpenError::LogMissing {
                path: self.log_path().display().to_string(),
            });
        }
        let mut store = vec![0; 16];
        getrandom::fill(&mut store)
            .map_err(std::io::Error::other)
            .map_err(fault("draw a number for", dir))?;
        if let Some(above) = dir.parent().filter(|above| !above.as_os_str().is_empty()) {
            // So that the directory itself survives a crash. Above it we may have no rights.
            drop(disk.sync_dir(above));
        }
        Log::create(disk, dir, Bytes(store))?;
        Ok(())
    }

    fn history(&self) -> Result<History, OpenError> {
        let path = self.log_path();
        let file = self.disk.open(&path).map_err(fault("open", &path))?;
        let bytes = Reading::bytes_of(&*file, &path)?;
        let damaged = |damage: LogDamage| {
            let path = path.display().to_string();
            match damage {
                LogDamage::Newer { format, writer } => OpenError::Newer {
                    path,
                    format,
                    writer,
                },
                damage => OpenError::LogDamaged {
                    path,
                    reason: damage.to_string(),
                },
            }
        };
        let reading = Reading::parse(bytes).map_err(damaged)?;
        let (mut state, mut next_segment) = (State::default(), reading.preface().next_segment);
        for entry in reading.entries() {
            let record = entry.map_err(damaged)?.record;
            for grown in &record.grown {
                next_segment = next_segment.max(grown.segment.saturating_add(1));
            }
            state.apply(&record);
        }
        Ok(History {
            reading,
            state,
            next_segment,
        })
    }

    /// Cuts what was never acknowledged and removes what does not count. Returns the number of the
    /// next segment.
    fn trim(
        &self,
        segments: &Segments,
        history: &History,
        opened: &mut Opened,
    ) -> Result<u32, OpenError> {
        let (disk, dir) = (&self.disk, self.segment_dir());
        let mut sizes = std::collections::BTreeMap::new();
        let mut next = history.next_segment;
        for name in disk.list(&dir).map_err(fault("list", &dir))? {
            let Some(number) = segment::number(&name) else {
                continue;
            };
            let path = segments.path(number);
            if let Some(segment) = history.state.segments.get(&number) {
                let file = disk.open(&path).map_err(fault("open", &path))?;
                let size = file.len().map_err(fault("measure", &path))?;
                sizes.insert(number, size);
                if size > segment.length {
                    file.set_len(segment.length).map_err(fault("cut", &path))?;
                    opened.add(Note::Cut {
                        file: path.display().to_string(),
                        bytes: size - segment.length,
                    });
                }
            } else {
                disk.remove(&path).map_err(fault("remove", &path))?;
                next = next.max(number.saturating_add(1));
                opened.add(Note::Removed {
                    file: path.display().to_string(),
                });
            }
        }
        for (number, segment) in &history.state.segments {
            let found = sizes.get(number).copied().unwrap_or_default();
            if found < segment.length {
                opened.add(Note::Short {
                    file: segments.path(*number).display().to_string(),
                    promised: segment.length,
                    found,
                });
            }
        }
        Ok(next)
    }

    /// Opens the index, or an empty one and the reason why.
    fn index(
        &self,
        options: &Options,
        segments: &Arc<Segments>,
        reading: &Reading,
        rebuild: bool,
    ) -> Result<(Index, Option<String>), OpenError> {
        let store = &reading.preface().store;
        let open = || Index::open(&self.index, options.index_cache_bytes, store, segments);
        let disk = |fault| match fault {
            IndexFault::Full => OpenError::Store(StoreError::DiskFull),
            fault => OpenError::Index(fault.to_string()),
        };
        let reason = if rebuild {
            "as was asked".to_owned()
        } else {
            match open() {
                Ok(index) => match gap(reading, index.position()) {
                    None => return Ok((index, None)),
                    Some(reason) => reason.to_owned(),
                },
                Err(IndexFault::Broken(reason)) => reason,
                Err(fault) => return Err(disk(fault)),
            }
        };
        Index::destroy(&self.index).map_err(fault("remove", &self.index))?;
        Ok((open().map_err(disk)?, Some(reason)))
    }

    fn log_path(&self) -> PathBuf {
        self.dir.join(LOG_FILE)
    }

    fn segment_dir(&self) -> PathBuf {
        self.dir.join(SEGMENT_DIR)
    }
}

/// Why an index at this position cannot follow the log; nothing if it can.
fn gap(reading: &Reading, position: Option<Position>) -> Option<&'static str> {
    let Some(position) = position else {
        return Some("there was none, or it was not finished");
    };
    let known = position == reading.preface().after
        || reading
            .entries()
            .flatten()
            .any(|entry| entry.at == position);
    if known {
        None
    } else if position.seq > reading.position().seq {
        Some("it knows of more than the log, which was put back or cut")
    } else {
        Some("it follows another log, or one from too long ago")
    }
}
