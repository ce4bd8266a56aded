//! A directory was copied, and two machines run with one key. Each by itself is honest.

use super::Lie;

pub(super) const fn has_twin(lie: Lie) -> bool {
    matches!(lie, Lie::ClonedKey)
}
