//! Transactions whose signatures have held. Everybody tells again what waits for long, and a signature
//! costs many times what its transaction's id does.

use icn_base::TxId;
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Ids of a generation. Two are remembered: twice what a node keeps waiting.
const IDS_MAX: usize = 32 * 1024;

/// The last ids that threads have checked.
#[derive(Debug, Default)]
pub(super) struct Checked(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: HashSet<TxId>,
    old: HashSet<TxId>,
}

impl Checked {
    pub(super) fn has(&self, id: &TxId) -> bool {
        let ids = self.ids();
        ids.young.contains(id) || ids.old.contains(id)
    }

    pub(super) fn add(&self, new: impl Iterator<Item = TxId>) {
        let mut ids = self.ids();
        for id in new {
            if ids.young.len() >= IDS_MAX {
                ids.old = std::mem::take(&mut ids.young);
            }
            ids.young.insert(id);
        }
    }

    /// Nothing that could panic is done while the ids are held.
    fn ids(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::{Cid, Codec};

    #[test]
    fn the_last_are_known_and_the_first_are_forgotten() {
        let id = |number: usize| TxId::new(Cid::of(Codec::DagCbor, &number.to_be_bytes()));
        let checked = Checked::default();
        assert!(!checked.has(&id(0)));
        checked.add((0..3 * IDS_MAX).map(id));
        assert!(!checked.has(&id(0)));
        assert!(checked.has(&id(2 * IDS_MAX)));
        assert!(checked.has(&id(3 * IDS_MAX - 1)));
        let ids = checked.ids();
        assert!(ids.young.len() + ids.old.len() <= 2 * IDS_MAX);
    }
}
