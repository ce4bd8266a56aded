//! The index can be lost or spoilt in any way: it is built again, and nothing is missing.

use super::sim::Rng;
use super::work::{Rig, Step, check, scratch, steps};
use crate::Note;
use icn_dag::{Batch, Block, Blocks, MemStore, Store, StoreError};
use std::path::{Path, PathBuf};

/// A store with runs in sled, more entries in memory, and its model.
fn filled(rig: &Rig) -> MemStore {
    let (mut store, mut model) = (rig.open(), MemStore::default());
    let mut rng = Rng::new(9);
    for batch in 0..6 {
        let blocks: Vec<Block> = (0..200)
            .map(|_| Block::raw(rng.bytes(40)).unwrap())
            .collect();
        let batch = Batch {
            drop: model.list(None, batch * 3).unwrap(),
            ..Batch::of(blocks)
        };
        store.commit(batch.clone()).unwrap();
        model.commit(batch).unwrap();
        Step::Flush.run(&mut store).unwrap();
    }
    check(&store, &model);
    model
}

#[expect(clippy::disallowed_methods, reason = "sled keeps its own files")]
fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "sled keeps its own files")]
fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

fn sled_file(rig: &Rig) -> PathBuf {
    rig.place().index.join("db")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "sled keeps its own files")]
fn an_earlier_handle_that_has_not_let_go_yet_is_waited_for() {
    let rig = Rig::new();
    let model = filled(&rig);
    let held = std::fs::File::open(sled_file(&rig)).unwrap();
    held.lock().unwrap();
    let holder = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        drop(held);
    });
    let (store, opened) = rig.try_open().unwrap();
    assert_eq!(opened.notes, []);
    check(&store, &model);
    holder.join().unwrap();
}

#[test]
fn a_deleted_index_is_built_again() {
    let mut rig = Rig::new();
    let model = filled(&rig);
    rig.index = scratch();
    let (store, opened) = rig.try_open().unwrap();
    let [Note::Rebuilt { reason, blocks }] = &opened.notes[..] else {
        panic!("{:?}", opened.notes);
    };
    assert_eq!(*blocks, model.len() as u64);
    assert_eq!(reason, "there was none, or it was not finished");
    check(&store, &model);
    drop(store);
    let (store, opened) = rig.try_open().unwrap();
    assert_eq!(opened.notes, []);
    check(&store, &model);
}

#[test]
fn an_index_built_on_demand_tells_how_far_it_is() {
    let rig = Rig::new();
    let model = filled(&rig);
    let mut last = crate::Progress::default();
    let place = rig.place();
    let (store, opened) = place
        .open(rig.options, None, true, &mut |progress| last = progress)
        .unwrap();
    assert_eq!(
        (last.blocks, last.bytes),
        (model.len() as u64, last.bytes_total)
    );
    assert!(last.bytes > 10_000);
    assert!(matches!(&opened.notes[..], [Note::Rebuilt { .. }]));
    check(&store, &model);
}

#[test]
fn garbage_in_sleds_files_is_survived() {
    let mut rng = Rng::new(1);
    let mut noticed = 0;
    for round in 0..40 {
        let rig = Rig::new();
        let model = filled(&rig);
        let mut bytes = read(&sled_file(&rig));
        let written = bytes.iter().rposition(|&byte| byte != 0).unwrap();
        match round % 4 {
            0 => (0..20).for_each(|_| bytes[rng.below(written)] ^= 1 << rng.below(8)),
            1 => {
                let start = rng.below(written);
                let noise = rng.bytes(400);
                let end = bytes.len().min(start + noise.len());
                bytes[start..end].copy_from_slice(&noise[..end - start]);
            }
            2 => bytes.truncate(rng.below(written)),
            _ => bytes[rng.below(written)..].fill(0),
        }
        write(&sled_file(&rig), &bytes);
        let (store, opened) = rig.try_open().unwrap();
        // sled goes back to some earlier state, or to none; the log has the rest.
        let behind = store.stat().index.in_memory > 0;
        noticed += u32::from(behind || !opened.notes.is_empty());
        check(&store, &model);
        drop(store);
        check(&rig.open(), &model);
    }
    assert!(noticed > 20, "only {noticed} of 40 had an effect");
}

#[test]
fn what_sled_finds_too_late_stops_the_store_and_opening_it_again_mends_it() {
    let rig = Rig::new();
    let (mut store, mut model) = (rig.open(), MemStore::default());
    let blocks = (0..20_000_u32).map(|n| Block::raw(n.to_be_bytes()).unwrap());
    let batch = Batch::of(blocks);
    store.commit(batch.clone()).unwrap();
    model.commit(batch).unwrap();
    Step::Flush.run(&mut store).unwrap();
    drop(store);

    // Open, but with few pages read.
    let mut store = rig.open();
    let mut bytes = read(&sled_file(&rig));
    bytes[50_000..].iter_mut().for_each(|byte| *byte = !*byte);
    write(&sled_file(&rig), &bytes);
    let all = model.list(None, usize::MAX).unwrap();
    let error = all
        .iter()
        .find_map(|cid| store.get(cid).err())
        .expect("no page can be read");
    assert!(matches!(error, StoreError::Stopped(_)), "{error}");
    let refused = store.commit(Batch::of([Block::raw(*b"more").unwrap()]));
    assert!(
        matches!(refused, Err(StoreError::Stopped(_))),
        "{refused:?}"
    );
    assert!(store.stat().index.fault.is_some());
    drop(store);

    let (store, opened) = rig.try_open().unwrap();
    assert!(
        matches!(opened.notes[..], [Note::Rebuilt { .. }]),
        "{:?}",
        opened.notes
    );
    check(&store, &model);
}

#[test]
fn other_files_of_sleds_can_be_anything() {
    for name in ["conf", "db", "snap.0000000000000000"] {
        for content in [&b""[..], b"garbage that is no file of sled's"] {
            let rig = Rig::new();
            let model = filled(&rig);
            write(&rig.place().index.join(name), content);
            check(&rig.open(), &model);
        }
    }
}

#[test]
fn an_index_of_another_store_is_not_taken() {
    let (mut rig, other) = (Rig::new(), Rig::new());
    let (model, _) = (filled(&rig), filled(&other));
    rig.index = other.index;
    let (store, opened) = rig.try_open().unwrap();
    let line = opened.notes[0].to_string();
    assert!(line.contains("it belongs to another store"), "{line}");
    check(&store, &model);
}

#[test]
fn runs_are_merged_and_forget_what_is_gone() {
    let rig = Rig::new();
    let (mut store, mut model) = (rig.open(), MemStore::default());
    for step in steps(21, 120) {
        step.run(&mut store).unwrap();
        step.run_model(&mut model);
        Step::Flush.run(&mut store).unwrap();
    }
    let stat = store.stat().index;
    assert!(stat.runs <= 8, "{stat:?}");
    check(&store, &model);
    drop(store);
    let (store, opened) = rig.try_open().unwrap();
    assert_eq!(opened.notes, []);
    check(&store, &model);
}

#[test]
fn a_reader_sees_every_block_while_runs_merge_and_segments_go() {
    let rig = Rig::new();
    let (mut store, mut rng) = (rig.open(), Rng::new(4));
    let kept: Vec<Block> = (0..300)
        .map(|_| Block::raw(rng.bytes(60)).unwrap())
        .collect();
    store.commit(Batch::of(kept.clone())).unwrap();
    let (reader, stop) = (store.reader(), std::sync::atomic::AtomicBool::new(false));
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut reads = 0_u64;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                for block in &kept {
                    assert_eq!(reader.get(block.cid()).unwrap().as_ref(), Some(block));
                    reads += 1;
                }
            }
            reads
        });
        for _ in 0..60 {
            let passing: Vec<Block> = (0..40)
                .map(|_| Block::raw(rng.bytes(70)).unwrap())
                .collect();
            let drop = passing.iter().map(|block| *block.cid()).collect();
            store.commit(Batch::of(passing)).unwrap();
            let batch = Batch {
                drop,
                ..Batch::default()
            };
            store.commit(batch).unwrap();
            Step::Compact.run(&mut store).unwrap();
            Step::Flush.run(&mut store).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reading.join().unwrap() > 300);
    });
    assert_eq!(store.stat().blocks, 300);
}
