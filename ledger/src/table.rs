//! A table, and what a draft has changed in it.

use std::collections::BTreeMap;

/// Changes that are not yet in the table: a new row, or none where there was one.
pub(crate) type Rows<K, V> = BTreeMap<K, Option<V>>;

/// The row as the draft sees it: changed, or as the table has it.
pub(crate) fn seen<'r, K: Ord, V>(
    changes: &'r Rows<K, V>,
    table: &'r BTreeMap<K, V>,
    key: &K,
) -> Option<&'r V> {
    match changes.get(key) {
        Some(changed) => changed.as_ref(),
        None => table.get(key),
    }
}

/// Writes the changes into the table and names the keys.
pub(crate) fn absorb<K: Ord + Copy, V>(
    table: &mut BTreeMap<K, V>,
    changes: Rows<K, V>,
    mut touched: impl FnMut(K),
) {
    for (key, row) in changes {
        touched(key);
        match row {
            Some(row) => drop(table.insert(key, row)),
            None => drop(table.remove(&key)),
        }
    }
}
