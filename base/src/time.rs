//! Time as the mesh knows it: milliseconds since 1970, from blocks, never from a clock.

use crate::limits::TIME_MS_MAX;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// A point in time, in milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Time(u64);

/// The time is past what can be represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time is at most {TIME_MS_MAX} ms after 1970")]
pub struct TimeOverflow;

impl Time {
    /// 1970-01-01 UTC.
    pub const ZERO: Self = Self(0);

    /// The point `ms` milliseconds after 1970.
    pub const fn from_ms(ms: u64) -> Result<Self, TimeOverflow> {
        if ms <= TIME_MS_MAX {
            Ok(Self(ms))
        } else {
            Err(TimeOverflow)
        }
    }

    /// Milliseconds since 1970.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// The point `ms` milliseconds later.
    pub const fn after_ms(self, ms: u64) -> Result<Self, TimeOverflow> {
        match self.0.checked_add(ms) {
            Some(sum) => Self::from_ms(sum),
            None => Err(TimeOverflow),
        }
    }

    /// Milliseconds from `earlier` to here; nothing if it is not earlier.
    pub const fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.0)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_ms(u64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_ends_where_json_loses_precision() {
        let last = Time::from_ms(TIME_MS_MAX).unwrap();
        assert_eq!(last.after_ms(1), Err(TimeOverflow));
        assert_eq!(last.after_ms(u64::MAX), Err(TimeOverflow));
        assert!(serde_json::from_str::<Time>("9007199254740992").is_err());
        assert!(serde_json::from_str::<Time>("1.0").is_err());
        assert!(serde_json::from_str::<Time>("-1").is_err());
    }

    #[test]
    fn nothing_passes_backwards() {
        let (early, late) = (Time::ZERO, Time::from_ms(5).unwrap());
        assert_eq!(late.ms_since(early), 5);
        assert_eq!(early.ms_since(late), 0);
    }
}
