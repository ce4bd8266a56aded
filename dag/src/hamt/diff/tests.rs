use super::super::tests::{Counted, keep, key, map_of, none, numbers};
use super::*;
use icn_base::codec;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The changes, by key, found the slow way.
fn naive(old: &BTreeMap<usize, u64>, new: &BTreeMap<usize, u64>) -> Vec<Change> {
    let raw = |value: &u64| codec::encode(value).unwrap();
    let mut changes: Vec<_> = (0..80)
        .map(|number| Change {
            key: key(number),
            old: old.get(&number).map(raw),
            new: new.get(&number).map(raw),
        })
        .filter(|change| change.old != change.new)
        .collect();
    changes.sort();
    changes
}

fn sorted(diff: Diff<'_>) -> Vec<Change> {
    let mut changes = diff.collect::<Result<Vec<_>, _>>().unwrap();
    changes.sort();
    changes
}

fn plain() -> impl Strategy<Value = BTreeMap<usize, u64>> {
    prop::collection::btree_map(0..80usize, 0..3u64, 0..80)
}

proptest! {
    #[test]
    fn a_difference_is_what_comparing_every_key_finds(old in plain(), new in plain()) {
        let map = |plain: &BTreeMap<usize, u64>| {
            map_of(plain.iter().map(|(&number, &value)| (key(number), value)))
        };
        let (mut from, mut to, mut store) = (map(&old), map(&new), none());
        prop_assert_eq!(sorted(from.diff(&to, &store)), naive(&old, &new), "in memory");
        let (from, to) = (keep(&mut from, &mut store), keep(&mut to, &mut store));
        let (from, to) = (Hamt::open(&store, &from).unwrap(), Hamt::open(&store, &to).unwrap());
        prop_assert_eq!(sorted(from.diff(&to, &store)), naive(&old, &new), "from blocks");
    }
}

#[test]
fn subtrees_that_are_the_same_are_not_read() {
    let mut blocks = Counted::default();
    let mut map = numbers(20_000);
    let old = keep(&mut map, &mut blocks.store);
    map.set(&none(), &key(42), &0u64).unwrap();
    map.delete(&none(), &key(43)).unwrap();
    let new = keep(&mut map, &mut blocks.store);
    let (old, new) = (
        Hamt::open(&blocks, &old).unwrap(),
        Hamt::open(&blocks, &new).unwrap(),
    );
    blocks.reads.set(0);
    assert_eq!(sorted(old.diff(&new, &blocks)).len(), 2);
    assert!(
        blocks.reads.get() <= 12,
        "two ways in two maps, not {}",
        blocks.reads.get()
    );
    blocks.reads.set(0);
    assert_eq!(old.diff(&old.clone(), &blocks).count(), 0);
    assert_eq!(blocks.reads.get(), 0);
}

#[test]
fn changes_in_memory_are_seen_before_they_are_flushed() {
    let old = numbers(5_000);
    let mut new = old.clone();
    new.set(&none(), &key(7), &0u64).unwrap();
    let change = Change {
        key: key(7),
        old: Some(vec![7]),
        new: Some(vec![0]),
    };
    assert_eq!(sorted(old.diff(&new, &none())), [change]);
}
