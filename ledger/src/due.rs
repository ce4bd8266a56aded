//! Deadlines, in order: expiring costs what expires, not what exists.

use crate::table::Index;
use icn_base::{Cid, Did, JobId, Time};

/// What falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// The phase that a job is in.
    Job(JobId),
    /// A record that is kept for a while.
    Anchor(Cid),
    /// The day on which an executor gained reputation by an owner.
    Praise(Did, Did),
}

/// An index that is derived from the rows, so it needs no place in the state's commitment.
#[derive(Clone, Debug, Default)]
pub(crate) struct DueIndex(Index<(Time, Due)>);

impl DueIndex {
    pub(crate) fn new() -> Self {
        Self(Index::new())
    }

    /// Follows a change of one row's deadline.
    pub(crate) fn replace(&mut self, due: Due, old: Option<Time>, new: Option<Time>) {
        if let Some(old) = old {
            self.0.remove(&(old, due));
        }
        if let Some(new) = new {
            self.0.insert((new, due));
        }
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Time> {
        self.0.get_min().map(|(time, _)| *time)
    }

    /// Everything with a deadline at this time or before it, in order.
    pub(crate) fn until(&self, time: Time) -> Vec<Due> {
        self.0
            .iter()
            .take_while(|(at, _)| *at <= time)
            .map(|(_, due)| *due)
            .collect()
    }
}
