//! What can go wrong with a map, and with a proof.

use crate::StoreError;
use icn_base::Cid;
use icn_base::codec::CodecError;
use icn_base::limits::{HAMT_KEY_BYTES_MAX, HAMT_VALUE_BYTES_MAX};

/// Why a map could not be read or changed. It is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum HamtError {
    /// A block could not be read, or is not there.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A block is not a node of a map.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The key is too long.
    #[error("a key has at most {HAMT_KEY_BYTES_MAX} bytes, this has {0}: use its hash as the key")]
    KeySize(usize),
    /// The value is too large.
    #[error(
        "a value has at most {HAMT_VALUE_BYTES_MAX} bytes, this has {0}: \
         put it in a block and set the link"
    )]
    ValueSize(usize),
    /// The value is not canonical dag-cbor, or nested too deeply.
    #[error("the value is not canonical dag-cbor: {0}")]
    Value(#[from] CodecError),
    /// Four keys share all the bits of their hashes that the levels read.
    #[error("four keys have the same sha2-256 in their first 255 bits")]
    Collision,
    /// The map has changes that stand in no block yet, so no block can prove them.
    #[error("the map has changes that are in no block yet: flush it first")]
    Unflushed,
}

/// A block that is not the one node that stands at its place in a map.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("block {cid} is no node of a map: {fault}")]
pub struct NodeError {
    /// The block.
    pub cid: Cid,
    /// What is wrong with it.
    pub fault: NodeFault,
}

/// What is wrong with a node. Every fault is one that would give a map a second root.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeFault {
    /// The block is raw.
    #[error("it is a raw block")]
    Raw,
    /// A root that is not of our layout.
    #[error("a root says hamt, then hashAlg 18 (sha2-256), then bucketSize 3, and nothing else")]
    Root,
    /// The parts are not those of a node.
    #[error("{0}")]
    Cbor(#[from] CodecError),
    /// The bitmap is not of four bytes.
    #[error("its bitmap has {0} bytes instead of 4 (bit width 5)")]
    Map(usize),
    /// As many bits in the map as slots, and slots, and no more.
    #[error("its bitmap has {bits} bits for {slots} slots")]
    Slots {
        /// Bits that are set in the map.
        bits: u32,
        /// Slots that are announced.
        slots: u64,
    },
    /// The entries would fit into a bucket of the node above.
    #[error("it has no links and fewer than four entries: they belong into the node above")]
    Few,
    /// A bucket without entries, or with more than three.
    #[error("a bucket has one to three entries, this has {0}")]
    Bucket(u64),
    /// An entry that is not a key and a value.
    #[error("an entry is a key and a value, this has {0} parts")]
    Entry(u64),
    /// A key that is not above the one before it.
    #[error("the keys of a bucket are duplicate or not sorted")]
    KeyOrder,
    /// A key whose hash leads elsewhere.
    #[error("a key stands where its hash does not lead")]
    KeyPlace,
    /// A key that is too long.
    #[error("a key has {0} bytes, beyond {HAMT_KEY_BYTES_MAX}")]
    KeySize(usize),
    /// A value that is too large.
    #[error("a value has {0} bytes, beyond {HAMT_VALUE_BYTES_MAX}")]
    ValueSize(usize),
    /// A link to a block that can be no node.
    #[error("it links to a raw block")]
    Link,
    /// A link below the last level.
    #[error("it links to a node where the hash has no bits left")]
    Deep,
}

/// Why blocks prove nothing about a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The way ends before the key's slot.
    #[error("the proof ends where block {0} should follow")]
    Missing(Cid),
    /// A block that is not the next one on the way.
    #[error("the proof has block {found} where {wanted} should stand")]
    Foreign {
        /// The block that stands there.
        found: Cid,
        /// The block that the one before links to.
        wanted: Cid,
    },
    /// Blocks after the one in which the way ends.
    #[error("{0} blocks follow the one in which the key's way ends")]
    Extra(usize),
    /// A block on the way is not a node.
    #[error(transparent)]
    Node(#[from] NodeError),
}
