//! Field elements, keys and signatures of circuits as words: what JSON and dag-cbor say of them.

use crate::circuits::{Element, PublicKey, Signature};
use crate::error::Place;
use crate::json::element;
use ark_ec::AffineRepr;
use ark_ed_on_bn254::EdwardsAffine;
use ark_ff::{BigInteger, PrimeField};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use icn_base::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A field element as it is written: decimal in text and JSON, 32 bytes (big end first) in
/// dag-cbor. Each has one spelling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numeral(pub Element);

/// A text is no field element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NumeralError(crate::Malformed);

impl Numeral {
    /// The 32 bytes, big end first.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        let bytes = self.0.into_bigint().to_bytes_be();
        out[32 - bytes.len()..].copy_from_slice(&bytes);
        out
    }

    /// Reads 32 bytes below the modulus.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let number = Element::from_be_bytes_mod_order(bytes);
        let numeral = Self(number);
        (numeral.to_bytes() == *bytes).then_some(numeral)
    }
}

impl fmt::Display for Numeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&element::write(&self.0))
    }
}

impl FromStr for Numeral {
    type Err = NumeralError;

    fn from_str(text: &str) -> Result<Self, NumeralError> {
        let read = element::read(text, Place::of("element"));
        read.map(Self).map_err(NumeralError)
    }
}

impl Serialize for Numeral {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.to_bytes())
        }
    }
}

impl<'de> Deserialize<'de> for Numeral {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return text.parse().map_err(de::Error::custom);
        }
        let bytes = Bytes::deserialize(deserializer)?;
        let bytes: Option<&[u8; 32]> = bytes.as_array();
        let read = bytes.and_then(Self::from_bytes);
        read.ok_or_else(|| de::Error::custom("a field element is 32 bytes below the modulus"))
    }
}

impl PublicKey {
    /// The 32 bytes by which it is registered.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0
            .serialize_compressed(bytes.as_mut_slice())
            .expect("a point takes 32 bytes");
        bytes
    }

    /// Reads a key: a point of the group of prime order, in its one spelling, and not zero.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let point = EdwardsAffine::deserialize_compressed(bytes.as_slice()).ok()?;
        let key = Self(point);
        (!point.is_zero() && key.to_bytes() == *bytes).then_some(key)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Bytes(self.to_bytes().to_vec()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Bytes::deserialize(deserializer)?;
        let read = bytes.as_array().and_then(Self::from_bytes);
        read.ok_or_else(|| de::Error::custom("a circuit key is a point of 32 bytes"))
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(64);
        self.challenge
            .serialize_compressed(&mut bytes)
            .and_then(|()| self.response.serialize_compressed(&mut bytes))
            .expect("memory takes all bytes");
        Bytes(bytes).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Bytes::deserialize(deserializer)?;
        read_signature(&bytes)
            .ok_or_else(|| de::Error::custom("a circuit signature is two numbers of 32 bytes"))
    }
}

fn read_signature(bytes: &[u8]) -> Option<Signature> {
    if bytes.len() != 64 {
        return None;
    }
    let (challenge, response) = bytes.split_at(32);
    Some(Signature {
        challenge: CanonicalDeserialize::deserialize_compressed(challenge).ok()?,
        response: CanonicalDeserialize::deserialize_compressed(response).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuits::SecretKey;
    use icn_base::codec;

    fn comes_back<T: Serialize + for<'de> Deserialize<'de> + PartialEq + fmt::Debug>(word: &T) {
        let bytes = codec::encode(word).unwrap();
        assert_eq!(&codec::decode::<T>(&bytes).unwrap(), word);
        let json = serde_json::to_string(word).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), word);
    }

    #[test]
    fn words_come_back() {
        let key = SecretKey::from_seed(&[3; 32]);
        comes_back(&Numeral(-Element::from(1)));
        comes_back(&Numeral(0.into()));
        comes_back(&key.public());
        comes_back(&key.sign(7.into()));
    }

    #[test]
    fn what_is_not_below_the_modulus_or_not_in_the_group_is_refused() {
        assert_eq!(Numeral::from_bytes(&[255; 32]), None);
        for text in ["", "-1", "01", &"9".repeat(78)] {
            assert!(text.parse::<Numeral>().is_err(), "{text}");
        }
        // (0, 1) is zero; (0, -1) has order 2.
        let mut zero = [0; 32];
        zero[0] = 1;
        for bytes in [[0; 32], [255; 32], zero] {
            assert_eq!(PublicKey::from_bytes(&bytes), None);
        }
        let of_order_two = EdwardsAffine::new_unchecked(0.into(), -Element::from(1));
        assert_eq!(
            PublicKey::from_bytes(&PublicKey(of_order_two).to_bytes()),
            None
        );
        assert!(read_signature(&[255; 64]).is_none() && read_signature(&[0; 63]).is_none());
    }
}
