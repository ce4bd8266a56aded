//! CIDs: CIDv1, dag-cbor or raw, sha2-256, 32 bytes (decision D4). Nothing else is representable.

use crate::limits::CID_TEXT_BYTES;
use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Bytes of a CID in binary: version, codec, hash, length, digest.
pub const CID_BYTES: usize = 36;

/// The name under which serde passes a CID; our dag-cbor turns it into tag 42.
pub(crate) const SERDE_NAME: &str = "$icn/cid";

const VERSION_1: u8 = 0x01;
const SHA2_256: u8 = 0x12;
const DIGEST_BYTES: u8 = 32;

/// How the bytes of a block are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Codec {
    /// Bytes without structure, and so without links.
    Raw = 0x55,
    /// Canonical dag-cbor.
    DagCbor = 0x71,
}

impl Codec {
    /// The name that IPFS tools use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::DagCbor => "dag-cbor",
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Codec {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        match text {
            "raw" => Ok(Self::Raw),
            "dag-cbor" => Ok(Self::DagCbor),
            other => Err(CidError::CodecName(other.chars().take(32).collect())),
        }
    }
}

/// Why something is not a CID that icn takes. Every refusal names what was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidError {
    /// A base58 CID of the old form.
    #[error("this is a CIDv0 (Qm…): icn takes CIDv1 only; re-add the data as CIDv1 with sha2-256")]
    Version0,
    /// A version that is not 1.
    #[error("CID version {0} is not known: icn takes CIDv1")]
    Version(u64),
    /// A codec other than the two.
    #[error("codec 0x{0:x} is not taken: icn stores dag-cbor (0x71) and raw (0x55)")]
    Codec(u64),
    /// A codec name other than the two.
    #[error("codec `{0}` is not known: use `raw` or `dag-cbor`")]
    CodecName(String),
    /// A CID that carries its data instead of a hash.
    #[error("an identity hash is not a hash: icn takes sha2-256")]
    Identity,
    /// A hash function other than sha2-256.
    #[error("multihash 0x{0:x}{name} is not taken: icn takes sha2-256 (0x12)", name = hash_name(*.0))]
    Hash(u64),
    /// A truncated or stretched digest.
    #[error("the digest is {0} bytes long: sha2-256 has 32")]
    DigestLength(u64),
    /// The binary form ends early or goes on.
    #[error("a CID is 36 bytes long, this has {0}")]
    Length(usize),
    /// A number in the header that is not in its shortest form.
    #[error("the CID's header is not well formed")]
    Header,
    /// A text form other than base32 lower case.
    #[error("a CID is written in base32 and begins with `b`, this begins with `{0}`")]
    Multibase(char),
    /// Base32 that does not decode, or does not decode to its only spelling.
    #[error("the CID's base32 is not well formed")]
    Base32,
}

fn hash_name(code: u64) -> &'static str {
    match code {
        0x11 => " (sha1)",
        0x13 => " (sha2-512)",
        0x16 => " (sha3-256)",
        0x1b => " (keccak-256)",
        0x1e => " (blake3)",
        0xb220 => " (blake2b-256)",
        0xd5 => " (md5)",
        _ => "",
    }
}

/// The name of a block: its codec and the sha2-256 of its bytes.
///
/// ```
/// use icn_base::{Cid, Codec};
/// let cid = Cid::of(Codec::Raw, b"hello");
/// assert_eq!(cid.to_string().parse(), Ok(cid));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cid {
    codec: Codec,
    digest: [u8; 32],
}

impl Cid {
    /// Names `bytes`. Whether they are well-formed dag-cbor is [`crate::codec::scan`]'s question.
    pub fn of(codec: Codec, bytes: &[u8]) -> Self {
        Self {
            codec,
            digest: Sha256::digest(bytes).into(),
        }
    }

    /// A CID from a digest that was computed elsewhere, for example while streaming.
    pub const fn from_digest(codec: Codec, digest: [u8; 32]) -> Self {
        Self { codec, digest }
    }

    /// How the block's bytes are read.
    pub const fn codec(&self) -> Codec {
        self.codec
    }

    /// The sha2-256 of the block's bytes.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// True if these bytes are the block that this CID names.
    pub fn names(&self, bytes: &[u8]) -> bool {
        Sha256::digest(bytes).as_slice() == self.digest
    }

    /// The binary form.
    pub fn to_bytes(&self) -> [u8; CID_BYTES] {
        let mut bytes = [0; CID_BYTES];
        bytes[..4].copy_from_slice(&[VERSION_1, self.codec as u8, SHA2_256, DIGEST_BYTES]);
        bytes[4..].copy_from_slice(&self.digest);
        bytes
    }

    /// Reads the binary form, which must be exactly this long.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CidError> {
        let (cid, rest) = Self::split_from(bytes)?;
        if rest.is_empty() {
            Ok(cid)
        } else {
            Err(CidError::Length(bytes.len()))
        }
    }

    /// Reads a CID from the front of `bytes` and returns what follows it, as in a CAR section.
    pub fn split_from(bytes: &[u8]) -> Result<(Self, &[u8]), CidError> {
        if let Some((&[VERSION_1, codec @ (0x55 | 0x71), SHA2_256, DIGEST_BYTES], rest)) =
            bytes.split_first_chunk::<4>()
            && let Some((digest, rest)) = rest.split_first_chunk::<32>()
        {
            let codec = if codec == Codec::Raw as u8 {
                Codec::Raw
            } else {
                Codec::DagCbor
            };
            return Ok((
                Self {
                    codec,
                    digest: *digest,
                },
                rest,
            ));
        }
        Err(explain(bytes))
    }
}

/// Names the first thing that is wrong with a binary CID that is not ours.
fn explain(bytes: &[u8]) -> CidError {
    if bytes.len() >= 34 && bytes.starts_with(&[SHA2_256, DIGEST_BYTES]) {
        return CidError::Version0;
    }
    let mut rest = bytes;
    let mut next = || {
        let (value, after) = crate::codec::varint::split(rest)?;
        rest = after;
        Some(value)
    };
    let (Some(version), Some(codec)) = (next(), next()) else {
        return cut(bytes);
    };
    if version != u64::from(VERSION_1) {
        return CidError::Version(version);
    }
    let (Some(hash), Some(length)) = (next(), next()) else {
        return cut(bytes);
    };
    if hash == 0 {
        return CidError::Identity;
    }
    if codec != Codec::Raw as u64 && codec != Codec::DagCbor as u64 {
        return CidError::Codec(codec);
    }
    if hash != u64::from(SHA2_256) {
        return CidError::Hash(hash);
    }
    if length != u64::from(DIGEST_BYTES) {
        return CidError::DigestLength(length);
    }
    CidError::Length(bytes.len())
}

fn cut(bytes: &[u8]) -> CidError {
    if bytes.len() < CID_BYTES {
        CidError::Length(bytes.len())
    } else {
        CidError::Header
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; CID_TEXT_BYTES];
        text[0] = b'b';
        BASE32_NOPAD.encode_mut(&self.to_bytes(), &mut text[1..]);
        text.make_ascii_lowercase();
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Cid {
    type Err = CidError;

    fn from_str(text: &str) -> Result<Self, CidError> {
        if text.len() == 46 && text.starts_with("Qm") {
            return Err(CidError::Version0);
        }
        let digits = match text.chars().next() {
            Some('b') => &text[1..],
            Some(other) => return Err(CidError::Multibase(other)),
            None => return Err(CidError::Length(0)),
        };
        // Longer foreign CIDs still get their refusal by name, so twice our length is read.
        if digits.len() > 2 * CID_TEXT_BYTES || digits.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(CidError::Base32);
        }
        let bytes = BASE32_NOPAD
            .decode(digits.to_ascii_uppercase().as_bytes())
            .map_err(|_| CidError::Base32)?;
        Self::from_bytes(&bytes)
    }
}

impl Serialize for Cid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_newtype_struct(SERDE_NAME, &CidBytes(self.to_bytes()))
        }
    }
}

struct CidBytes([u8; CID_BYTES]);

impl Serialize for CidBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(CidVisitor)
        } else {
            deserializer.deserialize_newtype_struct(SERDE_NAME, CidVisitor)
        }
    }
}

struct CidVisitor;

impl<'de> de::Visitor<'de> for CidVisitor {
    type Value = Cid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CID (CIDv1, dag-cbor or raw, sha2-256)")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Cid, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Cid, D::Error> {
        inner.deserialize_bytes(self)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Cid, E> {
        Cid::from_bytes(bytes).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests;
