use super::*;
use crate::{Batch, MemStore, Store, StoreError};
use data_encoding::HEXLOWER;
use icn_base::codec::Value;
use proptest::prelude::*;
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Fours of keys whose hashes share 35 bits, found by trying 220 million: three of a kind fit the
/// root's bucket, the fourth makes seven nodes.
pub(super) const COLLIDING: [[&str; 4]; 3] = [
    ["8234166", "62066913", "148632251", "94220613"],
    ["72039682", "216256978", "97859880", "120505069"],
    ["83058828", "35031565", "45812999", "67165022"],
];

/// The blocks of a map that needs none.
pub(super) fn none() -> MemStore {
    MemStore::default()
}

/// Keys with enough collisions among them that small maps grow deep.
pub(super) fn key(number: usize) -> Vec<u8> {
    match COLLIDING.as_flattened().get(number) {
        Some(key) => key.as_bytes().to_vec(),
        None => format!("key/{number}").into_bytes(),
    }
}

pub(super) fn map_of(entries: impl IntoIterator<Item = (Vec<u8>, u64)>) -> Hamt {
    let mut map = Hamt::new();
    for (key, value) in entries {
        map.set(&none(), &key, &value).unwrap();
    }
    map
}

pub(super) fn numbers(count: usize) -> Hamt {
    map_of((0..count).map(|number| (key(number), number as u64)))
}

/// Flushes a map into a store and returns its root.
pub(super) fn keep(map: &mut Hamt, store: &mut MemStore) -> Cid {
    let (root, blocks) = map.flush();
    store.commit(Batch::of(blocks)).unwrap();
    root
}

/// Counts what is read.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) store: MemStore,
    pub(super) reads: Cell<usize>,
}

impl Blocks for Counted {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        self.reads.set(self.reads.get() + 1);
        self.store.get(cid)
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        self.store.size(cid)
    }
}

/// The entries of a row of vectors/hamt.json.
fn entries_of(row: &Json) -> Vec<(Vec<u8>, Vec<u8>)> {
    let hex = |part: &Json| HEXLOWER.decode(part.as_str().unwrap().as_bytes()).unwrap();
    if let Some(entries) = row["entries"].as_array() {
        return entries
            .iter()
            .map(|entry| (hex(&entry[0]), hex(&entry[1])))
            .collect();
    }
    let count = row["numbers"].as_u64().unwrap();
    let entry = |number: u64| {
        let text = format!("key/{number}");
        let value = BTreeMap::from([
            ("number", Value::Integer(number.into())),
            ("text", Value::Text(text.clone())),
        ]);
        (text.into_bytes(), codec::encode(&value).unwrap())
    };
    (0..count).map(entry).collect()
}

/// The roots in vectors/hamt.json were made by the npm package `ipld-hashmap`, and
/// tests/interop/hamt.mjs sees that it still makes them.
#[test]
fn frozen_maps_have_the_roots_that_another_implementation_gives_them() {
    let vectors: Json = serde_json::from_str(include_str!("../../vectors/hamt.json")).unwrap();
    for row in vectors["maps"].as_array().unwrap() {
        let mut entries = entries_of(row);
        let mut map = Hamt::new();
        for (key, value) in &entries {
            map.set_raw(&none(), key, value).unwrap();
        }
        let (root, blocks) = map.flush();
        assert_eq!(
            root.to_string(),
            row["root"].as_str().unwrap(),
            "{}",
            row["name"]
        );
        assert_eq!(
            blocks.len() as u64,
            row["blocks"].as_u64().unwrap(),
            "{}",
            row["name"]
        );
        let mut store = none();
        store.commit(Batch::of(blocks)).unwrap();
        let loaded = Hamt::load(&store, &root).unwrap();
        let mut found: Vec<_> = loaded.entries(&store).map(Result::unwrap).collect();
        found.sort();
        entries.sort();
        assert_eq!(found, entries, "{}", row["name"]);
    }
}

#[test]
fn an_empty_map_has_a_root_and_nothing_in_it() {
    let mut store = none();
    let mut map = Hamt::new();
    assert_eq!(map.root(), None);
    let root = keep(&mut map, &mut store);
    assert_eq!(map.root(), Some(&root));
    let opened = Hamt::open(&store, &root).unwrap();
    assert_eq!(opened.get::<u8>(&store, b"x").unwrap(), None);
    assert_eq!(opened.entries(&store).count(), 0);
}

#[test]
fn setting_what_is_set_and_deleting_what_is_not_there_changes_nothing() {
    let mut map = numbers(40);
    let (root, _) = map.flush();
    assert!(!map.set(&none(), &key(3), &3u64).unwrap());
    assert!(!map.delete(&none(), b"absent").unwrap());
    assert_eq!(map.flush(), (root, vec![]));
    assert!(map.set(&none(), &key(3), &4u64).unwrap());
    assert!(map.set(&none(), &key(3), &3u64).unwrap());
    assert_eq!(map.flush().0, root, "back where it was");
}

#[test]
fn the_fourth_of_a_kind_makes_seven_nodes_and_its_deletion_undoes_them() {
    for group in COLLIDING {
        let mut map = map_of(group[..3].iter().map(|key| (key.as_bytes().to_vec(), 1)));
        let (three, blocks) = map.flush();
        assert_eq!(blocks.len(), 1);
        map.set(&none(), group[3].as_bytes(), &1u64).unwrap();
        let (_, blocks) = map.flush();
        assert_eq!(
            blocks.len(),
            8,
            "the root and one node per shared five bits"
        );
        for key in group {
            assert_eq!(map.get(&none(), key.as_bytes()).unwrap(), Some(1u64));
        }
        map.delete(&none(), group[3].as_bytes()).unwrap();
        assert_eq!(map.flush().0, three);
    }
}

#[test]
fn keys_and_values_end_at_their_limits() {
    let mut map = Hamt::new();
    let key = [1; HAMT_KEY_BYTES_MAX];
    let value = icn_base::Bytes(vec![2; HAMT_VALUE_BYTES_MAX - 3]);
    assert!(map.set(&none(), &key, &value).unwrap());
    let long = [1; HAMT_KEY_BYTES_MAX + 1];
    let set = map.set(&none(), &long, &1u8);
    assert!(matches!(set, Err(HamtError::KeySize(129))));
    let large = icn_base::Bytes(vec![2; HAMT_VALUE_BYTES_MAX - 2]);
    let set = map.set(&none(), b"k", &large);
    assert!(matches!(set, Err(HamtError::ValueSize(16_385))));
    assert_eq!(map.get::<u8>(&none(), &long).unwrap(), None);
    assert!(!map.delete(&none(), &long).unwrap());
}

#[test]
fn a_value_that_is_not_canonical_or_too_deep_never_gets_in() {
    let mut map = Hamt::new();
    for bytes in [&b""[..], b"\x18\x07", b"\x07\x08", b"\x81", b"\xd8\x2a\x40"] {
        let set = map.set_raw(&none(), b"k", bytes);
        assert!(matches!(set, Err(HamtError::Value(_))), "{bytes:x?}");
    }
    let nested = |depth: usize| [vec![0x81; depth - 1], vec![0x80]].concat();
    assert!(
        map.set_raw(&none(), b"k", &nested(HAMT_VALUE_DEPTH_MAX + 1))
            .is_err()
    );
    assert!(
        map.set_raw(&none(), b"k", &nested(HAMT_VALUE_DEPTH_MAX))
            .unwrap()
    );
    let mut store = none();
    let root = keep(&mut map, &mut store);
    let block = store.get(&root).unwrap().unwrap();
    Block::check(root, block.bytes()).expect("the deepest value fits the deepest block");
}

#[test]
fn a_full_node_of_the_largest_entries_fits_a_block() {
    // Enough entries that every slot of the root is a full bucket or a node.
    let value = icn_base::Bytes(vec![2; HAMT_VALUE_BYTES_MAX - 3]);
    let mut map = Hamt::new();
    for number in 0..160usize {
        let mut key = format!("{number}/").into_bytes();
        key.resize(HAMT_KEY_BYTES_MAX, b'x');
        map.set(&none(), &key, &value).unwrap();
    }
    let (root, blocks) = map.flush();
    let mut store = none();
    store.commit(Batch::of(blocks)).unwrap();
    assert_eq!(
        Hamt::load(&store, &root).unwrap().entries(&store).count(),
        160
    );
}

#[test]
fn an_opened_map_reads_and_writes_only_the_way_to_a_key() {
    let mut blocks = Counted::default();
    let mut map = numbers(20_000);
    let root = keep(&mut map, &mut blocks.store);
    let mut opened = Hamt::open(&blocks, &root).unwrap();
    blocks.reads.set(0);
    assert_eq!(opened.get(&blocks, &key(777)).unwrap(), Some(777u64));
    assert!(
        (1..=3).contains(&blocks.reads.get()),
        "{}",
        blocks.reads.get()
    );
    blocks.reads.set(0);
    opened.set(&blocks, &key(777), &0u64).unwrap();
    assert!(
        (1..=3).contains(&blocks.reads.get()),
        "{}",
        blocks.reads.get()
    );
    let (changed, written) = opened.flush();
    assert!((2..=4).contains(&written.len()), "{}", written.len());
    assert_eq!(written.last().map(Block::cid), Some(&changed));
    map.set(&none(), &key(777), &0u64).unwrap();
    assert_eq!(map.flush().0, changed, "as when all of it is in memory");
}

#[test]
fn a_block_that_is_missing_is_named_and_the_map_stays_as_it_was() {
    let mut store = none();
    let mut map = numbers(1_000);
    let root = keep(&mut map, &mut store);
    let mut opened = Hamt::open(&store, &root).unwrap();
    let proof = opened.proof(&store, &key(500)).unwrap();
    let gone = *proof[1].cid();
    store
        .commit(Batch {
            drop: vec![gone],
            ..Batch::default()
        })
        .unwrap();
    let missing = |error: HamtError| matches!(error, HamtError::Store(StoreError::Missing(cid)) if cid == gone);
    assert!(missing(opened.set(&store, &key(500), &0u64).unwrap_err()));
    assert!(missing(opened.delete(&store, &key(500)).unwrap_err()));
    assert!(missing(opened.get_raw(&store, &key(500)).unwrap_err()));
    assert!(missing(Hamt::load(&store, &root).unwrap_err()));
    assert!(missing(
        opened.entries(&store).find_map(Result::err).unwrap()
    ));
    assert_eq!(opened.flush(), (root, vec![]));
}

#[test]
fn a_clone_goes_its_own_way_and_each_flush_gives_all_that_it_needs() {
    let (mut left, mut store) = (numbers(300), none());
    let mut right = left.clone();
    left.set(&none(), &key(1), &100u64).unwrap();
    right.delete(&none(), &key(2)).unwrap();
    let (left, right) = (keep(&mut left, &mut store), keep(&mut right, &mut none()));
    assert_ne!(left, right);
    let left = Hamt::load(&store, &left).unwrap();
    assert_eq!(left.get(&store, &key(1)).unwrap(), Some(100u64));
    assert_eq!(left.get(&store, &key(2)).unwrap(), Some(2u64));
    let mut alone = numbers(300);
    alone.delete(&none(), &key(2)).unwrap();
    assert_eq!(alone.flush().0, right);
}

#[test]
fn four_keys_of_one_hash_are_refused_and_nothing_else_changes() {
    // Nobody has such keys, so the last level is reached by pretending: a place at the bottom.
    let mut place = Place::of(b"a");
    while place.has_below() {
        place = place.below();
    }
    let mut link = Link::default();
    let mut set = |key: &[u8]| edit::set(&mut link, place, &none(), Entry { key, value: &[1] });
    for key in [b"a", b"b", b"c"] {
        assert!(set(key).unwrap());
    }
    assert!(matches!(set(b"d"), Err(HamtError::Collision)));
    assert!(!set(b"a").unwrap());
}

#[test]
fn a_hundred_thousand_entries_are_all_there_and_half_of_them_go_without_a_trace() {
    let count = 100_000;
    let mut map = numbers(count);
    let mut store = none();
    let root = keep(&mut map, &mut store);
    let loaded = Hamt::load(&store, &root).unwrap();
    let mut found: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for entry in loaded.entries(&none()) {
        let (key, value) = entry.unwrap();
        assert_eq!(found.insert(key, value), None, "each key once");
    }
    assert_eq!(found.len(), count);
    let value = codec::encode(&77_777u64).unwrap();
    assert_eq!(found[&key(77_777)], value);
    for number in 0..count / 2 {
        assert!(map.delete(&none(), &key(number)).unwrap());
    }
    let mut never = map_of((count / 2..count).rev().map(|n| (key(n), n as u64)));
    assert_eq!(map.flush().0, never.flush().0);
}

/// What is done to a map.
#[derive(Clone, Debug)]
enum Step {
    Set(usize, u64),
    Delete(usize),
    /// Flush it and open it again from its blocks.
    Reopen,
    /// Go on with a clone, and check in the end that the original has not moved.
    Clone,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..60usize, 0..4u64).prop_map(|(key, value)| Step::Set(key, value)),
        6 => (0..60usize).prop_map(Step::Delete),
        1 => Just(Step::Reopen),
        1 => Just(Step::Clone),
    ];
    prop::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn whatever_was_done_a_map_is_what_a_plain_map_is_and_has_its_one_root(steps in steps()) {
        let (mut map, mut plain) = (Hamt::new(), BTreeMap::new());
        let (mut store, mut left_behind) = (none(), Vec::new());
        for step in steps {
            match step {
                Step::Set(number, value) => {
                    let old = plain.insert(key(number), value);
                    let changed = map.set(&store, &key(number), &value).unwrap();
                    prop_assert_eq!(changed, old != Some(value));
                }
                Step::Delete(number) => {
                    let was_there = plain.remove(&key(number)).is_some();
                    prop_assert_eq!(map.delete(&store, &key(number)).unwrap(), was_there);
                }
                Step::Reopen => {
                    let root = keep(&mut map, &mut store);
                    map = Hamt::open(&store, &root).unwrap();
                }
                Step::Clone => left_behind.push((map.clone(), plain.clone())),
            }
        }
        left_behind.push((map, plain));
        for (mut map, plain) in left_behind {
            for number in 0..60 {
                let value = map.get::<u64>(&store, &key(number)).unwrap();
                prop_assert_eq!(value.as_ref(), plain.get(&key(number)));
            }
            let entries: Result<BTreeMap<_, _>, _> = map.entries(&store).collect();
            let raw = |value: &u64| codec::encode(value).unwrap();
            let expected = plain.iter().map(|(key, value)| (key.clone(), raw(value)));
            prop_assert_eq!(entries.unwrap(), expected.collect::<BTreeMap<_, _>>());
            prop_assert_eq!(map.flush().0, map_of(plain).flush().0);
        }
    }
}
