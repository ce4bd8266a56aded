//! Executors: what a member that runs jobs has said of itself.

use icn_economics::Offer;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an executor offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Jobs that it runs at once.
    pub capacity: u32,
    /// What it usually asks; a bid says what it asks for one job.
    pub prices: Offer,
    /// What it can do.
    pub capabilities: BTreeSet<String>,
    /// What it is, by name and value.
    pub labels: BTreeMap<String, String>,
    /// The engine it runs.
    pub engine: String,
}

/// A registered executor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Executor {
    /// What it offers.
    pub profile: Profile,
    /// Seats that it has now.
    pub busy: u32,
    /// False once it has withdrawn: it takes no more seats.
    pub open: bool,
}
