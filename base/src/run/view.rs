//! What a guest may see of the book: the JSON of the reading host calls and of the HTTP API.

use crate::{Cid, JobId, Mana, NetworkId, Time};
use serde::{Deserialize, Serialize};

/// The block that a snapshot stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockInfo {
    /// Its height.
    pub height: u64,
    /// Its time.
    pub time: Time,
    /// Its name.
    pub block: Cid,
    /// The network.
    pub network: NetworkId,
}

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for bids.
    Open,
    /// Executors have it.
    Assigned,
    /// Settled: the guest ended well.
    Completed,
    /// Settled: the guest failed, or its effects were refused.
    GuestFailed,
    /// Refunded: nobody bid.
    NoBids,
    /// Refunded: the executors were silent.
    Late,
    /// Refunded: withdrawn by its owner.
    Cancelled,
    /// Refunded: no claim found enough agreement.
    Disagreed,
}

/// A job at the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobStatus {
    /// The job.
    pub job: JobId,
    /// Where it is in its life.
    pub state: JobState,
    /// The claim that settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Cid>,
    /// What it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Cid>,
}

/// A job that waits for bids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingJob {
    /// The job.
    pub job: JobId,
    /// The guest.
    pub module: Cid,
    /// Fuel at most.
    pub fuel_limit: u64,
    /// What one executor may cost at most.
    pub max_price: Mana,
    /// When the result is of no more use.
    pub deadline: Time,
}

/// Some of the jobs that wait for bids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PendingJobs {
    /// In the order of their ids.
    pub jobs: Vec<PendingJob>,
    /// Where the list goes on, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<JobId>,
}
