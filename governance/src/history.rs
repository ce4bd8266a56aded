//! A value as it is, and as votes under way saw it when they were opened.
//!
//! Who may vote and who votes for whom is fixed when voting opens. Instead of a copy of all
//! members for each vote, each row keeps its own older versions, and only those that a vote under
//! way can still ask for. Openings are numbered, so order within a block is exact.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How often voting was opened so far, and which of these votes are not yet over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Openings {
    /// The number of the last opening; the first is 1.
    pub made: u64,
    /// Those whose proposals have not come to their end.
    pub live: BTreeSet<u64>,
}

/// A value that may be absent, and its older versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub struct History<T> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    now: Option<T>,
    /// Oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<Version<T>>,
}

/// What openings saw that came after the version before it, up to `last`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
struct Version<T> {
    last: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            now: None,
            before: Vec::new(),
        }
    }
}

impl<T> History<T> {
    /// A value without a past.
    pub const fn new(value: T) -> Self {
        Self {
            now: Some(value),
            before: Vec::new(),
        }
    }

    /// The value as it is.
    pub const fn now(&self) -> Option<&T> {
        self.now.as_ref()
    }

    /// The value as a vote under way saw it when it was opened.
    pub fn at(&self, opening: u64) -> Option<&T> {
        let version = self.before.iter().find(|version| opening <= version.last);
        version.map_or(self.now.as_ref(), |version| version.value.as_ref())
    }

    /// Changes the value for all openings to come.
    #[must_use]
    pub fn set(mut self, value: Option<T>, openings: &Openings) -> Self {
        let old = std::mem::replace(&mut self.now, value);
        self.before.push(Version {
            last: openings.made,
            value: old,
        });
        let mut seen = 0;
        self.before.retain(|version| {
            let first = u64::saturating_add(seen, 1);
            seen = version.last;
            first <= version.last && openings.live.range(first..=version.last).next().is_some()
        });
        self
    }

    /// Older versions that are kept: never more than there are votes under way.
    pub const fn versions(&self) -> usize {
        self.before.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::codec;
    use proptest::prelude::*;

    fn openings(made: u64, live: &[u64]) -> Openings {
        Openings {
            made,
            live: live.iter().copied().collect(),
        }
    }

    #[test]
    fn an_opening_sees_what_was_so_before_it() {
        let row = History::new('a');
        let row = row.set(Some('b'), &openings(3, &[2, 3]));
        let row = row.set(None, &openings(4, &[2, 3, 4]));
        for (opening, value) in [(2, Some('a')), (3, Some('a')), (4, Some('b')), (5, None)] {
            assert_eq!(row.at(opening).copied(), value, "{opening}");
        }
        assert_eq!(row.now(), None);
    }

    #[test]
    fn nothing_is_kept_that_no_vote_under_way_can_ask_for() {
        let row = History::new('a').set(Some('b'), &openings(7, &[]));
        assert_eq!(row, History::new('b'));
        let row = row.set(Some('c'), &openings(8, &[8]));
        let row = row.set(Some('d'), &openings(8, &[8]));
        assert_eq!(
            (row.before.len(), row.at(8), row.at(9)),
            (1, Some(&'b'), Some(&'d'))
        );
        let row = row.set(Some('e'), &openings(9, &[]));
        assert_eq!(row, History::new('e'));
    }

    #[expect(clippy::arithmetic_side_effects, reason = "tests")]
    const fn next(number: u64) -> u64 {
        number + 1
    }

    proptest! {
        /// Against a copy of the value at each opening.
        #[test]
        fn a_history_answers_like_copies(steps in prop::collection::vec(0u8..12, 0..60)) {
            let (mut row, mut live) = (History::<u8>::default(), openings(0, &[]));
            let mut copies = std::collections::BTreeMap::new();
            for step in steps {
                match step {
                    0..=4 => row = row.set(Some(step), &live),
                    5 => row = row.set(None, &live),
                    6..=8 => {
                        live.made = next(live.made);
                        live.live.insert(live.made);
                        copies.insert(live.made, row.now().copied());
                    }
                    _ => {
                        let first = live.live.pop_first();
                        copies.retain(|number, _| Some(*number) != first);
                    }
                }
                for (opening, value) in &copies {
                    prop_assert_eq!(row.at(*opening).copied(), *value);
                }
                prop_assert!(step > 5 || row.versions() <= live.live.len());
                let bytes = codec::encode(&row).unwrap();
                prop_assert_eq!(&codec::decode::<History<u8>>(&bytes).unwrap(), &row);
            }
        }
    }
}
