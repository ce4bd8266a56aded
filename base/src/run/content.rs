//! Content of any size under one CID: a raw block if it fits, else parts and a block that lists them.

use crate::codec::{self, CodecError};
use crate::limits::{BLOCK_BYTES_MAX, PART_BYTES};
use crate::{Cid, Codec};
use serde::{Deserialize, Serialize};

/// The block that lists the parts of content that is too large for one block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Raw blocks of [`PART_BYTES`] each, the last one shorter.
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
    /// Names these bytes.
    pub fn raw(bytes: Vec<u8>) -> Result<Self, CodecError> {
        if bytes.len() <= BLOCK_BYTES_MAX {
            let cid = Cid::of(Codec::Raw, &bytes);
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
