//! Content of any size under one CID: a raw block if it fits, else parts and a block that lists them.

use crate::codec::{self, CodecError};
use crate::limits::PART_BYTES;
use crate::{Cid, Codec};
use serde::{Deserialize, Serialize};

/// The block that lists the parts of content that is too large for one block. `icn_dag::file` builds
/// trees of them for content of any size; both give the same bytes the same name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Raw blocks of [`PART_BYTES`] each, the last one perhaps shorter; in a tree, layouts.
    pub parts: Vec<Cid>,
    /// Bytes of all parts together.
    pub size: u64,
}

/// Content with its name: the CID, and the blocks that it takes to store it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    cid: Cid,
    bytes: Vec<u8>,
    /// The list of parts in its canonical bytes, if there are parts.
    layout: Option<(Vec<Cid>, Vec<u8>)>,
}

impl Content {
    /// Names bytes without structure.
    pub fn raw(bytes: Vec<u8>) -> Result<Self, CodecError> {
        Self::new(Codec::Raw, bytes)
    }

    /// Names a value by its canonical dag-cbor.
    pub fn value<T: Serialize>(value: &T) -> Result<Self, CodecError> {
        Self::new(Codec::DagCbor, codec::encode(value)?)
    }

    fn new(codec: Codec, bytes: Vec<u8>) -> Result<Self, CodecError> {
        if bytes.len() <= PART_BYTES {
            let cid = Cid::of(codec, &bytes);
            return Ok(Self {
                cid,
                bytes,
                layout: None,
            });
        }
        let parts: Vec<Cid> = bytes
            .chunks(PART_BYTES)
            .map(|part| Cid::of(Codec::Raw, part))
            .collect();
        let layout = Layout {
            parts: parts.clone(),
            size: bytes.len() as u64,
        };
        let block = codec::encode(&layout)?;
        Ok(Self {
            cid: Cid::of(Codec::DagCbor, &block),
            bytes,
            layout: Some((parts, block)),
        })
    }

    /// The name of the whole.
    pub const fn cid(&self) -> Cid {
        self.cid
    }

    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Every block that it takes to store it, parts first.
    pub fn blocks(&self) -> Vec<(Cid, &[u8])> {
        let Some((parts, block)) = &self.layout else {
            return vec![(self.cid, &self.bytes)];
        };
        let parts = parts.iter().copied().zip(self.bytes.chunks(PART_BYTES));
        parts.chain([(self.cid, block.as_slice())]).collect()
    }
}
