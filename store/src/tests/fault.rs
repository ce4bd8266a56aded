//! The disk fails at any change, is full, or there is no room by rule: a clear error, nothing
//! changed, and it works again when the cause is gone.

use super::sim::{Fault, Op, Rng};
use super::work::{Rig, Step, check, steps};
use crate::{DiskStore, OpenError, Options};
use icn_dag::{Batch, Block, Blocks, MemStore, Store, StoreError};

const EIO: i32 = 5;
const EACCES: i32 = 13;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;

const KINDS: [Op; 7] = [
    Op::Create,
    Op::Write,
    Op::Cut,
    Op::Sync,
    Op::Rename,
    Op::Remove,
    Op::SyncDir,
];

fn blocks(seed: u64, count: usize, size: usize) -> Vec<Block> {
    let mut rng = Rng::new(seed);
    (0..count)
        .map(|_| Block::raw(rng.bytes(size)).unwrap())
        .collect()
}

/// Runs steps on a disk of which one change fails. Whatever was refused must not have happened.
/// Returns whether the fault was met.
fn with_one_fault(seed: u64, op: Op, after: u64, errno: i32) -> bool {
    let rig = Rig::new();
    let (mut store, mut model) = (rig.open(), MemStore::default());
    rig.disk.fail(after, Some(op), Fault::Once(errno));
    let mut met = false;
    for step in &steps(seed, 20) {
        let mut result = step.run(&mut store);
        if let Err(error) = &result {
            met = true;
            let expected = match error {
                StoreError::DiskFull => errno == ENOSPC,
                StoreError::Io { source, .. } => source.raw_os_error() == Some(errno),
                _ => false,
            };
            assert!(expected, "{op:?} {after}: {error}");
            check(&store, &model);
            // The same again, as a caller would when the cause is gone.
            result = step.run(&mut store);
        }
        result.unwrap_or_else(|error| panic!("{op:?} {after}: {error}"));
        step.run_model(&mut model);
    }
    check(&store, &model);
    drop(store);
    // Nothing that a failed sync has lost is relied on.
    let rig = rig.crash(seed + after);
    check(&rig.open(), &model);
    met
}

#[test]
fn one_fault_at_any_change_refuses_one_step_and_breaks_nothing() {
    for (op, errno) in KINDS.iter().flat_map(|&op| [(op, EIO), (op, ENOSPC)]) {
        let mut met = 0;
        for after in 0.. {
            let seed = 11 + after % 2;
            met += u32::from(with_one_fault(seed, op, after, errno));
            if after > 40 || (after > 8 && met == 0) {
                break;
            }
        }
        // What cannot be cut or removed is left for the next open.
        assert!(
            met > 0 || matches!(op, Op::Cut | Op::Remove),
            "{op:?} never failed"
        );
    }
}

#[test]
fn a_directory_that_cannot_be_written_is_named_with_the_cause() {
    for errno in [EROFS, EACCES] {
        let rig = Rig::new();
        rig.disk.fail(0, None, Fault::Always(errno));
        let error = rig.try_open().unwrap_err();
        let OpenError::Store(StoreError::Io { path, source, .. }) = &error else {
            panic!("{error}");
        };
        assert!(path.starts_with("/store") && source.raw_os_error() == Some(errno));

        rig.disk.mend();
        let (mut store, model) = (rig.open(), MemStore::default());
        rig.disk.fail(0, None, Fault::Always(errno));
        let refused = store.commit(Batch::of(blocks(1, 1, 100)));
        assert!(matches!(refused, Err(StoreError::Io { .. })), "{refused:?}");
        check(&store, &model);
        rig.disk.mend();
        store.commit(Batch::of(blocks(1, 1, 100))).unwrap();
    }
}

/// Fills a store until it refuses, and returns what is in it.
fn fill(store: &mut DiskStore, seed: u64) -> (MemStore, StoreError) {
    let mut model = MemStore::default();
    for batch in 0.. {
        let blocks = blocks(seed + batch, 10, 1_000);
        if let Err(error) = store.commit(Batch::of(blocks.clone())) {
            return (model, error);
        }
        model.commit(Batch::of(blocks)).unwrap();
    }
    unreachable!("nothing takes blocks for ever");
}

#[test]
fn a_full_disk_refuses_blocks_but_takes_drops_and_works_when_space_returns() {
    let mut rig = Rig::new();
    rig.options.segment_bytes = 100_000;
    rig.disk.set_capacity(Some(2 << 20));
    let mut store = rig.open();
    let (mut model, refused) = fill(&mut store, 100);
    assert!(matches!(refused, StoreError::DiskFull), "{refused}");
    assert!(model.len() > 500);
    check(&store, &model);

    // Something else takes what was kept in reserve.
    rig.disk.set_capacity(Some(rig.disk.used()));
    let all = model.list(None, usize::MAX).unwrap();
    let drop_some = Batch {
        drop: all[..all.len() - 10].to_vec(),
        ..Batch::default()
    };
    store.commit(drop_some.clone()).unwrap();
    model.commit(drop_some).unwrap();
    check(&store, &model);
    let refused = store.commit(Batch::of(blocks(900, 1, 1_000)));
    assert!(matches!(refused, Err(StoreError::DiskFull)));

    rig.disk.set_capacity(Some(4 << 20));
    let done = store.compact(|_| ()).unwrap();
    assert!(done.segments > 5 && done.freed_bytes > 400_000, "{done:?}");
    check(&store, &model);
    store.commit(Batch::of(blocks(900, 1, 1_000))).unwrap();
    model.commit(Batch::of(blocks(900, 1, 1_000))).unwrap();
    drop(store);
    check(&rig.open(), &model);
}

#[test]
fn a_disk_that_is_full_at_a_write_or_a_sync_refuses_and_recovers() {
    for op in [Op::Create, Op::Write, Op::Sync, Op::SyncDir] {
        let rig = Rig::new();
        let mut store = rig.open();
        let mut model = MemStore::default();
        store.commit(Batch::of(blocks(1, 3, 100))).unwrap();
        model.commit(Batch::of(blocks(1, 3, 100))).unwrap();
        rig.disk.fail(0, Some(op), Fault::Always(ENOSPC));
        for seed in 2..6 {
            let refused = store.commit(Batch::of(blocks(seed, 3, 2_000)));
            assert!(
                matches!(refused, Err(StoreError::DiskFull)),
                "{op:?}: {refused:?}"
            );
            check(&store, &model);
        }
        rig.disk.mend();
        store.commit(Batch::of(blocks(2, 3, 2_000))).unwrap();
        model.commit(Batch::of(blocks(2, 3, 2_000))).unwrap();
        check(&store, &model);
        drop(store);
        check(&rig.crash(1).open(), &model);
    }
}

#[test]
fn the_quota_is_kept_and_what_is_dropped_makes_room_again() {
    let mut rig = Rig::new();
    rig.options = Options {
        quota_bytes: 300_000,
        segment_bytes: 50_000,
        ..Options::default()
    };
    let mut store = rig.open();
    let (mut model, refused) = fill(&mut store, 500);
    let StoreError::Quota {
        used,
        quota,
        needed,
    } = refused
    else {
        panic!("{refused}");
    };
    assert!(used <= quota && used + needed > quota && quota == 300_000 && needed > 10_000);
    check(&store, &model);

    // A third goes, spread over all segments: none is mostly dead, but there must be room.
    let all = model.list(None, usize::MAX).unwrap();
    let drop_some = Batch {
        drop: all.iter().step_by(3).copied().collect(),
        ..Batch::default()
    };
    store.commit(drop_some.clone()).unwrap();
    model.commit(drop_some).unwrap();
    for seed in 700..705 {
        store.commit(Batch::of(blocks(seed, 10, 1_000))).unwrap();
        model.commit(Batch::of(blocks(seed, 10, 1_000))).unwrap();
        assert!(store.stat().segment_bytes <= 300_000);
    }
    check(&store, &model);
    drop(store);
    check(&rig.open(), &model);
}

#[test]
fn a_batch_larger_than_the_quota_moves_nothing() {
    let mut rig = Rig::new();
    rig.options.quota_bytes = 50_000;
    let mut store = rig.open();
    let kept = blocks(1, 10, 1_000);
    store.commit(Batch::of(kept.clone())).unwrap();
    let before = store.stat();
    let refused = store.commit(Batch::of(blocks(2, 60, 1_000)));
    assert!(matches!(refused, Err(StoreError::Quota { .. })));
    assert_eq!(store.stat(), before);
    assert_eq!(store.get(kept[0].cid()).unwrap().as_ref(), Some(&kept[0]));
}

#[test]
fn what_is_urgent_is_kept_beyond_the_quota_and_in_the_reserve_but_not_without_room() {
    let mut rig = Rig::new();
    rig.options.quota_bytes = 50_000;
    rig.disk.set_capacity(Some(16 << 20));
    let mut store = rig.open();
    store.commit(Batch::of(blocks(1, 40, 1_000))).unwrap();
    let more = Batch::of(blocks(2, 20, 1_000));
    assert!(store.is_full(20_000) && !store.is_full(1_000));
    assert!(matches!(
        store.commit(more.clone()),
        Err(StoreError::Quota { .. })
    ));
    store.commit_urgent(&more).unwrap();
    assert!(store.is_full(1));
    // What is left of the disk is the reserve.
    rig.disk.set_capacity(Some(rig.disk.used() * 17 / 16));
    store
        .commit_urgent(&Batch::of(blocks(3, 1, 1_000)))
        .unwrap();
    rig.disk.set_capacity(Some(rig.disk.used()));
    let refused = store.commit_urgent(&Batch::of(blocks(4, 1, 1_000)));
    assert!(matches!(refused, Err(StoreError::DiskFull)));
    drop(store);
    rig.disk.set_capacity(None);
    assert_eq!(rig.open().stat().blocks, 61);
}

#[test]
fn the_reserve_is_kept_free_but_not_for_drops() {
    let rig = Rig::new();
    rig.disk.set_capacity(Some(16 << 20));
    let mut store = rig.open();
    let first = blocks(1, 1, 1_000);
    store.commit(Batch::of(first.clone())).unwrap();
    // A sixteenth of the disk is less than the reserve that was asked for.
    rig.disk.set_capacity(Some(rig.disk.used() * 17 / 16));
    let refused = store.commit(Batch::of(blocks(2, 1, 10_000)));
    assert!(matches!(refused, Err(StoreError::DiskFull)));
    let batch = Batch {
        drop: vec![*first[0].cid()],
        ..Batch::default()
    };
    store.commit(batch).unwrap();
    Step::Compact.run(&mut store).unwrap();
    assert_eq!((store.stat().blocks, store.stat().segments), (0, 0));
}
