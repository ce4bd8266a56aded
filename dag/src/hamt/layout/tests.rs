use super::super::Hamt;
use super::super::tests::{COLLIDING, Counted, keep, key, none, numbers};
use super::*;
use crate::{Batch, Store};
use proptest::prelude::*;

/// Four keys that share the way through the first seven levels.
const KEYS: [&str; 4] = COLLIDING[0];

fn array(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let parts: Vec<_> = parts.into_iter().collect();
    let mut out = Vec::new();
    codec::push_array(&mut out, parts.len());
    out.extend(parts.concat());
    out
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    codec::push_bytes(&mut out, bytes);
    out
}

fn linked(cid: &Cid) -> Vec<u8> {
    let mut out = Vec::new();
    codec::push_link(&mut out, cid);
    out
}

fn node(map: u32, slots: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    array([bytes(&map.to_le_bytes()), array(slots)])
}

fn rooted(node: &[u8]) -> Vec<u8> {
    [ROOT_HEAD, node, ROOT_TAIL].concat()
}

fn entry(key: &str) -> Vec<u8> {
    array([bytes(key.as_bytes()), vec![1]])
}

/// The place of a node that all of [`KEYS`] share, and the bit of the slot that is on their way.
fn shared(depth: usize) -> (Place, u32) {
    let place = (0..depth).fold(Place::of(KEYS[0].as_bytes()), |place, _| place.below());
    (place, 1 << place.slot())
}

/// Reads bytes as the node at a place.
fn verdict(bytes: Vec<u8>, place: &Place) -> Result<(), NodeFault> {
    let block = Block::new(Codec::DagCbor, bytes).expect("the test makes dag-cbor");
    match read(&block, place) {
        Ok(node) => {
            assert_eq!(
                write(&node, place.is_root()),
                block,
                "what is read is what is written"
            );
            Ok(())
        }
        Err(error) => {
            assert_eq!(error.cid, *block.cid());
            Err(error.fault)
        }
    }
}

#[test]
fn a_node_that_writing_would_not_make_is_refused() {
    let (place, bit) = shared(1);
    let other = bit.rotate_left(1);
    let child = linked(&Cid::of(Codec::DagCbor, b"any"));
    let mut sorted = KEYS;
    sorted.sort_unstable();
    let bucket = |keys: &[&str]| array(keys.iter().map(|key| entry(key)));
    let check = |bytes: Vec<u8>, fault| assert_eq!(verdict(bytes, &place), Err(fault));

    assert_eq!(verdict(node(bit, [child.clone()]), &place), Ok(()));
    assert_eq!(
        verdict(node(bit | other, [child.clone(), child.clone()]), &place),
        Ok(())
    );

    check(node(0, []), NodeFault::Few);
    check(node(bit, [bucket(&sorted[..1])]), NodeFault::Few);
    check(node(bit, [bucket(&sorted[..3])]), NodeFault::Few);
    check(node(bit, [bucket(&sorted)]), NodeFault::Bucket(4));
    check(node(bit, [bucket(&[])]), NodeFault::Bucket(0));
    check(
        node(bit, [bucket(&[sorted[1], sorted[0]])]),
        NodeFault::KeyOrder,
    );
    check(
        node(bit, [bucket(&[sorted[0], sorted[0]])]),
        NodeFault::KeyOrder,
    );
    check(node(other, [bucket(&sorted[..1])]), NodeFault::KeyPlace);
    check(
        node(bit, [array([array([bytes(b"k")])])]),
        NodeFault::Entry(1),
    );
    check(
        node(bit, [array([array([bytes(b"k"), vec![1], vec![1]])])]),
        NodeFault::Entry(3),
    );
    let slots = |bits, slots| NodeFault::Slots { bits, slots };
    check(node(bit, []), slots(1, 0));
    check(node(0, [child.clone()]), slots(0, 1));
    check(node(bit | other, [child.clone()]), slots(2, 1));
    check(array([bytes(&[0; 32]), array([])]), NodeFault::Map(32));
    check(array([bytes(&[]), array([])]), NodeFault::Map(0));
    let long = "k".repeat(HAMT_KEY_BYTES_MAX + 1);
    check(node(bit, [bucket(&[&long])]), NodeFault::KeySize(129));
    let large = array([bytes(b"k"), bytes(&[0; HAMT_VALUE_BYTES_MAX])]);
    check(node(bit, [array([large])]), NodeFault::ValueSize(16_387));
}

#[test]
fn parts_of_another_kind_are_refused() {
    let (place, bit) = shared(1);
    let child = linked(&Cid::of(Codec::DagCbor, b"any"));
    let map = bytes(&bit.to_le_bytes());
    let text = b"\x61k".to_vec();
    let others = [
        vec![0x01],
        vec![0xa0],
        text.clone(),
        array([]),
        array([map.clone()]),
        array([map.clone(), array([child.clone()]), vec![1]]),
        array([text.clone(), array([child.clone()])]),
        array([map.clone(), map.clone()]),
        node(bit, [text.clone()]),
        node(bit, [vec![0xa0]]),
        node(bit, [array([text.clone()])]),
        node(bit, [array([array([text, vec![1]])])]),
        // An inline child, which the public layout allows: a second root for one map.
        node(bit, [node(bit, [child.clone()])]),
        rooted(&node(bit, [child.clone()])),
    ];
    for bytes in others {
        assert!(verdict(bytes.clone(), &place).is_err(), "{bytes:x?}");
    }
    let raw = linked(&Cid::of(Codec::Raw, b"any"));
    assert_eq!(verdict(node(bit, [raw]), &place), Err(NodeFault::Link));
}

#[test]
fn a_root_has_our_parameters_and_a_child_has_none() {
    let empty = node(0, []);
    let root = Place::root();
    assert_eq!(verdict(rooted(&empty), &root), Ok(()));
    let key = KEYS[0];
    let bit = 1 << Place::of(key.as_bytes()).slot();
    let one = node(bit, [array([entry(key)])]);
    assert_eq!(verdict(rooted(&one), &root), Ok(()), "a root may hold few");
    let with = |hash: u8, bucket: u8| {
        let tail = [b"\x67hashAlg", &[hash][..], b"\x6abucketSize", &[bucket]].concat();
        [ROOT_HEAD, &empty, &tail].concat()
    };
    assert_eq!(verdict(with(0x12, 3), &root), Ok(()));
    let others = [
        with(0x13, 3),
        with(0x12, 2),
        with(0x12, 4),
        empty.clone(),
        [b"\xa1\x64hamt", &empty[..]].concat(),
        [b"\xa4\x61a\x01\x64hamt", &empty[..], ROOT_TAIL].concat(),
    ];
    for bytes in others {
        assert_eq!(
            verdict(bytes.clone(), &root),
            Err(NodeFault::Root),
            "{bytes:x?}"
        );
    }
    // Two fields of other names, the last of which ends in bytes that look like ours.
    let lookalike = [
        ROOT_HEAD,
        &empty,
        b"\x65other\x01\x66others",
        &bytes(ROOT_TAIL),
    ]
    .concat();
    assert!(matches!(verdict(lookalike, &root), Err(NodeFault::Cbor(_))));
    let wide = [
        ROOT_HEAD,
        &array([bytes(&[0; 32]), array([])])[..],
        ROOT_TAIL,
    ]
    .concat();
    assert_eq!(verdict(wide, &root), Err(NodeFault::Map(32)));
}

#[test]
fn keys_stand_only_where_the_whole_way_to_them_leads() {
    let mut sorted = KEYS;
    sorted.sort_unstable();
    let four = |place: &Place| {
        let mut slots: Vec<(u8, Vec<u8>)> = sorted
            .iter()
            .map(|key| (place.towards(key.as_bytes()).slot(), array([entry(key)])))
            .collect();
        slots.sort();
        let map = slots.iter().fold(0, |map, (slot, _)| map | 1 << slot);
        node(map, slots.into_iter().map(|(_, slot)| slot))
    };
    let (seventh, _) = shared(7);
    assert_eq!(verdict(four(&seventh), &seventh), Ok(()));
    // The same slots at the same depth, on another key's way.
    for group in &COLLIDING[1..] {
        let beside = seventh.towards(group[0].as_bytes());
        assert_eq!(verdict(four(&seventh), &beside), Err(NodeFault::KeyPlace));
    }
}

#[test]
fn a_link_where_the_hash_has_no_bits_left_is_refused() {
    let child = linked(&Cid::of(Codec::DagCbor, b"any"));
    let mut place = Place::root();
    while place.has_below() {
        assert!(place.is_root() || verdict(node(1, [child.clone()]), &place).is_ok());
        place = place.below();
    }
    assert_eq!(verdict(node(1, [child]), &place), Err(NodeFault::Deep));
}

#[test]
fn a_few_blocks_that_spell_an_endless_tree_are_refused_at_once() {
    let mut blocks = Counted::default();
    let mut next = Block::new(Codec::DagCbor, node(0, [])).unwrap();
    for level in (0..51).rev() {
        blocks.store.commit(Batch::of([next.clone()])).unwrap();
        let full = node(u32::MAX, vec![linked(next.cid()); 32]);
        let bytes = if level == 0 { rooted(&full) } else { full };
        next = Block::new(Codec::DagCbor, bytes).unwrap();
    }
    blocks.store.commit(Batch::of([next.clone()])).unwrap();
    let root = next.cid();
    assert!(matches!(Hamt::load(&blocks, root), Err(HamtError::Node(_))));
    assert!(blocks.reads.get() <= 52);
    let map = Hamt::open(&blocks, root).unwrap();
    let mut entries = map.entries(&blocks);
    assert!(entries.next().unwrap().is_err());
    assert!(entries.next().is_none());
    assert!(map.diff(&Hamt::new(), &blocks).next().unwrap().is_err());
    assert!(map.get_raw(&blocks, b"x").is_err());
    assert!(blocks.reads.get() <= 4 * 52);
}

proptest! {
    /// However a block is changed, what is read of it is what writing makes of it.
    #[test]
    fn a_changed_block_is_refused_or_spells_itself(
        child in any::<bool>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4),
    ) {
        let (mut map, mut store) = (numbers(60), none());
        keep(&mut map, &mut store);
        let path = map.proof(&store, &key(0)).unwrap();
        let at = usize::from(child);
        let mut bytes = path[at].bytes().to_vec();
        for (index, byte, how) in cuts {
            let index = index.index(bytes.len());
            match how {
                0 => bytes[index] = byte,
                1 => bytes.insert(index, byte),
                _ => drop(bytes.remove(index)),
            }
        }
        let mut place = Place::of(&key(0));
        (0..at).for_each(|_| place = place.below());
        if let Ok(block) = Block::new(Codec::DagCbor, bytes)
            && let Ok(node) = read(&block, &place)
        {
            prop_assert_eq!(write(&node, place.is_root()), block);
        }
    }
}
