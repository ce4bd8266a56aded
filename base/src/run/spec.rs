//! A job's spec: what to run, on what, under which limits, by whom.

use super::Grant;
use crate::codec::{self, CodecError};
use crate::{Bytes, Cid, Codec, Did, JobId, Mana, Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a job asks for. Complete: nothing in it is left to a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobSpec {
    /// The guest.
    pub module: Cid,
    /// The exported function to call.
    pub entry: String,
    /// What the guest reads as its input.
    pub input: Input,
    /// The blocks that the guest may read.
    pub reads: Vec<Listed>,
    /// Fuel at most.
    pub fuel_limit: u64,
    /// Memory at most, in pages of 64 KiB.
    pub memory_pages: u32,
    /// What one executor may cost at most.
    pub max_price: Mana,
    /// How long bids are collected.
    pub bid_window_ms: u64,
    /// When the result is of no more use.
    pub deadline: Time,
    /// How many run it, and how many must agree.
    pub agreement: Agreement,
    /// Who may run it.
    pub requires: Requires,
    /// What effects it may have.
    pub grants: Vec<Grant>,
    /// The node that assigns it.
    pub coordinator: Did,
    /// The job that this one tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<JobId>,
}

impl JobSpec {
    /// The id of the child job that this spec opens, as the effect of that index of its parent's run.
    pub fn child_id(&self, parent: &JobId, effect: u64) -> Result<JobId, CodecError> {
        #[derive(Serialize)]
        struct Child<'a> {
            parent: &'a JobId,
            effect: u64,
            spec: &'a JobSpec,
        }
        let bytes = codec::encode(&Child {
            parent,
            effect,
            spec: self,
        })?;
        Ok(JobId::new(Cid::of(Codec::DagCbor, &bytes)))
    }
}

/// What a guest reads as its input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A block or a file.
    Cid(Cid),
    /// The bytes themselves, up to 64 KiB.
    Inline(Bytes),
}

/// A block that a job may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its name.
    pub cid: Cid,
    /// Its size in bytes.
    pub size: u64,
}

/// How many executors run a job, and how many must say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Executors.
    pub executors: u8,
    /// Equal claims that settle the job.
    pub quorum: u8,
}

impl Default for Agreement {
    fn default() -> Self {
        Self {
            executors: 1,
            quorum: 1,
        }
    }
}

/// What an executor must be to run a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Requires {
    /// Capabilities it has registered.
    pub capabilities: BTreeSet<String>,
    /// Its reputation at least.
    pub reputation: u32,
    /// Nobody else, if anyone is named.
    pub allow: BTreeSet<Did>,
    /// Labels it carries.
    pub labels: BTreeMap<String, String>,
}
