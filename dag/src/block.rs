//! A block: bytes, and the CID that names them.

use icn_base::codec::{self, CodecError};
use icn_base::{Cid, Codec, limits::BLOCK_BYTES_MAX};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// Bytes and the CID that names them. There is no way to make one whose bytes are not canonical
/// for their codec, or do not hash to the CID.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    cid: Cid,
    bytes: Arc<[u8]>,
}

/// Why bytes are no block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Larger than any door takes.
    #[error("a block has at most {BLOCK_BYTES_MAX} bytes, this has {0}: store a file in parts")]
    TooLarge(usize),
    /// The bytes do not hash to the CID that was given with them.
    #[error("the bytes are not those of {0}: they hash to another CID")]
    Mismatch(Cid),
    /// Not canonical dag-cbor.
    #[error("not canonical dag-cbor: {0}")]
    Cbor(#[from] CodecError),
    /// The block is raw, where a structured one is expected.
    #[error("{0} is a raw block, where dag-cbor is expected")]
    Raw(Cid),
}

impl Block {
    /// A block of bytes as they are.
    pub fn raw(bytes: impl Into<Arc<[u8]>>) -> Result<Self, BlockError> {
        Self::new(Codec::Raw, bytes)
    }

    /// A dag-cbor block of a value.
    pub fn cbor<T: Serialize + ?Sized>(value: &T) -> Result<Self, BlockError> {
        Self::written(codec::encode(value)?)
    }

    /// A dag-cbor block of bytes that a writer of ours has just made: they are canonical, and
    /// judging them again would only cost time.
    pub(crate) fn written(bytes: Vec<u8>) -> Result<Self, BlockError> {
        fits(&bytes)?;
        debug_assert_eq!(codec::scan(&bytes), Ok(()), "our writers are canonical");
        Ok(Self {
            cid: Cid::of(Codec::DagCbor, &bytes),
            bytes: bytes.into(),
        })
    }

    /// Names bytes from outside, once they are canonical for their codec.
    pub fn new(codec: Codec, bytes: impl Into<Arc<[u8]>>) -> Result<Self, BlockError> {
        let bytes = bytes.into();
        judge(codec, &bytes)?;
        Ok(Self {
            cid: Cid::of(codec, &bytes),
            bytes,
        })
    }

    /// Takes bytes that came with a CID, once they hash to it and are canonical for its codec.
    pub fn check(cid: Cid, bytes: impl Into<Arc<[u8]>>) -> Result<Self, BlockError> {
        let bytes = bytes.into();
        fits(&bytes)?;
        if !cid.names(&bytes) {
            return Err(BlockError::Mismatch(cid));
        }
        judge(cid.codec(), &bytes)?;
        Ok(Self { cid, bytes })
    }

    /// Bytes under a CID that is not theirs: what a disk may make of a block.
    #[cfg(test)]
    pub(crate) fn forged(cid: Cid, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self {
            cid,
            bytes: bytes.into(),
        }
    }

    /// The CID.
    pub const fn cid(&self) -> &Cid {
        &self.cid
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, shared.
    pub fn shared(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// The CIDs that the block links to, in order, with repetitions. A raw block has none.
    pub fn links(&self) -> Result<Vec<Cid>, BlockError> {
        match self.cid.codec() {
            Codec::Raw => Ok(Vec::new()),
            Codec::DagCbor => Ok(codec::links(&self.bytes)?),
        }
    }

    /// The value in a dag-cbor block.
    pub fn value<T: DeserializeOwned + Serialize>(&self) -> Result<T, BlockError> {
        match self.cid.codec() {
            Codec::Raw => Err(BlockError::Raw(self.cid)),
            Codec::DagCbor => Ok(codec::decode(&self.bytes)?),
        }
    }
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Block({}, {} bytes)", self.cid, self.bytes.len())
    }
}

fn fits(bytes: &[u8]) -> Result<(), BlockError> {
    if bytes.len() <= BLOCK_BYTES_MAX {
        Ok(())
    } else {
        Err(BlockError::TooLarge(bytes.len()))
    }
}

fn judge(codec: Codec, bytes: &[u8]) -> Result<(), BlockError> {
    fits(bytes)?;
    match codec {
        Codec::Raw => Ok(()),
        Codec::DagCbor => Ok(codec::scan(bytes)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_the_cids_are_refused() {
        let cid = Cid::of(Codec::Raw, b"a");
        assert_eq!(Block::check(cid, *b"b"), Err(BlockError::Mismatch(cid)));
        let not_cbor = Cid::of(Codec::DagCbor, b"\x81");
        assert!(matches!(
            Block::check(not_cbor, *b"\x81"),
            Err(BlockError::Cbor(_))
        ));
        assert!(matches!(
            Block::new(Codec::DagCbor, *b"\x18\x07"),
            Err(BlockError::Cbor(_))
        ));
    }

    #[test]
    fn a_block_ends_at_its_limit() {
        assert!(Block::raw(vec![0; BLOCK_BYTES_MAX]).is_ok());
        let size = BLOCK_BYTES_MAX + 1;
        assert_eq!(Block::raw(vec![0; size]), Err(BlockError::TooLarge(size)));
    }

    #[test]
    fn values_come_back_and_raw_blocks_have_none() {
        let block = Block::cbor(&("x", 1u8)).unwrap();
        assert_eq!(block.value(), Ok(("x".to_owned(), 1u8)));
        let raw = Block::raw(*b"x").unwrap();
        assert_eq!(raw.value::<u8>(), Err(BlockError::Raw(*raw.cid())));
        assert_eq!(raw.links(), Ok(vec![]));
    }
}
