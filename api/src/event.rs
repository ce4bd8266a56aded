//! Facts, numbered.

use crate::page::PageQuery;
use icn_base::{JobId, Time, TxId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::{IntoParams, ToSchema};

/// The name of a fact: its block's height, and its place in it. It is the same on every node, and
/// after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventId {
    /// The height.
    pub height: u64,
    /// The place.
    pub index: u32,
}

/// The text is no name of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fact is named by its block's height and its place in it: `42:0`")]
pub struct EventIdError;

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.height, self.index)
    }
}

impl FromStr for EventId {
    type Err = EventIdError;

    fn from_str(text: &str) -> Result<Self, EventIdError> {
        let (height, index) = text.split_once(':').ok_or(EventIdError)?;
        let id = Self {
            height: height.parse().map_err(|_| EventIdError)?,
            index: index.parse().map_err(|_| EventIdError)?,
        };
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(EventIdError)
        }
    }
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    /// Its name.
    pub id: String,
    /// The height of its block.
    pub height: u64,
    /// The time of its block.
    #[schema(value_type = u64)]
    pub time: Time,
    /// The transaction it came of; absent for what fell due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub tx: Option<TxId>,
    /// What happened: an object with one field, the kind.
    #[schema(value_type = Object)]
    pub event: serde_json::Value,
}

/// Which facts are streamed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Those after this one; `0:0` begins at the first. Those to come, if left out. The header
    /// `Last-Event-ID` comes first.
    pub after: Option<String>,
    /// Those of one job.
    #[param(value_type = Option<String>)]
    pub job: Option<JobId>,
}

/// Which facts of an account.
pub type HistoryQuery = PageQuery;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_spelling() {
        let id = EventId {
            height: 7,
            index: 0,
        };
        assert_eq!("7:0".parse(), Ok(id));
        assert_eq!(id.to_string(), "7:0");
        for wrong in [
            "",
            "7",
            ":",
            "7:",
            ":0",
            "07:0",
            "+7:0",
            "7:00",
            "7:-1",
            "7:0:0",
            "7:4294967296",
        ] {
            assert_eq!(wrong.parse::<EventId>(), Err(EventIdError), "{wrong}");
        }
    }
}
