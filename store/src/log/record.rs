//! What a record of the log says. Records are canonical dag-cbor, so any tool can read them.

use icn_base::codec::varint;
use icn_base::{Bytes, Cid, Time};
use icn_dag::Pin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format that this version writes, and the newest that it reads.
pub(crate) const FORMAT: u64 = 1;

/// The first record, which says what the others follow on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preface {
    /// [`FORMAT`].
    pub(crate) format: u64,
    /// The version of icn that wrote the log.
    pub(crate) writer: String,
    /// Drawn when the store was made, so that an index from another store is not taken for ours.
    pub(crate) store: Bytes,
    /// The number and checksum of the last record of the log that this one replaced.
    pub(crate) after: Position,
    /// No segment has had this number or one above it.
    pub(crate) next_segment: u32,
}

/// A place in the history of a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    /// The number of the last record before it.
    pub(crate) seq: u64,
    /// That record's checksum: two histories that part differ in it.
    pub(crate) crc: u32,
}

/// Changes that were made together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Record {
    /// Segments that are longer now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) grown: Vec<Grown>,
    /// Blocks in segments that count no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) dead: Vec<Dead>,
    /// Segments that were given up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<u32>,
    /// Pins that ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unpinned: Vec<Cid>,
    /// Pins that were set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) pinned: Vec<Pinned>,
    /// Names that point somewhere else now.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) named: BTreeMap<String, Cid>,
    /// Names that were forgotten.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) unnamed: Vec<String>,
}

/// A segment's size, in all and not only what was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grown {
    /// Its number.
    pub(crate) segment: u32,
    /// Its length in bytes.
    pub(crate) length: u64,
    /// How many blocks were ever put into it.
    pub(crate) blocks: u64,
}

/// Blocks of one segment that count no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dead {
    /// The segment.
    pub(crate) segment: u32,
    /// How many blocks.
    pub(crate) blocks: u64,
    /// What their frames weigh.
    pub(crate) bytes: u64,
    /// Where their bytes begin: the first as it is, each other as its distance from the one before.
    offsets: Bytes,
}

/// A pin, as dag-cbor writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pinned {
    root: Cid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
}

impl Dead {
    /// Blocks that begin at these offsets, whose frames together weigh `bytes`.
    pub(crate) fn new(segment: u32, mut offsets: Vec<u32>, bytes: u64) -> Self {
        offsets.sort_unstable();
        let (mut packed, mut before) = (Vec::with_capacity(offsets.len() * 2), 0);
        for &offset in &offsets {
            varint::push(&mut packed, u64::from(offset - before));
            before = offset;
        }
        Self {
            segment,
            blocks: offsets.len() as u64,
            bytes,
            offsets: Bytes(packed),
        }
    }

    /// The offsets, in order. They end early if they make no sense.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = u32> {
        let (mut rest, mut last) = (&self.offsets[..], 0_u64);
        std::iter::from_fn(move || {
            let (distance, after) = varint::split(rest)?;
            (rest, last) = (after, last.checked_add(distance)?);
            u32::try_from(last).ok()
        })
    }
}

impl From<Pin> for Pinned {
    fn from(Pin { root, until }: Pin) -> Self {
        Self { root, until }
    }
}

impl From<Pinned> for Pin {
    fn from(Pinned { root, until }: Pinned) -> Self {
        Self { root, until }
    }
}

impl Record {
    /// The bytes in the log.
    pub(crate) fn encode(&self) -> Vec<u8> {
        icn_base::codec::encode(self).expect("a record has no floats and little depth")
    }
}
