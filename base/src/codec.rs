//! Canonical dag-cbor: one value has one spelling, and every other spelling is refused.
//!
//! Types take part through serde. On top of what the bytes themselves must obey (shortest
//! integers, definite lengths, map keys sorted by length and then bytes, no duplicates, floats of
//! 64 bits that are numbers, tag 42 only), `null` is refused where a field may be absent, so that
//! an absent value has one spelling too. Types refuse unknown fields by themselves
//! (`#[serde(deny_unknown_fields)]`) and leave out absent ones
//! (`#[serde(skip_serializing_if = "Option::is_none")]`).
//!
//! ```
//! use icn_base::codec;
//! let bytes = codec::encode(&("mana", 7u64)).unwrap();
//! assert_eq!(bytes, b"\x82\x64mana\x07");
//! assert_eq!(codec::decode::<(String, u64)>(&bytes).unwrap(), ("mana".into(), 7));
//! // 7 spelled in two bytes instead of one:
//! assert!(codec::decode::<(String, u64)>(b"\x82\x64mana\x18\x07").is_err());
//! ```

mod decode;
mod encode;
mod head;
mod parts;
mod scan;
mod value;
pub mod varint;

pub use decode::decode;
pub use encode::{encode, encode_into};
pub use parts::{Reader, push_array, push_bytes, push_link};
pub use scan::{links, scan};
pub use value::Value;

use crate::cid::CidError;
use std::fmt;

/// Why bytes are not canonical dag-cbor, or not of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end inside a value.
    #[error("the bytes end inside a value (at {at})")]
    End {
        /// Offset of the value that is cut.
        at: usize,
    },
    /// Bytes follow the value.
    #[error("{count} bytes follow the value")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// A number or length that has a shorter spelling.
    #[error("a number is not in its shortest form (at {at})")]
    NotShortest {
        /// Offset of the number.
        at: usize,
    },
    /// A first byte that CBOR keeps in reserve.
    #[error("this byte begins no value (at {at})")]
    Reserved {
        /// Offset of the byte.
        at: usize,
    },
    /// A length that is not stated in advance.
    #[error("indefinite lengths are not allowed (at {at})")]
    Indefinite {
        /// Offset of the value.
        at: usize,
    },
    /// Nesting beyond [`crate::limits::CBOR_DEPTH_MAX`].
    #[error("values are nested too deeply (at {at})")]
    Depth {
        /// Offset of the value.
        at: usize,
    },
    /// A map key that is not above the one before it.
    #[error("map keys are duplicate or not sorted (at {at})")]
    KeyOrder {
        /// Offset of the key.
        at: usize,
    },
    /// A map key that is not text.
    #[error("a map key is not text (at {at})")]
    KeyType {
        /// Offset of the key.
        at: usize,
    },
    /// Text that is not UTF-8.
    #[error("text is not UTF-8 (at {at})")]
    Utf8 {
        /// Offset of the text.
        at: usize,
    },
    /// A float that is not 64 bits, not a number, infinite or a negative zero.
    #[error("a float must be 64 bits, finite and not -0.0 (at {at})")]
    Float {
        /// Offset of the float.
        at: usize,
    },
    /// A simple value other than false, true and null.
    #[error("this simple value is not allowed (at {at})")]
    Simple {
        /// Offset of the value.
        at: usize,
    },
    /// A tag other than 42, or a tag 42 that holds no binary CID.
    #[error("only tag 42 with a CID is allowed (at {at})")]
    Tag {
        /// Offset of the tag.
        at: usize,
    },
    /// A link whose CID icn does not take.
    #[error("a link is refused (at {at}): {source}")]
    Link {
        /// Offset of the link.
        at: usize,
        /// What is wrong with the CID.
        source: CidError,
    },
    /// More links than [`crate::limits::BLOCK_LINKS_MAX`].
    #[error("the block has more than {} links", crate::limits::BLOCK_LINKS_MAX)]
    Links,
    /// Well-formed, but another type was expected.
    #[error("{what} expected (at {at})")]
    Type {
        /// What was expected.
        what: &'static str,
        /// Offset of the value.
        at: usize,
    },
    /// `null` where an absent value is written by leaving it out.
    #[error("an absent value is left out, not written as null (at {at})")]
    Null {
        /// Offset of the null.
        at: usize,
    },
    /// A set out of order, a default spelled out, or the like.
    #[error("the value has another spelling, which is the canonical one")]
    SecondSpelling,
    /// What a type says about a value that it refuses, for example an unknown field.
    #[error("{0}")]
    Value(String),
}

impl serde::de::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

impl serde::ser::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

#[cfg(test)]
mod tests;
