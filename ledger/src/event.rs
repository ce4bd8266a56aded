//! Facts: what a transaction, or time, has changed.

use icn_base::{Did, Mana};
use serde::{Deserialize, Serialize};

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// Mana went from one account to another.
    Transferred {
        /// The payer.
        from: Did,
        /// The payee.
        to: Did,
        /// How much.
        amount: Mana,
    },
}
