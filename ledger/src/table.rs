//! Tables whose copies cost nothing, and what a draft has changed in one (decision 0011).

use std::collections::BTreeMap;

/// Rows in the order of their keys. A copy shares all of them; a change copies the few nodes on the
/// way to its row, and those only if somebody shares them.
pub(crate) type Table<K, V> = imbl::OrdMap<K, V>;

/// Keys in their order, which are copied and changed as a [`Table`] is.
pub(crate) type Index<K> = imbl::OrdSet<K>;

/// Changes that are not yet in the table: a new row, or none where there was one.
pub(crate) type Rows<K, V> = BTreeMap<K, Option<V>>;

/// The row as the draft sees it: changed, or as the table has it.
pub(crate) fn seen<'r, K: Ord, V>(
    changes: &'r Rows<K, V>,
    table: &'r Table<K, V>,
    key: &K,
) -> Option<&'r V> {
    match changes.get(key) {
        Some(changed) => changed.as_ref(),
        None => table.get(key),
    }
}

/// Writes the changes into the table and names the keys.
pub(crate) fn absorb<K: Ord + Copy, V: Clone>(
    table: &mut Table<K, V>,
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

/// Puts a key in, or takes it out.
pub(crate) fn keep<K: Ord + Clone>(index: &mut Index<K>, key: K, belongs: bool) {
    if belongs {
        index.insert(key);
    } else {
        index.remove(&key);
    }
}
