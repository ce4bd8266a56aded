//! When to look at a job again: one time for each, the earliest that was asked for.

use icn_base::{JobId, Time};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    by_job: BTreeMap<JobId, Time>,
    by_time: BTreeSet<(Time, JobId)>,
}

impl Timers {
    /// Looks at the job no later than then.
    pub(super) fn wake(&mut self, job: JobId, at: Time) {
        match self.by_job.get(&job) {
            Some(known) if *known <= at => return,
            Some(known) => drop(self.by_time.remove(&(*known, job))),
            None => {}
        }
        self.by_job.insert(job, at);
        self.by_time.insert((at, job));
    }

    pub(super) fn forget(&mut self, job: &JobId) {
        if let Some(at) = self.by_job.remove(job) {
            self.by_time.remove(&(at, *job));
        }
    }

    /// A job whose time has come.
    pub(super) fn pop(&mut self, now: Time) -> Option<JobId> {
        let (at, job) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.forget(&job);
        Some(job)
    }

    pub(super) fn next(&self) -> Option<Time> {
        self.by_time.first().map(|(at, _)| *at)
    }
}
