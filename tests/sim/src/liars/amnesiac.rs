//! Falls often, and forgets all that it has signed: its log and its record are gone each time.

use super::Lie;

pub(super) const fn forgets(lie: Lie) -> bool {
    matches!(lie, Lie::Amnesiac)
}
