//! Bits that a disk has flipped, files that are short or gone: named, never cut and never served.

use super::sim::Rng;
use super::work::{Rig, check, dir, scratch, steps, whole};
use crate::segment::file_name;
use crate::{DiskStore, Note, OpenError};
use icn_dag::{Batch, Block, Blocks, MemStore, Store, StoreError};
use std::path::PathBuf;

fn blocks() -> Vec<Block> {
    let mut rng = Rng::new(5);
    let mut blocks: Vec<Block> = [0, 1, 90, 91, 200]
        .map(|size| Block::raw(rng.bytes(size)).unwrap())
        .to_vec();
    blocks.push(Block::cbor(&[blocks[0].cid()]).unwrap());
    blocks
}

fn segment(number: u32) -> PathBuf {
    dir().join("dag").join(file_name(number))
}

fn log() -> PathBuf {
    dir().join("store.log")
}

fn filled() -> (Rig, MemStore) {
    let (rig, mut model) = (Rig::new(), MemStore::default());
    let mut store = rig.open();
    store.commit(Batch::of(blocks())).unwrap();
    model.commit(Batch::of(blocks())).unwrap();
    assert!(store.shared().index.flush().unwrap());
    (rig, model)
}

/// The block itself, or that it is damaged. Nothing else may come.
fn sound(store: &DiskStore, block: &Block) -> bool {
    match store.get(block.cid()) {
        Ok(Some(found)) => {
            assert_eq!(&found, block);
            true
        }
        Err(StoreError::Damaged { cid, place }) => {
            assert_eq!(&cid, block.cid());
            assert!(place.contains("00000001.car at "), "{place}");
            false
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_flipped_bit_in_a_segment_is_never_served_and_putting_the_block_again_mends_it() {
    let (rig, model) = filled();
    let size = rig.disk.read(&segment(1)).len();
    let mut store = rig.open();
    let mut found = 0;
    for at in 0..size {
        let mask = 1 << (at % 8);
        rig.disk.flip(&segment(1), at, mask);
        found += blocks()
            .iter()
            .filter(|block| !sound(&store, block))
            .count();
        rig.disk.flip(&segment(1), at, mask);
    }
    let bytes: usize = blocks().iter().map(|block| block.bytes().len()).sum();
    assert_eq!(found, bytes, "each byte of each block, and nothing else");

    rig.disk.flip(&segment(1), size - 1, 1);
    let last = blocks().pop().unwrap();
    assert!(!sound(&store, &last));
    store.commit(Batch::of([last.clone()])).unwrap();
    assert!(sound(&store, &last));
    check(&store, &model);
    drop(store);
    check(&rig.open(), &model);
}

#[test]
fn an_index_built_over_a_flipped_bit_names_the_place_and_finds_all_else() {
    let (mut rig, _) = filled();
    let bytes = rig.disk.read(&segment(1));
    for at in crate::segment::prologue().len()..bytes.len() {
        let mask = 1 << (at % 8);
        rig.disk.flip(&segment(1), at, mask);
        rig.index = scratch();
        let (store, opened) = rig.try_open().unwrap();
        assert_eq!(opened.damaged, 1, "{at}: {:?}", opened.notes);
        let lost: Vec<Block> = blocks()
            .into_iter()
            .filter(|block| match store.get(block.cid()) {
                Ok(found) => found.as_ref() != Some(block),
                Err(error) => {
                    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
                    true
                }
            })
            .collect();
        assert_eq!(lost.len(), 1, "{at}: {:?}", opened.notes);
        drop(store);
        // Where it is not even known which block it was, putting it again mends as well.
        let mut store = rig.open();
        store.commit(Batch::of(lost.clone())).unwrap();
        assert_eq!(store.get(lost[0].cid()).unwrap().as_ref(), Some(&lost[0]));
        drop(store);
        let (next, model) = filled();
        check(&next.open(), &model);
        rig = next;
    }
}

#[test]
fn a_flipped_bit_in_the_log_is_named_wherever_it_is() {
    let rig = Rig::new();
    let (mut store, mut model) = (rig.open(), MemStore::default());
    for step in &steps(3, 12) {
        step.run(&mut store).unwrap();
        step.run_model(&mut model);
    }
    let end = usize::try_from(store.stat().log_bytes).unwrap();
    drop(store);
    for at in (0..end).step_by(7) {
        for bit in [0, 7] {
            rig.disk.flip(&log(), at, 1 << bit);
            let error = rig.try_open().expect_err("a changed log is not read");
            assert!(
                matches!(&error, OpenError::LogDamaged { path, .. } if path.ends_with("store.log")),
                "bit {bit} of {at}: {error}"
            );
            rig.disk.flip(&log(), at, 1 << bit);
        }
    }
    // Beyond the records nothing was acknowledged.
    rig.disk.flip(&log(), end + 3, 1);
    let (store, opened) = rig.try_open().unwrap();
    let file = "/store/store.log".to_owned();
    assert_eq!(opened.notes, [Note::Cut { file, bytes: 4 }]);
    check(&store, &model);
    drop(store);
    assert_eq!(rig.try_open().unwrap().1.notes, []);
}

#[test]
fn a_segment_that_is_short_or_gone_is_named_and_the_rest_goes_on() {
    for keep in [0, 60, 200] {
        let (rig, model) = filled();
        let bytes = rig.disk.read(&segment(1));
        rig.disk.put(&segment(1), &bytes[..keep]);
        let (mut store, opened) = rig.try_open().unwrap();
        assert_eq!(
            opened.notes,
            [Note::Short {
                file: "/store/dag/00000001.car".to_owned(),
                promised: bytes.len() as u64,
                found: keep as u64,
            }]
        );
        assert!(!sound(&store, &blocks()[4]));
        store.commit(Batch::of(blocks())).unwrap();
        check(&store, &model);
        assert!(rig.disk.read(&segment(2)).len() > 200, "appended elsewhere");
    }
}

#[test]
fn a_file_of_a_segment_that_was_removed_is_damage_not_absence() {
    let (rig, model) = filled();
    crate::disk::Disk::remove(&rig.disk, &segment(1)).unwrap();
    let (mut store, opened) = rig.try_open().unwrap();
    assert!(matches!(opened.notes[..], [Note::Short { found: 0, .. }]));
    assert!(blocks()[1..].iter().all(|block| !sound(&store, block)));
    store.commit(Batch::of(blocks())).unwrap();
    check(&store, &model);
}

#[test]
fn bytes_beyond_what_was_acknowledged_are_cut_with_a_line_that_says_so() {
    let (rig, model) = filled();
    let mut bytes = rig.disk.read(&segment(1));
    bytes.extend_from_slice(b"half a frame");
    rig.disk.put(&segment(1), &bytes);
    crate::disk::Disk::create(&rig.disk, &segment(7)).unwrap();
    let (store, opened) = rig.try_open().unwrap();
    let lines: Vec<String> = opened.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "/store/dag/00000001.car: 12 bytes of an interrupted write were cut off; they were \
             never acknowledged",
            "/store/dag/00000007.car: removed, nothing in it counts",
        ]
    );
    assert_eq!(opened.damaged, 0);
    check(&store, &model);
    assert_eq!(rig.disk.read(&segment(1)).len(), bytes.len() - 12);
}

#[test]
fn without_its_log_a_store_is_not_taken_for_a_new_one() {
    let (rig, _) = filled();
    crate::disk::Disk::remove(&rig.disk, &log()).unwrap();
    let error = rig.try_open().unwrap_err();
    assert!(matches!(error, OpenError::LogMissing { .. }), "{error}");
    assert!(
        rig.disk.read(&segment(1)).len() > 400,
        "nothing was removed"
    );
}

#[test]
fn a_log_that_was_put_back_from_an_old_copy_is_noticed() {
    let (rig, _) = filled();
    let old = rig.disk.read(&log());
    let mut store = rig.open();
    let more = Block::raw(*b"more").unwrap();
    store.commit(Batch::of([more.clone()])).unwrap();
    assert!(store.shared().index.flush().unwrap());
    drop(store);
    rig.disk.put(&log(), &old);
    let (store, opened) = rig.try_open().unwrap();
    let lines: Vec<String> = opened.notes.iter().map(ToString::to_string).collect();
    assert!(
        lines[1].contains("it knows of more than the log"),
        "{lines:?}"
    );
    assert!(!store.has(more.cid()).unwrap());
    let old: MemStore = {
        let mut model = MemStore::default();
        model.commit(Batch::of(blocks())).unwrap();
        model
    };
    assert_eq!(whole(&store).unwrap(), whole(&old).unwrap());
}

#[test]
fn a_newer_format_is_refused_with_the_version_that_reads_it() {
    let (rig, _) = filled();
    let newer = crate::log::newer_log();
    rig.disk.put(&log(), &newer);
    let error = rig.try_open().unwrap_err().to_string();
    assert!(
        error.contains("format 2, written by icn 7.3.1: use that version"),
        "{error}"
    );
}
