use super::*;
use crate::samples::Faulty;
use crate::survey::Survey;
use crate::walk::Walk;
use crate::{Batch, Block, MemStore};
use icn_base::codec::Value;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::run::Layout;
use proptest::prelude::*;

/// Parts of four bytes, three links a node: five rows for the sizes that tests can afford.
const SMALL: Shape = Shape {
    part_bytes: 4,
    links_max: 3,
    bytes_max: 1_000,
};

fn content(size: usize) -> Vec<u8> {
    (0..size)
        .map(|at| (at * 31 + at / 251).to_le_bytes()[0])
        .collect()
}

fn stored(shape: Shape, bytes: &[u8]) -> (MemStore, Stored) {
    let mut store = MemStore::default();
    let stored = shape.put(bytes, &mut store, |_| {}).unwrap();
    (store, stored)
}

fn read(shape: Shape, store: &impl Blocks, root: &Cid) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let size = shape.get(store, root, &mut bytes, |_| {})?;
    assert_eq!(size, bytes.len() as u64);
    Ok(bytes)
}

#[test]
fn the_blocks_of_a_file_are_frozen() {
    for (size, root, blocks) in [
        (
            0,
            "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
            1,
        ),
        (
            PART_BYTES,
            "bafkreid6q6p42jbtz32kbceo5zdpxoyfeqhvss4j4ucs7l2jdrcirdfq5u",
            1,
        ),
        (
            PART_BYTES + 1,
            "bafyreibejljqkrfpfleamr7hpz2yfkg5raai7nymgzdqi6w6qinsnopv74",
            3,
        ),
        (
            5 * PART_BYTES / 2,
            "bafyreib6cxvcfocw65hbbfrgfu7ux3l5u6hyczsijqwdurpdeodtdx35ra",
            4,
        ),
    ] {
        let (store, stored) = stored(SHAPE, &content(size));
        assert_eq!(stored.root.to_string(), root, "{size}");
        assert_eq!((stored.size, store.len()), (size as u64, blocks));
    }
}

#[test]
fn a_node_says_its_size_and_its_parts() {
    let (store, stored) = stored(SMALL, b"abcdefghi");
    let root = store.get(&stored.root).unwrap().unwrap();
    let part = |bytes: &[u8]| Value::Link(Cid::of(Codec::Raw, bytes));
    let parts = Value::List(vec![part(b"abcd"), part(b"efgh"), part(b"i")]);
    let expect = [("size", Value::Integer(9)), ("parts", parts)];
    let expect = expect.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(root.value(), Ok(Value::Map(expect.into())));
}

#[test]
fn every_size_comes_back_and_only_one_tree_stands_for_it() {
    for bytes in (0..=150).map(content) {
        let (store, stored) = stored(SMALL, &bytes);
        assert_eq!(read(SMALL, &store, &stored.root).unwrap(), bytes);
        let below = Survey::of(&[stored.root], &store, |_| {}).unwrap();
        assert_eq!(
            below.here, stored.new,
            "everything that was stored is reached"
        );
        // As many parts as the size needs, and as many nodes above each row as it needs.
        let (mut row, mut expect) = (bytes.len().div_ceil(4).max(1), 0);
        while row > 1 {
            expect += row;
            row = row.div_ceil(3);
        }
        let mut walk = Walk::new(&[stored.root]);
        while walk.step(&store).unwrap().is_some() {}
        assert!(walk.visited() <= expect + 1, "repeated parts are one block");
    }
}

#[test]
fn how_the_input_comes_does_not_matter() {
    struct Dribble<'a>(&'a [u8]);
    impl Read for Dribble<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let count = into.len().min(1 + self.0.len() % 3);
            self.0.read(&mut into[..count])
        }
    }
    let bytes = content(123);
    let mut store = MemStore::default();
    let dribbled = SMALL.put(Dribble(&bytes), &mut store, |_| {}).unwrap();
    assert_eq!(dribbled, stored(SMALL, &bytes).1);
}

#[test]
fn a_large_file_takes_bounded_batches_and_tells_its_progress() {
    let bytes = content(19 * PART_BYTES + 5);
    let mut store = Faulty::default();
    let mut told = Vec::new();
    let stored = put(&bytes[..], &mut store, |at| told.push(at)).unwrap();
    assert_eq!((told.len(), told[19]), (20, bytes.len() as u64));
    assert!(store.largest.1 <= icn_base::limits::BATCH_BYTES);
    assert_eq!(size(&store, &stored.root).unwrap(), bytes.len() as u64);
    let mut out = Vec::new();
    get(&store, &stored.root, &mut out, |_| {}).unwrap();
    assert!(out == bytes);
    let again = put(&bytes[..], &mut store, |_| {}).unwrap();
    assert_eq!((again.root, again.new), (stored.root, Tally::default()));
}

#[test]
fn a_file_ends_at_its_limit() {
    let mut store = MemStore::default();
    assert_eq!(
        SMALL
            .put(&content(1_000)[..], &mut store, |_| {})
            .unwrap()
            .size,
        1_000
    );
    for size in [1_001, 1_003, 1_004, 5_000] {
        let refusal = SMALL
            .put(&content(size)[..], &mut store, |_| {})
            .unwrap_err();
        assert!(matches!(refusal, FileError::TooLarge(1_000)), "{size}");
    }
    // An input without an end is read no further than the limit.
    let refusal = SMALL
        .put(std::io::repeat(0), &mut store, |_| {})
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the file has more than 1000 bytes, the most that is stored in parts"
    );
}

#[test]
fn a_raw_block_is_a_file_whatever_its_size() {
    let block = Block::raw(vec![7; BLOCK_BYTES_MAX]).unwrap();
    let mut store = MemStore::default();
    store.commit(Batch::of([block.clone()])).unwrap();
    assert_eq!(
        read(SHAPE, &store, block.cid()).unwrap().len(),
        BLOCK_BYTES_MAX
    );
    assert_eq!(size(&store, block.cid()).unwrap(), BLOCK_BYTES_MAX as u64);
}

#[test]
fn a_missing_part_is_named() {
    let bytes = content(100);
    let (store, stored) = stored(SMALL, &bytes);
    for cid in store.list(None, 99).unwrap() {
        let mut store = store.clone();
        store
            .commit(Batch {
                drop: vec![cid],
                ..Batch::default()
            })
            .unwrap();
        let refusal = read(SMALL, &store, &stored.root).unwrap_err();
        assert!(matches!(refusal, FileError::Store(StoreError::Missing(gone)) if gone == cid));
    }
    let absent = Cid::of(Codec::Raw, b"absent");
    assert!(matches!(
        size(&store, &absent),
        Err(FileError::Store(StoreError::Missing(_)))
    ));
}

/// Puts the blocks into a store and reads a node of this size and these parts as a file.
fn hostile(size: u64, parts: &[&Block]) -> String {
    let parts: Vec<Cid> = parts.iter().map(|block| *block.cid()).collect();
    let node = Block::cbor(&Layout { size, parts }).unwrap();
    let mut store = MemStore::default();
    store.commit(Batch::of([node.clone()])).unwrap();
    store.commit(Batch::of(pieces())).unwrap();
    let told = read(SMALL, &store, node.cid()).unwrap_err().to_string();
    told.replace(&node.cid().to_string(), "root")
}

/// Parts of four, three and five bytes, a node of eight bytes, and a block that is no node.
fn pieces() -> [Block; 5] {
    let raw = |bytes: &[u8]| Block::raw(bytes).unwrap();
    let (four, three, five) = (raw(b"four"), raw(b"abc"), raw(b"fiver"));
    let parts = vec![*four.cid(), *four.cid()];
    let node = Block::cbor(&Layout { size: 8, parts }).unwrap();
    [four, three, five, node, Block::cbor(&"no node").unwrap()]
}

#[test]
fn trees_of_another_shape_are_refused() {
    let [four, three, five, node, other] = &pieces();
    for (size, parts, why) in [
        (
            4,
            &[four][..],
            "root is no file: a file of this size is one raw block",
        ),
        (
            0,
            &[],
            "root is no file: a file of this size is one raw block",
        ),
        (8, &[four], "root is no file: its links do not fit its size"),
        (
            8,
            &[four, four, four],
            "root is no file: its links do not fit its size",
        ),
        (
            12,
            &[node, four],
            "root is no file: its links do not fit its size",
        ),
        (
            16,
            &[node, four],
            "root is no file: its parts are not equally deep",
        ),
        (
            8,
            &[node, node],
            "root is no file: its parts are not equally deep",
        ),
        (
            8,
            &[three, five],
            "is no file: its size is not what the node above it asks for",
        ),
        (
            7,
            &[three, four],
            "is no file: its size is not what the node above it asks for",
        ),
        (
            20,
            &[node, node],
            "is no file: its size is not what the node above it asks for",
        ),
        (20, &[other, other], "is not what is expected there"),
        (1_001, &[node], "the most that is stored in parts"),
        (u64::MAX, &[node], "the most that is stored in parts"),
    ] {
        let told = hostile(size, parts);
        assert!(told.contains(why), "{size} {parts:?}: {told}");
    }
}

#[test]
fn a_few_blocks_that_claim_a_large_file_give_no_more_than_the_limit() {
    // Each row repeats one block: five blocks that stand for 243 parts.
    let mut store = MemStore::default();
    let mut below = Block::raw(*b"bomb").unwrap();
    let mut size = 4;
    for _ in 0..5 {
        size *= 3;
        let parts = vec![*below.cid(); 3];
        store.commit(Batch::of([below])).unwrap();
        below = Block::cbor(&Layout { size, parts }).unwrap();
    }
    store.commit(Batch::of([below.clone()])).unwrap();
    assert_eq!(
        read(SMALL, &store, below.cid()).unwrap(),
        b"bomb".repeat(243)
    );
    let tighter = Shape {
        bytes_max: 971,
        ..SMALL
    };
    assert!(matches!(
        read(tighter, &store, below.cid()),
        Err(FileError::TooLarge(971))
    ));
}

#[test]
fn faults_of_input_and_output_say_where() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let bytes = content(10);
    let refusal = SMALL
        .put(
            (&bytes[..]).chain(Failing),
            &mut MemStore::default(),
            |_| {},
        )
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "cannot read the input at byte 10: broken pipe"
    );
    let (store, stored) = stored(SMALL, &bytes);
    let mut small = [0; 6];
    let refusal = SMALL
        .get(&store, &stored.root, &mut small[..], |_| {})
        .unwrap_err();
    assert!(matches!(refusal, FileError::Write { at: 4, .. }));
}

proptest! {
    #[test]
    fn any_file_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..1_000)) {
        let (store, stored) = stored(SMALL, &bytes);
        prop_assert_eq!(read(SMALL, &store, &stored.root).unwrap(), bytes);
    }

    #[test]
    fn other_bytes_have_another_root(
        bytes in prop::collection::vec(any::<u8>(), 1..200),
        bit in 0usize..1_600,
    ) {
        let mut other = bytes.clone();
        let bit = bit % (bytes.len() * 8);
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(stored(SMALL, &bytes).1.root, stored(SMALL, &other).1.root);
    }
}
