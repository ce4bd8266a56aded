use super::*;
use crate::MemStore;
use crate::car::{Writer, export, frame};
use crate::samples::{self, Faulty, chain, leaf, node, reach, store_of};
use icn_base::limits::{BATCH_BLOCKS, BATCH_BYTES, BLOCK_BYTES_MAX};
use proptest::prelude::*;
use std::io::ErrorKind;

fn exported(store: &impl Blocks, roots: &[Cid]) -> Vec<u8> {
    let mut bytes = Vec::new();
    export(store, roots, &mut bytes, |_| {}).unwrap();
    bytes
}

fn written(roots: &[Cid], blocks: &[&Block]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, roots).unwrap();
    for block in blocks {
        writer.put(block).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), bytes.len() as u64);
    bytes
}

fn import_into(store: &mut impl Store, bytes: &[u8]) -> Result<Imported, CarError> {
    import(bytes, store, |_| {})
}

/// A small CAR, its root, and its blocks in order.
fn small() -> (Vec<u8>, Vec<Block>) {
    let (a, b, c) = (leaf("a"), leaf("b"), leaf("c"));
    let below = node("below", &[&b, &c]);
    let root = node("root", &[&a, &below]);
    let blocks = vec![root, a, below, b, c];
    let bytes = exported(&store_of(&blocks), &[*blocks[0].cid()]);
    (bytes, blocks)
}

#[test]
fn a_car_that_is_cut_anywhere_is_either_refused_or_incomplete() {
    let (whole, blocks) = small();
    for end in 0..whole.len() {
        let mut store = MemStore::default();
        match import_into(&mut store, &whole[..end]) {
            Ok(done) => {
                let next = &blocks[store.len()];
                assert!(done.missing.first.contains(next.cid()), "cut at {end}");
            }
            Err(CarError::Frame(error)) => {
                let told = error.to_string();
                assert!(
                    end == 0 || told.contains(&format!("ends at byte {end}, ")),
                    "{told}"
                );
            }
            Err(other) => panic!("cut at {end}: {other}"),
        }
        assert!(
            blocks[..store.len()]
                .iter()
                .all(|block| store.has(block.cid()).unwrap())
        );
    }
}

#[test]
fn a_car_with_any_bit_flipped_is_never_taken_for_whole() {
    let (whole, blocks) = small();
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let mut store = MemStore::default();
        if let Ok(done) = import_into(&mut store, &bytes) {
            assert!(!done.is_complete(), "bit {bit}");
        }
        // The blocks before the flipped bit came in, and nothing that was not in the CAR did.
        let listed = store.list(None, usize::MAX).unwrap();
        assert!(
            listed
                .iter()
                .all(|cid| blocks.iter().any(|block| block.cid() == cid))
        );
    }
}

#[test]
fn a_bad_frame_keeps_the_good_blocks_before_it_and_nothing_after() {
    let blocks = [leaf("one"), leaf("two"), leaf("three")];
    let forged = Block::forged(*blocks[1].cid(), *b"TWO");
    let bytes = written(&[], &[&blocks[0], &forged, &blocks[2]]);
    let mut store = MemStore::default();
    let refusal = import_into(&mut store, &bytes).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        format!(
            "the frame at byte 58 is refused: the bytes are not those of {}: they hash to another \
             CID",
            blocks[1].cid()
        )
    );
    assert_eq!(store.list(None, 9).unwrap(), [*blocks[0].cid()]);
    assert!(store.pins().unwrap().is_empty() && store.names().unwrap().is_empty());
}

#[test]
fn dag_cbor_that_is_not_canonical_is_refused_although_it_hashes() {
    let loose = Block::forged(Cid::of(Codec::DagCbor, b"\x18\x07"), *b"\x18\x07");
    let refusal = import_into(&mut MemStore::default(), &written(&[], &[&loose])).unwrap_err();
    assert!(matches!(
        refusal,
        CarError::Block {
            at: 18,
            source: crate::BlockError::Cbor(_)
        }
    ));
}

#[test]
fn what_was_here_before_completes_a_car_and_is_not_new() {
    let (whole, blocks) = small();
    let rest = written(&[*blocks[0].cid()], &[&blocks[0], &blocks[1]]);
    let mut store = store_of(&blocks[2..]);
    let done = import_into(&mut store, &rest).unwrap();
    assert!(done.is_complete());
    assert_eq!((done.read.blocks, done.new.blocks), (2, 2));
    assert_eq!(
        import_into(&mut store, &whole).unwrap().new,
        Tally::default()
    );
    // A node that was here before, but not all that is below it.
    let mut store = store_of([&blocks[2], &blocks[4]]);
    let done = import_into(&mut store, &rest).unwrap();
    assert_eq!(done.missing.first, [*blocks[3].cid()]);
}

#[test]
fn only_what_the_roots_reach_can_be_missing() {
    let (a, gone) = (leaf("a"), leaf("gone"));
    let (root, aside) = (node("root", &[&a]), node("aside", &[&gone]));
    let bytes = written(&[*root.cid()], &[&root, &a, &aside]);
    assert!(
        import_into(&mut MemStore::default(), &bytes)
            .unwrap()
            .is_complete()
    );
}

#[test]
fn a_damaged_block_below_the_roots_is_named() {
    let below = node("below", &[]);
    let root = node("root", &[&below]);
    let mut store = Faulty::over(store_of([&below]));
    store.damaged.insert(*below.cid());
    let done = import_into(&mut store, &written(&[*root.cid()], &[&root])).unwrap();
    assert!(!done.is_complete() && done.missing.is_empty());
    assert_eq!(done.damaged.first, [*below.cid()]);
}

#[test]
fn a_deep_chain_comes_back_as_it_went() {
    let blocks = chain(100_000);
    let root = *blocks.last().unwrap().cid();
    let bytes = exported(&store_of(&blocks), &[root]);
    let mut store = MemStore::default();
    let done = import_into(&mut store, &bytes).unwrap();
    assert!(done.is_complete());
    assert_eq!(done.new.blocks, 100_000);
    assert_eq!(exported(&store, &[root]), bytes);
}

#[test]
fn more_links_than_are_remembered_are_walked_instead() {
    let wide = |from: u32| -> Vec<Cid> {
        (from..from + 50_000)
            .map(|i| Cid::of(Codec::Raw, &i.to_le_bytes()))
            .collect()
    };
    let levels: Vec<Block> = (0..6)
        .map(|i| Block::cbor(&wide(i * 50_000)).unwrap())
        .collect();
    assert!(levels.len() * 50_000 > IMPORT_WAITING_MAX);
    let roots: Vec<Cid> = levels.iter().map(|block| *block.cid()).collect();
    let bytes = written(&roots, &levels.iter().collect::<Vec<_>>());
    let done = import_into(&mut MemStore::default(), &bytes).unwrap();
    assert_eq!(done.missing.count, 300_000);
    assert_eq!(done.missing.first.len(), icn_base::limits::LISTED_CIDS_MAX);
}

/// A CAR that is longer than the memory it may take: frames made as they are read.
struct Endless<F> {
    next: F,
    left: u64,
    bytes: Vec<u8>,
    read: usize,
}

impl<F: FnMut(u64) -> Block> Endless<F> {
    fn new(blocks: u64, next: F) -> Self {
        Self {
            next,
            left: blocks,
            bytes: frame::header(&[]).unwrap(),
            read: 0,
        }
    }
}

impl<F: FnMut(u64) -> Block> Read for Endless<F> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.read == self.bytes.len() && self.left > 0 {
            self.left -= 1;
            let block = (self.next)(self.left);
            self.bytes.clear();
            frame::push(&mut self.bytes, block.cid(), block.bytes());
            self.read = 0;
        }
        let count = (&self.bytes[self.read..]).read(into)?;
        self.read += count;
        Ok(count)
    }
}

#[test]
fn batches_are_bounded_in_bytes_and_in_blocks() {
    let large = |i: u64| Block::raw([&i.to_le_bytes()[..], &vec![0; BLOCK_BYTES_MAX - 8]].concat());
    let mut store = Faulty::default();
    let count = (2 * BATCH_BYTES / BLOCK_BYTES_MAX) as u64;
    let done = import(
        Endless::new(count, |i| large(i).unwrap()),
        &mut store,
        |_| {},
    )
    .unwrap();
    assert_eq!(done.new.bytes, count * BLOCK_BYTES_MAX as u64);
    assert!((BATCH_BYTES..BATCH_BYTES + BLOCK_BYTES_MAX).contains(&store.largest.1));

    let mut store = Faulty::default();
    let small = |i: u64| Block::raw(i.to_le_bytes()).unwrap();
    let mut told = 0;
    let count = BATCH_BLOCKS as u64 + 9;
    let done = import(Endless::new(count, small), &mut store, |_| told += 1).unwrap();
    assert_eq!((done.new.blocks, told), (count, count));
    assert_eq!(store.largest.0, BATCH_BLOCKS);
    assert_eq!(store.store.len() as u64, count);
}

#[test]
fn a_reader_that_fails_is_named_with_its_place_and_interruptions_are_not_failures() {
    struct Failing<'a>(&'a [u8], bool);
    impl Read for Failing<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            match self.0 {
                _ if self.1 => Err(ErrorKind::Interrupted.into()),
                [] => Err(ErrorKind::BrokenPipe.into()),
                _ => self.0.read(&mut into[..1]),
            }
        }
    }
    let bytes = written(&[], &[&leaf("one")]);
    let mut store = MemStore::default();
    let refusal = import(Failing(&bytes, false), &mut store, |_| {}).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "cannot read the input at byte 58: broken pipe"
    );
    assert_eq!(store.len(), 1);
}

#[test]
fn a_store_that_is_full_ends_the_import() {
    let mut store = Faulty {
        commits_left: Some(0),
        ..Faulty::default()
    };
    let refusal = import_into(&mut store, &written(&[], &[&leaf("one")])).unwrap_err();
    assert!(matches!(refusal, CarError::Store(StoreError::DiskFull)));
}

#[test]
fn an_export_names_the_block_that_it_cannot_write() {
    let (_, blocks) = small();
    let root = [*blocks[0].cid()];
    let store = store_of(&blocks[..4]);
    let refusal = export(&store, &root, &mut Vec::new(), |_| {}).unwrap_err();
    let gone = *blocks[4].cid();
    assert!(matches!(refusal, CarError::Store(StoreError::Missing(cid)) if cid == gone));
    let mut store = Faulty::over(store_of(&blocks));
    let bad = *blocks[3].cid();
    store.damaged.insert(bad);
    let refusal = export(&store, &root, &mut Vec::new(), |_| {}).unwrap_err();
    assert!(matches!(refusal, CarError::Store(StoreError::Damaged { cid, .. }) if cid == bad));
}

#[test]
fn an_output_that_fails_is_named_with_its_place() {
    let blocks = chain(2_000);
    let root = *blocks.last().unwrap().cid();
    let mut small = [0; 100_000];
    let refusal = export(&store_of(&blocks), &[root], &mut small[..], |_| {}).unwrap_err();
    assert!(
        matches!(refusal, CarError::Write { at: 65_536.., .. }),
        "{refusal}"
    );
}

proptest! {
    #[test]
    fn what_is_exported_is_imported_complete((blocks, roots) in samples::dag()) {
        let store = store_of(&blocks);
        let bytes = exported(&store, &roots);
        let mut copy = MemStore::default();
        let done = import_into(&mut copy, &bytes).unwrap();
        prop_assert!(done.is_complete());
        let mut expect = reach(&store, &roots);
        prop_assert_eq!(done.new.blocks, expect.len() as u64);
        expect.sort();
        prop_assert_eq!(copy.list(None, usize::MAX).unwrap(), expect);
        prop_assert_eq!(exported(&copy, &roots), bytes);
    }

    #[test]
    fn what_is_missing_is_what_a_walk_misses(
        (blocks, roots) in samples::dag(),
        order in prop::collection::vec(0usize..99, 0..40),
        before in prop::collection::vec(0usize..99, 0..10),
    ) {
        let pick = |chosen: &[usize]| -> Vec<&Block> {
            chosen.iter().filter_map(|&i| blocks.get(i)).collect()
        };
        let mut store = store_of(pick(&before));
        let done = import_into(&mut store, &written(&roots, &pick(&order))).unwrap();
        let reached = reach(&store, &roots);
        let missing: Vec<Cid> =
            reached.into_iter().filter(|cid| !store.has(cid).unwrap()).collect();
        prop_assert_eq!(done.missing.first, missing);
    }

    #[test]
    fn any_bytes_get_a_verdict(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (whole, _) = small();
        for prefix in [&[][..], &whole[..59], &whole] {
            let mut store = MemStore::default();
            drop(import_into(&mut store, &[prefix, &bytes].concat()));
            for cid in store.list(None, usize::MAX).unwrap() {
                prop_assert!(cid.names(store.get(&cid).unwrap().unwrap().bytes()));
            }
        }
    }
}
