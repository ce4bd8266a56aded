//! What a look-up sees: the table in memory, tables on their way to sled, and runs in sled, from
//! the newest to the oldest.

use super::entry::Entry;
use super::run::Run;
use crate::cid_hash::CidMap;
use crate::log::Position;
use crate::segment::Slot;
use icn_base::Cid;
use std::collections::VecDeque;
use std::sync::Arc;

/// Entries in memory.
pub(super) type Table = CidMap<Option<Slot>>;

/// A table that will not change any more.
#[derive(Debug)]
pub(super) struct Frozen {
    pub(super) table: Table,
    /// What the index covers with this table and those before it.
    pub(super) position: Option<Position>,
}

/// All that the index knows.
#[derive(Debug, Default)]
pub(super) struct View {
    /// The newest entries.
    pub(super) table: Table,
    /// Bytes of the blocks in the table, which a crash would have us read again.
    pub(super) table_bytes: u64,
    /// What the index covers; nothing while it is being built.
    pub(super) position: Option<Position>,
    /// Tables that are being written, newest first.
    pub(super) frozen: VecDeque<Arc<Frozen>>,
    /// Runs, newest first.
    pub(super) runs: Arc<Vec<Arc<Run>>>,
}

impl View {
    /// What the tables in memory say about a CID; the outer nothing if they say nothing.
    pub(super) fn find(&self, cid: &Cid) -> Option<Option<Slot>> {
        let frozen = self.frozen.iter().map(|frozen| &frozen.table);
        let mut tables = std::iter::once(&self.table).chain(frozen);
        tables.find_map(|table| table.get(cid)).copied()
    }

    /// The entries in memory above a CID, each table sorted, newest first.
    pub(super) fn sorted(&self, after: Option<&Cid>) -> Vec<Vec<Entry>> {
        let frozen = self.frozen.iter().map(|frozen| &frozen.table);
        let tables = std::iter::once(&self.table).chain(frozen);
        tables.map(|table| sorted(table, after)).collect()
    }

    /// Entries in memory.
    pub(super) fn in_memory(&self) -> usize {
        let frozen = self.frozen.iter().map(|frozen| frozen.table.len());
        self.table.len() + frozen.sum::<usize>()
    }
}

/// The entries of a table above a CID, in order.
pub(super) fn sorted(table: &Table, after: Option<&Cid>) -> Vec<Entry> {
    let entries = table.iter().map(|(&cid, &slot)| (cid, slot));
    let mut above: Vec<Entry> = entries
        .filter(|(cid, _)| after.is_none_or(|after| cid > after))
        .collect();
    above.sort_unstable_by_key(|(cid, _)| *cid);
    above
}
