//! DIDs: `did:key` of an ed25519 public key, in its only canonical form.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

const PREFIX: &str = "did:key:";
/// The multicodec of an ed25519 public key, as an unsigned varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

/// Who someone is: an ed25519 public key, written `did:key:z6Mk…`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did([u8; 32]);

/// Why some text or bytes are not a DID that icn takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Another method, or no DID at all.
    #[error("a DID begins with `did:key:z6Mk`")]
    Method,
    /// A DID URL: a path, query or fragment follows.
    #[error("this is a DID URL: write the DID without `#`, `?` or `/`")]
    Url,
    /// Not base58btc.
    #[error("the DID's key must be base58btc (`z…`)")]
    Multibase,
    /// A key of another kind.
    #[error("the key is of kind 0x{0:x}{name}: icn takes ed25519 (0xed)", name = kind_name(*.0))]
    Kind(u64),
    /// A key of the wrong length.
    #[error("an ed25519 key is 32 bytes long, this has {0}")]
    Length(usize),
    /// A coordinate above the field's prime, or a zero with a sign: a second spelling of a key.
    #[error("the key is not in canonical form")]
    NotCanonical,
}

fn kind_name(code: u64) -> &'static str {
    match code {
        0xec => " (x25519)",
        0xe7 => " (secp256k1)",
        0xea | 0xeb => " (BLS12-381)",
        0x1200..=0x1202 => " (NIST curve)",
        0x1205 => " (RSA)",
        _ => "",
    }
}

impl Did {
    /// The DID of a public key, if it is written canonically.
    ///
    /// Whether the bytes are a usable point is seen when a signature is verified.
    pub fn from_public_key(key: [u8; 32]) -> Result<Self, DidError> {
        if is_canonical(&key) {
            Ok(Self(key))
        } else {
            Err(DidError::NotCanonical)
        }
    }

    /// The public key.
    pub const fn public_key(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The y coordinate must be below 2^255 - 19, and an x of zero has no sign, so that one key has
/// one DID.
fn is_canonical(key: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = key;
    let is_reduced =
        *first < 0xed || middle.iter().any(|&byte| byte != 0xff) || last & 0x7f != 0x7f;
    // The last bit is the sign of x, and x is zero where y is 1 or -1.
    let is_minus_zero = match (first, last) {
        (0x01, 0x80) => middle.iter().all(|&byte| byte == 0),
        (0xec, 0xff) => middle.iter().all(|&byte| byte == 0xff),
        _ => false,
    };
    is_reduced && !is_minus_zero
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 34];
        bytes[..2].copy_from_slice(&ED25519_PUB);
        bytes[2..].copy_from_slice(&self.0);
        f.pad(&format!("{PREFIX}z{}", bs58::encode(bytes).into_string()))
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Did {
    type Err = DidError;

    fn from_str(text: &str) -> Result<Self, DidError> {
        let key = text.strip_prefix(PREFIX).ok_or(DidError::Method)?;
        if key.contains(['#', '?', '/', ';']) {
            return Err(DidError::Url);
        }
        let digits = key.strip_prefix('z').ok_or(DidError::Multibase)?;
        // Room for the largest foreign key we name (RSA of 4,096 bits), so that decoding stays cheap.
        let mut buffer = [0; 768];
        if digits.len() > buffer.len() {
            return Err(DidError::Multibase);
        }
        let length = bs58::decode(digits)
            .onto(&mut buffer[..])
            .map_err(|_| DidError::Multibase)?;
        let bytes = &buffer[..length];
        let Some((kind, bytes)) = crate::codec::varint::split(bytes) else {
            return Err(DidError::Length(0));
        };
        if kind != 0xed {
            return Err(DidError::Kind(kind));
        }
        Self::from_public_key(
            bytes
                .try_into()
                .map_err(|_| DidError::Length(bytes.len()))?,
        )
    }
}

impl Serialize for Did {
    /// Text in JSON, the 32 bytes of the key in dag-cbor.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Did {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(DidVisitor)
        } else {
            deserializer.deserialize_bytes(DidVisitor)
        }
    }
}

struct DidVisitor;

impl de::Visitor<'_> for DidVisitor {
    type Value = Did;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a DID (did:key, ed25519)")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Did, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Did, E> {
        let key = bytes
            .try_into()
            .map_err(|_| E::custom(DidError::Length(bytes.len())))?;
        Did::from_public_key(key).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests;
