//! What it costs to open a module, before its first instruction.
//!
//! Our own rule, from counts that the gate takes: whether the engine copies data, maps it or does
//! so on the first touch is its own affair and differs between machines, so it must not show in the
//! fuel.

use serde::{Deserialize, Serialize};

/// What instantiation does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Opening {
    /// Pages of memory from the start.
    pub(crate) memory_pages: u64,
    /// Elements of tables from the start.
    pub(crate) table_elements: u64,
    /// Bytes of active data segments.
    pub(crate) data_bytes: u64,
    /// Elements of segments.
    pub(crate) elements: u64,
}

/// A fresh instance of anything.
const BASE: u64 = 30_000;
const PER_PAGE: u64 = 1_000;
const PER_ELEMENT: u64 = 4;
/// Bytes of data for one unit, as for `memory.copy`.
const BYTES_PER_UNIT: u64 = 8;

impl Opening {
    /// Fuel that is taken before the instance is made.
    pub(crate) const fn fuel(self) -> u64 {
        BASE + PER_PAGE * self.memory_pages
            + PER_ELEMENT * (self.table_elements + self.elements)
            + self.data_bytes / BYTES_PER_UNIT
    }
}
