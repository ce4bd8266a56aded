//! What the log amounts to: the fold of its records.

use super::record::{Grown, Record};
use crate::segment;
use icn_base::{Cid, Time};
use std::collections::BTreeMap;

/// Segments, pins and names after a number of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// The segments by number.
    pub(crate) segments: BTreeMap<u32, Segment>,
    /// The pins by root.
    pub(crate) pins: BTreeMap<Cid, Option<Time>>,
    /// What the names point at.
    pub(crate) names: BTreeMap<String, Cid>,
}

/// A segment as the log knows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Bytes that are acknowledged; whatever follows them in the file is not.
    pub(crate) length: u64,
    /// Blocks that were ever put into it.
    pub(crate) blocks: u64,
    /// Blocks of it that count no longer.
    pub(crate) dead_blocks: u64,
    /// What the frames of these weigh.
    pub(crate) dead_bytes: u64,
}

impl State {
    /// Adds one record.
    pub(crate) fn apply(&mut self, record: &Record) {
        for dead in &record.dead {
            if let Some(segment) = self.segments.get_mut(&dead.segment) {
                segment.dead_blocks = segment.dead_blocks.saturating_add(dead.blocks);
                segment.dead_bytes = segment.dead_bytes.saturating_add(dead.bytes);
            }
        }
        for grown in &record.grown {
            let segment = self.segments.entry(grown.segment).or_default();
            (segment.length, segment.blocks) = (grown.length, grown.blocks);
        }
        for segment in &record.gone {
            self.segments.remove(segment);
        }
        for root in &record.unpinned {
            self.pins.remove(root);
        }
        for pin in record
            .pinned
            .iter()
            .map(|&pinned| icn_dag::Pin::from(pinned))
        {
            self.pins.insert(pin.root, pin.until);
        }
        for name in &record.unnamed {
            self.names.remove(name);
        }
        for (name, cid) in &record.named {
            self.names.insert(name.clone(), *cid);
        }
    }

    /// Bytes in all segments.
    pub(crate) fn disk_bytes(&self) -> u64 {
        self.segments.values().map(|segment| segment.length).sum()
    }

    /// What the blocks that count weigh, with their frames.
    pub(crate) fn live_bytes(&self) -> u64 {
        let live = |at: &Segment| at.payload().saturating_sub(at.dead_bytes);
        self.segments.values().map(live).sum()
    }

    /// Sizes of all segments, as records say them.
    pub(crate) fn grown(&self) -> impl Iterator<Item = Grown> {
        self.segments.iter().map(|(&segment, at)| Grown {
            segment,
            length: at.length,
            blocks: at.blocks,
        })
    }
}

impl Segment {
    /// What its frames weigh.
    pub(crate) fn payload(&self) -> u64 {
        self.length.saturating_sub(segment::prologue().len() as u64)
    }
}
