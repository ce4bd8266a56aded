//! Bids that have come before the block that opens their job.

use crate::limits::{EARLY_BIDS_MAX, EARLY_MS, EARLY_PER_EXECUTOR_MAX};
use icn_base::{Did, JobId, Time};
use icn_ledger::Bid;
use std::collections::{BTreeMap, BTreeSet};

/// Bounded in all and for each executor; the oldest make room.
#[derive(Clone, Debug, Default)]
pub(super) struct Early {
    jobs: BTreeMap<JobId, BTreeMap<Did, (Time, Bid)>>,
    ages: BTreeSet<(Time, JobId, Did)>,
    counts: BTreeMap<Did, usize>,
}

impl Early {
    /// Keeps a bid for a while; false if it is known, or one too many of its executor's.
    pub(super) fn put(&mut self, bid: Bid, now: Time) -> bool {
        self.expire(now);
        let (job, executor) = (bid.terms.job, bid.terms.executor);
        let known = self.jobs.get(&job);
        let count = self.counts.get(&executor).copied().unwrap_or(0);
        if count >= EARLY_PER_EXECUTOR_MAX || known.is_some_and(|bids| bids.contains_key(&executor))
        {
            return false;
        }
        if self.len() >= EARLY_BIDS_MAX
            && let Some((_, oldest, whose)) = self.ages.first().copied()
        {
            self.remove(oldest, whose);
        }
        self.jobs
            .entry(job)
            .or_default()
            .insert(executor, (now, bid));
        self.ages.insert((now, job, executor));
        *self.counts.entry(executor).or_default() += 1;
        true
    }

    /// The bids of a job that has opened.
    pub(super) fn take(&mut self, job: &JobId) -> Vec<Bid> {
        let bids = self.jobs.get(job).into_iter().flat_map(BTreeMap::keys);
        let executors: Vec<Did> = bids.copied().collect();
        let bids = executors.into_iter();
        bids.filter_map(|executor| self.remove(*job, executor))
            .collect()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ages.len()
    }

    fn expire(&mut self, now: Time) {
        while let Some((at, job, executor)) = self.ages.first().copied() {
            if now.ms_since(at) < EARLY_MS {
                break;
            }
            self.remove(job, executor);
        }
    }

    fn remove(&mut self, job: JobId, executor: Did) -> Option<Bid> {
        let bids = self.jobs.get_mut(&job)?;
        let (at, bid) = bids.remove(&executor)?;
        if bids.is_empty() {
            self.jobs.remove(&job);
        }
        self.ages.remove(&(at, job, executor));
        if let Some(count) = self.counts.get_mut(&executor) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counts.remove(&executor);
            }
        }
        Some(bid)
    }
}
