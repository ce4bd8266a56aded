use super::*;
use crate::samples::{self, Faulty, chain, leaf, node, reach as simple_reach, store_of};
use crate::{Block, Blocks, MemStore, Pin};
use proptest::prelude::*;

const NOW: u64 = 1_000;

fn at(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

fn pin(root: &Block, until: Option<u64>) -> Batch {
    let pin = Pin {
        root: *root.cid(),
        until: until.map(at),
    };
    Batch {
        pin: vec![pin],
        ..Batch::default()
    }
}

fn name(name: &str, root: &Block) -> Batch {
    Batch {
        names: [(name.to_owned(), Some(*root.cid()))].into(),
        ..Batch::default()
    }
}

fn collect(store: &mut impl Store, dry_run: bool) -> Result<Collected, WalkError> {
    Collect {
        now: at(NOW),
        dry_run,
    }
    .run(store, |_| {})
}

#[track_caller]
fn holds(store: &impl Store, expect: &[&Block]) {
    let mut expect: Vec<Cid> = expect.iter().map(|block| *block.cid()).collect();
    expect.sort();
    assert_eq!(store.list(None, usize::MAX).unwrap(), expect);
}

#[test]
fn pins_and_names_keep_what_they_reach_and_the_rest_goes() {
    let (a, b, c, stray) = (leaf("a"), leaf("b"), leaf("c"), leaf("stray"));
    let (pinned, named) = (node("pinned", &[&a, &b]), node("named", &[&b, &c]));
    let loose = node("loose", &[&a, &stray]);
    let mut store = store_of([&a, &b, &c, &stray, &pinned, &named, &loose]);
    store.commit(pin(&pinned, None)).unwrap();
    store.commit(name("head", &named)).unwrap();
    let told = collect(&mut store, true).unwrap();
    assert_eq!(store.len(), 7, "a dry run drops nothing");
    let done = collect(&mut store, false).unwrap();
    assert_eq!(told, done);
    holds(&store, &[&a, &b, &c, &pinned, &named]);
    let bytes = (loose.bytes().len() + stray.bytes().len()) as u64;
    assert_eq!(done.dropped, Tally { blocks: 2, bytes });
    assert_eq!((done.kept.blocks, done.walked), (5, 5));
    assert_eq!(
        collect(&mut store, false).unwrap().dropped,
        Tally::default()
    );
}

#[test]
fn an_expired_pin_keeps_nothing_and_is_removed() {
    let (old, new, never) = (leaf("old"), leaf("new"), leaf("never"));
    let mut store = store_of([&old, &new, &never]);
    for batch in [
        pin(&old, Some(NOW)),
        pin(&new, Some(NOW + 1)),
        pin(&never, None),
    ] {
        store.commit(batch).unwrap();
    }
    assert_eq!(collect(&mut store, true).unwrap().expired, 1);
    assert_eq!(store.pins().unwrap().len(), 3, "a dry run removes no pin");
    assert_eq!(collect(&mut store, false).unwrap().expired, 1);
    holds(&store, &[&new, &never]);
    assert_eq!(store.pins().unwrap().len(), 2);
}

#[test]
fn a_pin_with_a_missing_block_keeps_the_rest() {
    let (a, gone) = (leaf("a"), leaf("gone"));
    let root = node("root", &[&gone, &a]);
    let mut store = store_of([&a, &root]);
    store.commit(pin(&root, None)).unwrap();
    store.commit(pin(&leaf("never came"), None)).unwrap();
    let done = collect(&mut store, false).unwrap();
    holds(&store, &[&a, &root]);
    assert_eq!(done.missing.count, 2);
    assert!(done.missing.first.contains(gone.cid()));
    assert_eq!(
        store.pins().unwrap().len(),
        2,
        "the pin waits for its block"
    );
}

#[test]
fn a_damaged_node_stops_the_collection_before_anything_goes() {
    let (a, stray) = (leaf("a"), leaf("stray"));
    let root = node("root", &[&a]);
    let mut store = Faulty::over(store_of([&a, &stray, &root]));
    store.commit(pin(&root, None)).unwrap();
    store.damaged.insert(*root.cid());
    let refusal = collect(&mut store, false).unwrap_err();
    assert!(
        matches!(refusal, WalkError::Store(StoreError::Damaged { cid, .. }) if cid == *root.cid())
    );
    holds(&store, &[&a, &stray, &root]);
    // A damaged leaf has nothing below it, and is not even read.
    store.damaged = [*a.cid()].into();
    collect(&mut store, false).unwrap();
    holds(&store, &[&a, &root]);
}

#[test]
fn a_collection_that_is_interrupted_leaves_what_is_kept_and_can_be_started_again() {
    let root = chain(50).pop().unwrap();
    let strays: Vec<Block> = (0..3 * PAGE_CIDS).map(|i| leaf(&i.to_string())).collect();
    let blocks = chain(50);
    let mut store = Faulty::over(store_of(strays.iter().chain(&blocks)));
    store.commit(pin(&root, None)).unwrap();
    let whole = simple_reach(&store, &[*root.cid()]);
    for commits in [1, 1, 0] {
        let before = store.store.len();
        store.commits_left = Some(commits);
        let refusal = collect(&mut store, false).unwrap_err();
        assert!(matches!(refusal, WalkError::Store(StoreError::DiskFull)));
        assert_eq!(before - store.store.len() > 0, commits > 0);
        assert!(whole.iter().all(|cid| store.has(cid).unwrap()));
    }
    store.commits_left = None;
    collect(&mut store, false).unwrap();
    holds(&store, &blocks.iter().collect::<Vec<_>>());
    assert!(store.largest.0 <= strays.len() + blocks.len());
}

#[test]
fn what_is_dropped_at_a_time_is_bounded() {
    let strays: Vec<Block> = (0..PAGE_CIDS + 7).map(|i| leaf(&i.to_string())).collect();
    let mut store = Faulty::over(store_of(&strays));
    let mut pages = 0;
    let collect = Collect {
        now: at(NOW),
        dry_run: false,
    };
    let done = collect.run(&mut store, |_| pages += 1).unwrap();
    assert_eq!((pages, store.largest.0), (2, PAGE_CIDS));
    assert_eq!(done.dropped.blocks, strays.len() as u64);
    assert!(store.store.is_empty());
}

proptest! {
    #[test]
    fn what_is_left_is_exactly_what_is_reached(
        (blocks, roots) in samples::dag(),
        gone in 0usize..60,
        expired in 0usize..5,
    ) {
        let mut store: MemStore = store_of(&blocks);
        if let Some(block) = blocks.get(gone) {
            store.commit(Batch { drop: vec![*block.cid()], ..Batch::default() }).unwrap();
        }
        for (index, &root) in roots.iter().enumerate() {
            if index % 2 == 0 {
                let until = (index < expired).then(|| at(NOW));
                store.commit(Batch { pin: vec![Pin { root, until }], ..Batch::default() }).unwrap();
            } else {
                let names = [(index.to_string(), Some(root))].into();
                store.commit(Batch { names, ..Batch::default() }).unwrap();
            }
        }
        let mut held: Vec<Cid> = store.pins().unwrap().iter()
            .filter(|pin| pin.holds(at(NOW)))
            .map(|pin| pin.root)
            .collect();
        held.extend(store.names().unwrap().into_values());
        let mut expect = simple_reach(&store, &held);
        let reached = expect.len() as u64;
        expect.retain(|cid| store.has(cid).unwrap());
        expect.sort();
        let before = store.len() as u64;
        let done = collect(&mut store, false).unwrap();
        prop_assert_eq!(&store.list(None, usize::MAX).unwrap(), &expect);
        prop_assert_eq!(done.missing.count, reached - expect.len() as u64);
        prop_assert_eq!(done.dropped.blocks, before - expect.len() as u64);
        prop_assert_eq!(done.kept.blocks, expect.len() as u64);
    }
}
