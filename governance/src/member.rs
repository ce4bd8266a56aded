//! Members: who they are, since when, and who is one no longer.

use crate::limits::MEMBERS_MAX;
use crate::{Book, History, Refusal};
use icn_base::{Did, Time};
use serde::{Deserialize, Serialize};

/// A member's row. It stays after a removal, so that everyone can tell the two from a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Admitted at.
    pub since: Time,
    /// Removed at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Time>,
}

impl Member {
    /// True for one who has not been removed.
    pub const fn is_in(&self) -> bool {
        self.removed.is_none()
    }
}

/// Refuses one who is no member now.
pub fn must_be_member(book: &Book<'_>, did: &Did) -> Result<(), Refusal> {
    match book.member(did).and_then(History::now) {
        None => Err(Refusal::NotMember { did: *did }),
        Some(Member {
            removed: Some(removed),
            ..
        }) => Err(Refusal::RemovedMember {
            did: *did,
            removed: *removed,
        }),
        Some(Member { removed: None, .. }) => Ok(()),
    }
}

/// Refuses one who was no member when a vote was opened.
pub(crate) fn must_be_eligible(book: &Book<'_>, did: &Did, opening: u64) -> Result<(), Refusal> {
    if book.is_eligible(did, opening) {
        Ok(())
    } else {
        Err(Refusal::NotEligible { did: *did })
    }
}

/// The row of one who is admitted.
pub(crate) fn admitted(book: &Book<'_>, did: &Did) -> History<Member> {
    let member = Member {
        since: book.at,
        removed: None,
    };
    let row = book.member(did).cloned().unwrap_or_default();
    row.set(Some(member), &book.openings())
}

/// The row of one who is removed.
pub(crate) fn removed(book: &Book<'_>, did: &Did) -> History<Member> {
    let row = book.member(did).cloned().unwrap_or_default();
    let since = row.now().map_or(book.at, |member| member.since);
    row.set(
        Some(Member {
            since,
            removed: Some(book.at),
        }),
        &book.openings(),
    )
}

/// Refuses a change of `before` members to `after`.
pub(crate) fn check_count(before: u64, after: u64) -> Result<(), Refusal> {
    if after == 0 {
        Err(Refusal::LastMember {})
    } else if after > MEMBERS_MAX && after > before {
        Err(Refusal::MembersTooMany {
            allowed: MEMBERS_MAX,
        })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_never_none_and_never_grow_beyond_the_bound() {
        assert_eq!(check_count(1, 0), Err(Refusal::LastMember {}));
        assert_eq!(check_count(2, 1), Ok(()));
        assert_eq!(check_count(MEMBERS_MAX, MEMBERS_MAX), Ok(()));
        let more = check_count(MEMBERS_MAX, MEMBERS_MAX.saturating_add(1));
        assert_eq!(
            more,
            Err(Refusal::MembersTooMany {
                allowed: MEMBERS_MAX
            })
        );
    }
}
