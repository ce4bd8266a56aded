//! A string of bytes inside a word: base64 in JSON, a byte string in dag-cbor.

use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Owned bytes that know how they are written.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.0[..self.0.len().min(16)];
        write!(
            f,
            "{} bytes {}",
            self.0.len(),
            data_encoding::HEXLOWER.encode(head)
        )
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&BASE64.encode_display(&self.0))
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(BytesVisitor)
        } else {
            deserializer.deserialize_byte_buf(BytesVisitor)
        }
    }
}

struct BytesVisitor;

impl de::Visitor<'_> for BytesVisitor {
    type Value = Bytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes (base64 with padding in JSON)")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Bytes, E> {
        BASE64.decode(text.as_bytes()).map(Bytes).map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
        Ok(Bytes(bytes.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    #[test]
    fn bytes_are_base64_in_json_and_bytes_in_cbor() {
        let bytes = Bytes(vec![0xff, 0, 1]);
        assert_eq!(serde_json::to_string(&bytes).unwrap(), "\"/wAB\"");
        assert_eq!(codec::encode(&bytes).unwrap(), [0x43, 0xff, 0, 1]);
        assert_eq!(serde_json::from_str::<Bytes>("\"/wAB\"").unwrap(), bytes);
        assert_eq!(codec::decode::<Bytes>(&[0x43, 0xff, 0, 1]).unwrap(), bytes);
        for other in ["\"/wA\"", "\"_wAB\"", "\"/wAB\\n\"", "[255,0,1]"] {
            assert!(serde_json::from_str::<Bytes>(other).is_err(), "{other}");
        }
        assert!(
            codec::decode::<Bytes>(b"\x63/wA").is_err(),
            "text is not bytes"
        );
    }
}
