use super::*;
use crate::samples::{self, Faulty, chain, leaf, node, reach, store_of};
use crate::{Batch, MemStore, Store};
use proptest::prelude::*;

fn order(mut walk: Walk, store: &impl Blocks) -> Vec<Cid> {
    let mut order = Vec::new();
    while let Some(step) = walk.step(store).unwrap() {
        order.push(match step {
            Step::Block(block) => *block.cid(),
            Step::Leaf { cid, .. } | Step::Missing(cid) | Step::Damaged { cid, .. } => cid,
        });
    }
    assert_eq!(walk.visited(), order.len());
    assert_eq!(walk.into_visited(), order.iter().copied().collect());
    order
}

#[test]
fn a_block_comes_before_what_it_links_to_and_only_once() {
    let (a, b) = (leaf("a"), leaf("b"));
    let left = node("left", &[&b, &a]);
    let root = node("root", &[&left, &a, &left, &b]);
    let store = store_of([&a, &b, &left, &root]);
    assert_eq!(
        order(Walk::new(&[*root.cid(), *a.cid()]), &store),
        [&root, &left, &b, &a].map(|block| *block.cid())
    );
    assert!(order(Walk::new(&[]), &store).is_empty());
}

#[test]
fn missing_and_damaged_blocks_are_told_apart_and_the_walk_goes_on() {
    let (a, b, c) = (leaf("a"), leaf("b"), leaf("c"));
    let broken = node("broken", &[&b]);
    let root = node("root", &[&a, &broken, &c]);
    let mut store = Faulty::over(store_of([&b, &c, &broken, &root]));
    store.damaged.insert(*broken.cid());
    let mut walk = Walk::new(&[*root.cid()]);
    let mut told = Vec::new();
    while let Some(step) = walk.step(&store).unwrap() {
        told.push(format!("{step:?}"));
    }
    assert_eq!(
        told[1..],
        [
            format!("Missing({})", a.cid()),
            format!("Damaged {{ cid: {}, place: \"1.car at 2\" }}", broken.cid()),
            format!("Block({c:?})"),
        ]
    );
}

#[test]
fn leaves_stay_unread_when_only_their_presence_counts() {
    let (here, gone) = (leaf("here"), leaf("gone"));
    let root = node("root", &[&here, &gone]);
    let mut store = Faulty::over(store_of([&here, &root]));
    store.damaged.insert(*here.cid());
    let mut walk = Walk::new(&[*root.cid()]).without_leaves();
    assert!(matches!(walk.step(&store).unwrap(), Some(Step::Block(_))));
    assert!(matches!(
        walk.step(&store).unwrap(),
        Some(Step::Leaf { size: 4, .. })
    ));
    assert!(matches!(walk.step(&store).unwrap(), Some(Step::Missing(cid)) if cid == *gone.cid()));
    assert!(walk.step(&store).unwrap().is_none());
}

#[test]
fn a_step_that_failed_can_be_tried_again() {
    let root = node("root", &[]);
    let mut store = Faulty::over(store_of([&root]));
    store.unreadable.insert(*root.cid());
    let mut walk = Walk::new(&[*root.cid()]);
    assert!(matches!(
        walk.step(&store),
        Err(WalkError::Store(StoreError::Io { .. }))
    ));
    store.unreadable.clear();
    assert_eq!(order(walk, &store), [*root.cid()]);
}

#[test]
fn a_chain_of_a_hundred_thousand_blocks_is_walked_to_its_end() {
    let blocks = chain(100_000);
    let store = store_of(&blocks);
    let walked = order(Walk::new(&[*blocks.last().unwrap().cid()]), &store);
    assert!(walked.iter().eq(blocks.iter().rev().map(Block::cid)));
}

#[test]
fn even_a_circle_which_no_hash_allows_is_walked_once() {
    let end = node("end", &[]);
    let middle = node("middle", &[&end]);
    let root = node("root", &[&middle]);
    // Bytes that link back to the root under a CID that is not theirs.
    let back = Block::forged(*end.cid(), node("end", &[&root]).bytes());
    let store = store_of([&root, &middle, &back]);
    assert_eq!(
        order(Walk::new(&[*root.cid()]), &store),
        [&root, &middle, &end].map(|block| *block.cid())
    );
}

#[test]
fn links_that_repeat_do_not_pile_up() {
    // Sixty levels that each link to the next one and to the same 40,000 blocks that are missing:
    // 2.4 million links, of which 40,060 are different.
    let wide: Vec<Cid> = (0u32..40_000)
        .map(|i| Cid::of(Codec::Raw, &i.to_le_bytes()))
        .collect();
    let mut store = MemStore::default();
    let mut below = leaf("end");
    for _ in 0..60 {
        let level = Block::cbor(&(below.cid(), &wide)).unwrap();
        store.commit(Batch::of([below])).unwrap();
        below = level;
    }
    store.commit(Batch::of([below.clone()])).unwrap();
    let mut walk = Walk::new(&[*below.cid()]);
    let mut most = 0;
    while walk.step(&store).unwrap().is_some() {
        most = most.max(walk.waiting.len());
    }
    assert_eq!(walk.visited(), 40_061);
    assert!(most <= 2 * 40_060 + 40_001, "{most} links waited");
}

#[test]
fn a_walk_ends_at_its_limit() {
    let blocks = chain(10);
    let store = store_of(&blocks);
    let root = *blocks.last().unwrap().cid();
    assert_eq!(order(Walk::new(&[root]).at_most(10), &store).len(), 10);
    let mut walk = Walk::new(&[root]).at_most(9);
    for _ in 0..9 {
        assert!(walk.step(&store).unwrap().is_some());
    }
    assert!(matches!(walk.step(&store), Err(WalkError::TooMany(9))));
}

#[test]
fn what_waits_counts_towards_the_limit() {
    let wide = |from: u32| -> Vec<Cid> {
        (from..from + 50_000)
            .map(|i| Cid::of(Codec::Raw, &i.to_le_bytes()))
            .collect()
    };
    let inner = Block::cbor(&wide(0)).unwrap();
    let root = Block::cbor(&(inner.cid(), wide(50_000))).unwrap();
    let store = store_of([&inner, &root]);
    let mut walk = Walk::new(&[*root.cid()]).at_most(60_000);
    assert!(walk.step(&store).unwrap().is_some());
    assert!(matches!(walk.step(&store), Err(WalkError::TooMany(60_000))));
}

proptest! {
    #[test]
    fn any_dag_is_walked_in_the_order_of_the_simplest_walk(
        (blocks, roots) in samples::dag(),
        gone in 0usize..60,
    ) {
        let mut store = store_of(&blocks);
        if let Some(block) = blocks.get(gone) {
            store.commit(Batch { drop: vec![*block.cid()], ..Batch::default() }).unwrap();
        }
        let expect = reach(&store, &roots);
        prop_assert_eq!(&order(Walk::new(&roots), &store), &expect);
        prop_assert_eq!(&order(Walk::new(&roots).without_leaves(), &store), &expect);
        let (mut tidied, mut steps) = (Walk::new(&roots), 0);
        while tidied.step(&store).unwrap().is_some() {
            steps += 1;
            prop_assert_eq!(tidied.seen.len(), steps);
            prop_assert!(tidied.seen.contains(&expect[steps - 1]));
            tidied.tidy();
        }
        prop_assert_eq!(steps, expect.len());
    }
}
