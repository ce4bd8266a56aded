//! JSON of host calls: one value, no unknown fields, no key twice.

use crate::env::{Denial, EnvError};
use icn_abi::Class;
use icn_base::limits::JSON_BYTES_MAX;
use serde::de::{self, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Reads a word from a guest's bytes.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Denial> {
    if bytes.len() > JSON_BYTES_MAX {
        let text = format!("a JSON argument has at most {JSON_BYTES_MAX} bytes");
        return Err(Denial::new(Class::ResourceLimitExceeded, text));
    }
    let malformed = |error: serde_json::Error| Denial::new(Class::Serialization, error.to_string());
    // Maps of free keys would take the last of two equal ones in silence, so keys are looked at
    // first.
    serde_json::from_slice::<Unambiguous>(bytes).map_err(malformed)?;
    serde_json::from_slice(bytes).map_err(malformed)
}

/// Writes an answer.
pub(crate) fn write(value: &impl Serialize) -> Result<Vec<u8>, EnvError> {
    serde_json::to_vec(value).map_err(|error| EnvError::Fault(error.to_string()))
}

/// Any JSON value in which no object has a key twice.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unambiguous {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if keys.contains(&key) {
                return Err(de::Error::custom(format_args!(
                    "the key `{key}` stands there twice"
                )));
            }
            keys.insert(key);
            map.next_value::<Self>()?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(inner).map(|_| self)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::Value;

    #[test]
    fn a_key_stands_once_at_every_depth() {
        assert!(read::<Value>(br#"{"a": [{"b": 1, "c": {"b": 2.5}}], "b": null}"#).is_ok());
        for twice in [r#"{"a":1,"a":1}"#, r#"[{"x":{"a":1,"\u0061":2}}]"#] {
            let denial = read::<Value>(twice.as_bytes()).unwrap_err();
            assert!(denial.text.contains("twice"), "{}", denial.text);
        }
    }

    #[test]
    fn depth_size_and_rubbish_are_refused() {
        for bad in ["", "{", "nul", "1 2", &"[".repeat(100_000), "\"\\ud800\""] {
            assert!(read::<Value>(bad.as_bytes()).is_err());
        }
        assert!(read::<Value>(&[b' '; 2 << 20]).is_err());
        assert!(read::<Value>(b"\"\xff\"").is_err());
    }
}
