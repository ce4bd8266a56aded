//! The outcome: all that a run is. Two runs of one job give equal outcomes, byte for byte.

use super::{Effect, Exit};
use crate::{Cid, Mana};
use serde::{Deserialize, Serialize};

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// How it ended.
    pub exit: Exit,
    /// What it wrote as its output.
    pub output: Cid,
    /// What it logged.
    pub log: Cid,
    /// What it asks the book to change, in order. Empty unless it ended well.
    pub effects: Vec<Effect>,
    /// Fuel it used.
    pub fuel_used: u64,
    /// Memory it had at most, in bytes.
    pub memory_peak: u64,
    /// Host calls it made, by number, those it made.
    pub host_calls: Vec<CallStats>,
    /// What it was told: the CID of its [`super::Journal`].
    pub journal: Cid,
    /// The engine and the fuel schedule.
    pub engine: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_zero(mana: &Mana) -> bool {
    mana.is_zero()
}

/// How often a host call was made, and what it cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallStats {
    /// The call's number.
    pub call: u16,
    /// Times it was made.
    pub count: u64,
    /// Fuel it took, all times together.
    pub fuel: u64,
    /// Mana it moved.
    pub mana: Mana,
    /// Mana that was set aside for it and given back, because it came to nothing.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refunded: Mana,
}
