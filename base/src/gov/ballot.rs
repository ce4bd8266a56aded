//! How a member votes.

use serde::de::{self, SeqAccess};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A vote: `"yes"`, `"no"`, `"abstain"`, or a list of option indexes, the one liked most first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ballot {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither, but present: it counts for the quorum.
    Abstain,
    /// Options of a choice, by index. Those left out are liked least, and equally.
    Ranked(Vec<u8>),
}

impl Ballot {
    /// The word for it, unless it is a list.
    const fn word(&self) -> Option<&'static str> {
        match self {
            Self::Yes => Some("yes"),
            Self::No => Some("no"),
            Self::Abstain => Some("abstain"),
            Self::Ranked(_) => None,
        }
    }
}

impl fmt::Display for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ranked(options) => write!(f, "{options:?}"),
            Self::Yes | Self::No | Self::Abstain => f.write_str(self.word().unwrap_or_default()),
        }
    }
}

impl Serialize for Ballot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ranked(options) => serializer.collect_seq(options),
            Self::Yes | Self::No | Self::Abstain => {
                serializer.serialize_str(self.word().unwrap_or_default())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Ballot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BallotVisitor)
    }
}

struct BallotVisitor;

impl<'de> de::Visitor<'de> for BallotVisitor {
    type Value = Ballot;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"yes\", \"no\", \"abstain\" or a list of option indexes")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Ballot, E> {
        match word {
            "yes" => Ok(Ballot::Yes),
            "no" => Ok(Ballot::No),
            "abstain" => Ok(Ballot::Abstain),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Ballot, A::Error> {
        let mut options = Vec::new();
        while let Some(option) = items.next_element()? {
            options.push(option);
        }
        Ok(Ballot::Ranked(options))
    }
}
