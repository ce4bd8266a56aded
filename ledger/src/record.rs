//! Records: receipts that counted for a job, what is kept for a while, and offences of validators.

use icn_base::{Cid, Did, JobId, Time};
use serde::{Deserialize, Serialize};

/// A receipt that counted for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The job.
    pub job: JobId,
    /// Who made it.
    pub executor: Did,
    /// What it claims.
    pub claim: Cid,
    /// The block time at which it came.
    pub at: Time,
}

/// A record that is kept for a while and obliges nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Who had it kept.
    pub by: Did,
    /// Until when.
    pub until: Time,
    /// True if it is a receipt whose signature was checked.
    pub receipt: bool,
}

/// What came of evidence against a validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conviction {
    /// Who showed it.
    pub by: Did,
    /// The block time at which it was shown.
    pub at: Time,
    /// The power that the accused lost by it: none if it was the last validator, or had lost it
    /// before.
    pub lost: u64,
}
