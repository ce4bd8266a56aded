//! What the pool has done so far, for metrics.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Numbers since the pool was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Runs that have an outcome.
    pub jobs: u64,
    /// Runs that have none.
    pub faults: u64,
    /// Questions that runs have asked.
    pub questions: u64,
    /// Workers that were started.
    pub started: u64,
    /// Workers that were replaced because they died, took too long or said what cannot be.
    pub replaced: u64,
    /// Workers that were replaced because they had run long enough.
    pub recycled: u64,
    /// Orders that wait for a worker now.
    pub waiting: u64,
    /// Orders that workers have now.
    pub running: u64,
}

/// The same, while they are counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) jobs: AtomicU64,
    pub(super) faults: AtomicU64,
    pub(super) questions: AtomicU64,
    pub(super) started: AtomicU64,
    pub(super) replaced: AtomicU64,
    pub(super) recycled: AtomicU64,
}

/// One more.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

impl Counters {
    pub(super) fn read(&self, waiting: usize, running: usize) -> Counts {
        Counts {
            jobs: self.jobs.load(Relaxed),
            faults: self.faults.load(Relaxed),
            questions: self.questions.load(Relaxed),
            started: self.started.load(Relaxed),
            replaced: self.replaced.load(Relaxed),
            recycled: self.recycled.load(Relaxed),
            waiting: waiting as u64,
            running: running as u64,
        }
    }
}
