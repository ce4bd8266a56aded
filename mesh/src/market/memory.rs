//! What is remembered of jobs, for people who ask why.

use crate::explain::{Explanation, Fate, Judged, Stage};
use crate::limits::{BIDS_PER_JOB_MAX, EXPLAINED_MAX, STAGES_MAX};
use icn_base::{Did, JobId, Time};
use std::collections::{BTreeMap, BTreeSet};

/// So many jobs; those that have ended are forgotten first, the oldest before the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    stories: BTreeMap<JobId, Story>,
    /// Unfinished ones come after those that have ended.
    order: BTreeSet<(bool, u64, JobId)>,
    count: u64,
}

#[derive(Clone, Debug)]
struct Story {
    age: u64,
    unfinished: bool,
    stages: Vec<(Time, Stage)>,
    bids: BTreeMap<Did, Judged>,
}

impl Memory {
    /// Adds a point to a job's story, unless it is what was said last.
    pub(super) fn note(&mut self, job: JobId, now: Time, stage: Stage) {
        let ended = matches!(stage, Stage::Ended(_));
        let story = self.story(job);
        if story.stages.last().is_some_and(|(_, last)| *last == stage) {
            return;
        }
        if ended || story.stages.len() < STAGES_MAX {
            story.stages.push((now, stage));
        }
        if ended && story.unfinished {
            story.unfinished = false;
            let age = story.age;
            self.order.remove(&(true, age, job));
            self.order.insert((false, age, job));
        }
    }

    /// Remembers a bid; the first of its executor counts.
    pub(super) fn bid(&mut self, job: JobId, executor: Did, judged: Judged) {
        let story = self.story(job);
        if story.bids.len() < BIDS_PER_JOB_MAX {
            story.bids.entry(executor).or_insert(judged);
        }
    }

    /// Remembers what became of a bid.
    pub(super) fn fate(&mut self, job: &JobId, executor: &Did, fate: Fate) {
        let story = self.stories.get_mut(job);
        if let Some(judged) = story.and_then(|story| story.bids.get_mut(executor)) {
            judged.fate = fate;
        }
    }

    pub(super) fn explain(&self, job: &JobId) -> Option<Explanation> {
        let story = self.stories.get(job)?;
        let bids = story.bids.iter();
        Some(Explanation {
            stages: story.stages.clone(),
            bids: bids.map(|(did, judged)| (*did, judged.clone())).collect(),
        })
    }

    fn story(&mut self, job: JobId) -> &mut Story {
        if !self.stories.contains_key(&job) {
            if self.stories.len() >= EXPLAINED_MAX
                && let Some((_, _, oldest)) = self.order.pop_first()
            {
                self.stories.remove(&oldest);
            }
            self.count = self.count.saturating_add(1);
            self.order.insert((true, self.count, job));
        }
        self.stories.entry(job).or_insert(Story {
            age: self.count,
            unfinished: true,
            stages: Vec::new(),
            bids: BTreeMap::new(),
        })
    }
}
