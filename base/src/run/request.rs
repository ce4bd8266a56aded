//! The form in which people and guests ask for a job: what may be left out is left out.

use super::{Agreement, Grant, Input, JobSpec, Listed, Requires};
use crate::limits::{BID_WINDOW_MS_DEFAULT, ENTRY_DEFAULT, MEMORY_PAGES_DEFAULT};
use crate::{Bytes, Cid, Did, JobId, Mana, Time};
use serde::Deserialize;

/// A job as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
    /// The guest.
    pub module: Cid,
    /// The exported function to call; `run` if left out.
    pub entry: Option<String>,
    /// What the guest reads as its input; empty if left out.
    pub input: Option<Input>,
    /// The blocks that the guest may read.
    pub reads: Option<Vec<Listed>>,
    /// Fuel at most.
    pub fuel_limit: u64,
    /// Memory at most, in pages of 64 KiB.
    pub memory_pages: Option<u32>,
    /// What one executor may cost at most.
    pub max_price: Mana,
    /// How long bids are collected.
    pub bid_window_ms: Option<u64>,
    /// When the result is of no more use.
    pub deadline: Option<Time>,
    /// How many run it, and how many must agree.
    pub agreement: Option<Agreement>,
    /// Who may run it.
    pub requires: Option<Requires>,
    /// What effects it may have.
    pub grants: Option<Vec<Grant>>,
    /// The node that assigns it.
    pub coordinator: Option<Did>,
    /// The job that this one tries again.
    pub retry_of: Option<JobId>,
}

/// What stands in a spec where the request is silent: from the node that takes the request, or,
/// for a child, from its parent.
#[derive(Clone, Debug)]
pub struct Inherited {
    /// When the result is of no more use.
    pub deadline: Time,
    /// How many run it, and how many must agree.
    pub agreement: Agreement,
    /// Who may run it.
    pub requires: Requires,
    /// The node that assigns it.
    pub coordinator: Did,
}

impl Inherited {
    /// What a child inherits.
    pub fn of(parent: &JobSpec) -> Self {
        Self {
            deadline: parent.deadline,
            agreement: parent.agreement,
            requires: parent.requires.clone(),
            coordinator: parent.coordinator,
        }
    }
}

impl JobRequest {
    /// The complete spec.
    pub fn complete(self, inherited: Inherited) -> JobSpec {
        JobSpec {
            module: self.module,
            entry: self.entry.unwrap_or_else(|| ENTRY_DEFAULT.to_owned()),
            input: self
                .input
                .unwrap_or_else(|| Input::Inline(Bytes::default())),
            reads: self.reads.unwrap_or_default(),
            fuel_limit: self.fuel_limit,
            memory_pages: self.memory_pages.unwrap_or(MEMORY_PAGES_DEFAULT),
            max_price: self.max_price,
            bid_window_ms: self.bid_window_ms.unwrap_or(BID_WINDOW_MS_DEFAULT),
            deadline: self.deadline.unwrap_or(inherited.deadline),
            agreement: self.agreement.unwrap_or(inherited.agreement),
            requires: self.requires.unwrap_or(inherited.requires),
            grants: self.grants.unwrap_or_default(),
            coordinator: self.coordinator.unwrap_or(inherited.coordinator),
            retry_of: self.retry_of,
        }
    }
}
