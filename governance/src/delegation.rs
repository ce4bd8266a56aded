//! Delegations: who votes for whom, for which proposals, until when.

use crate::History;
use icn_base::{Did, Time};
use serde::{Deserialize, Serialize};

/// A member's delegation for one scope. The row stays when it is revoked, so that a decision
/// older than the revocation is known to be stale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegations {
    /// The delegation, and what votes under way have seen.
    pub hand: History<Hand>,
    /// When the member last decided about it.
    pub changed: Time,
}

/// To whom votes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hand {
    /// The delegate.
    pub to: Did,
    /// For votes that open before this time.
    pub until: Time,
}

impl Hand {
    /// The delegate, for votes that open at a time.
    pub fn to_at(&self, at: Time) -> Option<Did> {
        (at < self.until).then_some(self.to)
    }
}
