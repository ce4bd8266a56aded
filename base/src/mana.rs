//! Mana: an integer amount with checked arithmetic and no implicit doors.

use crate::limits::MANA_MAX;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// An amount of mana, at most 2^63 - 1.
///
/// There is no `From<u64>` and no `+`: what could go wrong returns a [`Result`].
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mana(u64);

/// Arithmetic on mana that left its range, or text that is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManaError {
    /// The result is above 2^63 - 1.
    #[error("an amount of mana is at most {MANA_MAX}")]
    Overflow,
    /// The result is below zero.
    #[error("an amount of mana cannot be below zero")]
    Underflow,
    /// The text has a sign, a point, an exponent, a leading zero or something else that is no digit.
    #[error("an amount of mana is written in decimal digits, without sign, point or leading zeros")]
    Spelling,
}

impl Mana {
    /// No mana.
    pub const ZERO: Self = Self(0);
    /// The largest amount there can be.
    pub const MAX: Self = Self(MANA_MAX);

    /// An amount of `units`.
    pub const fn new(units: u64) -> Result<Self, ManaError> {
        if units <= MANA_MAX {
            Ok(Self(units))
        } else {
            Err(ManaError::Overflow)
        }
    }

    /// The amount as a plain number.
    pub const fn units(self) -> u64 {
        self.0
    }

    /// True for no mana.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or [`ManaError::Overflow`].
    pub const fn plus(self, other: Self) -> Result<Self, ManaError> {
        match self.0.checked_add(other.0) {
            Some(sum) => Self::new(sum),
            None => Err(ManaError::Overflow),
        }
    }

    /// The difference, or [`ManaError::Underflow`].
    pub const fn minus(self, other: Self) -> Result<Self, ManaError> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Ok(Self(difference)),
            None => Err(ManaError::Underflow),
        }
    }

    /// This amount `count` times, or [`ManaError::Overflow`].
    pub const fn times(self, count: u64) -> Result<Self, ManaError> {
        match self.0.checked_mul(count) {
            Some(product) => Self::new(product),
            None => Err(ManaError::Overflow),
        }
    }

    /// `ceil(self * numerator / denominator)`: what is owed is rounded up, in favour of the payee.
    pub fn scaled_up(self, numerator: u64, denominator: u64) -> Result<Self, ManaError> {
        let product = u128::from(self.0) * u128::from(numerator);
        let quotient = match denominator {
            0 => return Err(ManaError::Overflow),
            some => product.div_ceil(u128::from(some)),
        };
        Self::new(u64::try_from(quotient).map_err(|_| ManaError::Overflow)?)
    }
}

impl fmt::Display for Mana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Mana {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mana", self.0)
    }
}

impl FromStr for Mana {
    type Err = ManaError;

    fn from_str(text: &str) -> Result<Self, ManaError> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if !digits || text.is_empty() || (text.len() > 1 && text.starts_with('0')) {
            return Err(ManaError::Spelling);
        }
        Self::new(text.parse().map_err(|_| ManaError::Overflow)?)
    }
}

impl Serialize for Mana {
    /// A string in JSON, where readers lose integers above 2^53; an integer in dag-cbor.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&self.0)
        } else {
            serializer.serialize_u64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Mana {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(AmountVisitor)
        } else {
            Self::new(u64::deserialize(deserializer)?).map_err(de::Error::custom)
        }
    }
}

struct AmountVisitor;

impl de::Visitor<'_> for AmountVisitor {
    type Value = Mana;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of mana, as a string of digits or an integer up to 2^53")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Mana, E> {
        text.parse().map_err(E::custom)
    }

    /// TOML has signed integers only.
    fn visit_i64<E: de::Error>(self, units: i64) -> Result<Mana, E> {
        let amount = u64::try_from(units);
        self.visit_u64(amount.map_err(|_| E::custom("an amount has no sign"))?)
    }

    fn visit_u64<E: de::Error>(self, units: u64) -> Result<Mana, E> {
        if units > 1 << 53 {
            return Err(E::custom(
                "an amount above 2^53 is written as a string in JSON",
            ));
        }
        Mana::new(units).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests;
