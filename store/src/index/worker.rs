//! The thread that writes tables to sled and merges runs. It follows the commits at its own pace;
//! they wait only when it has fallen far behind.

use super::Inner;
use super::catalogue::Catalogue;
use super::merge::{Merge, Source};
use super::pages::IndexFault;
use super::run::{Run, RunWriter};
use super::view::{self, Frozen};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError};

/// Runs of one size that are merged into one of the next.
const FAN_IN: usize = 4;

/// Runs below this are of the smallest size; each next size holds [`FAN_IN`] times as many.
const SMALL_RUN_ENTRIES: u64 = 4_096;

/// What the thread is asked to do.
#[derive(Debug)]
pub(super) enum Work {
    /// Write a table.
    Table(Arc<Frozen>),
    /// Make all that was written survive a crash, then answer.
    Sync(SyncSender<()>),
}

/// The thread.
#[derive(Debug)]
pub(super) struct Worker {
    inner: Arc<Inner>,
    catalogue: Catalogue,
    queue: Receiver<Work>,
    /// Runs that count no longer, but that a reader may still be reading.
    retired: Vec<Arc<Run>>,
}

/// Why a merge ended early.
enum Ended {
    Closing,
    Fault(IndexFault),
}

impl From<IndexFault> for Ended {
    fn from(fault: IndexFault) -> Self {
        Self::Fault(fault)
    }
}

impl Worker {
    pub(super) fn new(inner: &Arc<Inner>, catalogue: Catalogue, queue: Receiver<Work>) -> Self {
        Self {
            inner: Arc::clone(inner),
            catalogue,
            queue,
            retired: Vec::new(),
        }
    }

    /// Works until the index is dropped, or a fault ends it.
    pub(super) fn run(mut self) {
        match self.work() {
            Ok(()) | Err(Ended::Closing) => {}
            Err(Ended::Fault(fault)) => drop(self.inner.fail(fault)),
        }
    }

    fn work(&mut self) -> Result<(), Ended> {
        while let Ok(work) = self.queue.recv() {
            self.take(work)?;
            while let Some(runs) = self.due() {
                self.merge(runs)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, work: Work) -> Result<(), IndexFault> {
        match work {
            Work::Table(frozen) => self.write(&frozen),
            Work::Sync(done) => {
                self.inner.pages.sync()?;
                // Nobody waits any more if the index is being dropped.
                done.send(()).or(Ok(()))
            }
        }
    }

    /// Writes a table as a run.
    fn write(&mut self, frozen: &Arc<Frozen>) -> Result<(), IndexFault> {
        let inner = Arc::clone(&self.inner);
        let entries = view::sorted(&frozen.table, None);
        let mut writer = RunWriter::new(&inner.pages, self.next_run(), entries.len());
        for entry in &entries {
            writer.push(entry)?;
        }
        let run = writer.finish()?.map(Arc::new);
        let mut runs = inner.view().runs.to_vec();
        runs.splice(0..0, run);
        self.catalogue.position = frozen.position;
        self.publish(runs)?;
        inner.view_mut().frozen.pop_back();
        Ok(())
    }

    /// The runs that are to be merged, newest first, if it is time and the disk has room.
    fn due(&self) -> Option<Vec<Arc<Run>>> {
        let runs = Arc::clone(&self.inner.view().runs);
        let sizes: Vec<u32> = runs.iter().map(|run| size(run.row.entries)).collect();
        let merged = &runs[..due(&sizes)?];
        let entries = merged.iter().map(|run| run.row.entries).sum();
        self.inner.has_room(entries).then(|| merged.to_vec())
    }

    /// Merges the newest runs, and meanwhile writes the tables that come.
    fn merge(&mut self, merged: Vec<Arc<Run>>) -> Result<(), Ended> {
        let inner = Arc::clone(&self.inner);
        let (count, before) = (merged.len(), inner.view().runs.len());
        let sources = merged
            .iter()
            .map(|run| Source::run(&inner.pages, Arc::clone(run), None));
        let sources = sources.collect::<Result<_, _>>()?;
        let entries: u64 = merged.iter().map(|run| run.row.entries).sum();
        let entries = usize::try_from(entries).expect("an index that fits memory");
        let mut writer = RunWriter::new(&inner.pages, self.next_run(), entries);
        let mut merge = Merge::new(&inner.pages, sources)?;
        while let Some((cid, slot)) = merge.next()? {
            let slot = slot.filter(|slot| inner.segments.has(slot.segment));
            // That a block is gone must only be said where an older run says that it is here.
            if (slot.is_some() || before > count) && writer.push(&(cid, slot))? {
                self.catch_up()?;
            }
        }
        let run = writer.finish()?.map(Arc::new);
        let mut runs = inner.view().runs.to_vec();
        let newer = runs.len() - before;
        self.retired.extend(runs.splice(newer..newer + count, run));
        drop((merge, merged));
        self.publish(runs)?;
        self.sweep()?;
        Ok(())
    }

    /// Does what has come in since, so that commits do not wait for a long merge.
    fn catch_up(&mut self) -> Result<(), Ended> {
        loop {
            match self.queue.try_recv() {
                Ok(work) => self.take(work)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err(Ended::Closing),
            }
        }
        if self.inner.stop.load(Ordering::Relaxed) {
            return Err(Ended::Closing);
        }
        Ok(())
    }

    /// Makes these the runs that count.
    fn publish(&mut self, runs: Vec<Arc<Run>>) -> Result<(), IndexFault> {
        self.catalogue.runs = runs.iter().map(|run| run.row).collect();
        self.catalogue.save(&self.inner.pages)?;
        self.inner.view_mut().runs = Arc::new(runs);
        Ok(())
    }

    /// Removes what no reader is reading of the runs that count no longer.
    fn sweep(&mut self) -> Result<(), IndexFault> {
        self.inner.pages.sync()?;
        let (free, held) = std::mem::take(&mut self.retired)
            .into_iter()
            .partition(|run| Arc::strong_count(run) == 1);
        self.retired = held;
        let free: Vec<Arc<Run>> = free;
        for run in free {
            self.inner.pages.remove(run.row.number)?;
        }
        Ok(())
    }

    const fn next_run(&mut self) -> u64 {
        self.catalogue.next_run += 1;
        self.catalogue.next_run - 1
    }
}

fn size(entries: u64) -> u32 {
    (entries / SMALL_RUN_ENTRIES)
        .checked_ilog(FAN_IN as u64)
        .map_or(0, |size| size + 1)
}

/// How many of the newest runs are to be merged: those up to the last of the smallest size of which
/// there are enough.
fn due(sizes: &[u32]) -> Option<usize> {
    let largest = sizes.iter().copied().max()?;
    (0..=largest).find_map(|size| {
        let reach = sizes.iter().take_while(|&&other| other <= size).count();
        let same = sizes[..reach]
            .iter()
            .filter(|&&other| other == size)
            .count();
        (same >= FAN_IN).then_some(reach)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_merge_when_enough_of_a_size_have_come_in() {
        for (sizes, expected) in [
            (&[][..], None),
            (&[0, 0, 0], None),
            (&[0, 0, 0, 0], Some(4)),
            (&[0, 0, 0, 0, 2], Some(4)),
            (&[0, 0, 2, 0, 0], None),
            (&[2, 0, 2, 0, 2, 2], Some(6)),
            (&[0, 0, 1, 1, 1, 1, 3], Some(6)),
            (&[1, 1, 3, 1, 1], None),
        ] {
            assert_eq!(due(sizes), expected, "{sizes:?}");
        }
    }

    #[test]
    fn few_runs_are_left_however_many_blocks_came_in() {
        let mut runs: Vec<u64> = Vec::new();
        for _ in 0..3_000 {
            runs.insert(0, 65_536);
            while let Some(count) = due(&runs.iter().map(|&run| size(run)).collect::<Vec<_>>()) {
                let sum = runs.drain(..count).sum();
                runs.insert(0, sum);
            }
            assert!(runs.len() <= 3 * 8, "{runs:?}");
        }
    }
}
