//! The power goes at any write and any sync: every acknowledged step is there afterwards, and of
//! the one that was not, all or nothing.

use super::sim::Fault;
use super::work::{Rig, Step, check, steps, whole};
use icn_dag::MemStore;

const EIO: i32 = 5;

/// Runs steps until the disk stops at the change after `ops` of them. Returns the model of what
/// was acknowledged, and the step that was not.
fn until_crash(rig: &Rig, steps: &[Step], ops: u64) -> (MemStore, Option<Step>) {
    let mut model = MemStore::default();
    rig.disk.fail(ops, None, Fault::Always(EIO));
    let Ok((mut store, _)) = rig.try_open() else {
        return (model, None);
    };
    for step in steps {
        if step.run(&mut store).is_err() {
            return (model, Some(step.clone()));
        }
        step.run_model(&mut model);
    }
    (model, None)
}

fn crash_at(seed: u64, steps: &[Step], ops: u64) {
    let rig = Rig::new();
    let (mut model, open) = until_crash(&rig, steps, ops);
    let rig = rig.crash(seed);
    let (store, opened) = rig.try_open().unwrap_or_else(|error| {
        panic!("seed {seed}, {ops} changes: {error}");
    });
    assert_eq!(
        opened.damaged, 0,
        "seed {seed}, {ops} changes: {:?}",
        opened.notes
    );
    let found = whole(&store).unwrap();
    if found != whole(&model).unwrap() {
        let open = open.expect("with every step acknowledged, nothing can be missing");
        open.run_model(&mut model);
        assert_eq!(
            found,
            whole(&model).unwrap(),
            "seed {seed}, {ops} changes: {open:?}"
        );
    }
    check(&store, &model);
    // And it works on.
    let (mut store, more) = (store, super::work::steps(seed ^ 0xabc, 5));
    for step in &more {
        step.run(&mut store).unwrap();
        step.run_model(&mut model);
    }
    check(&store, &model);
    drop(store);
    check(&rig.open(), &model);
}

#[test]
fn a_crash_at_any_change_loses_nothing_that_was_acknowledged() {
    for seed in 1..=4 {
        let steps = steps(seed, 24);
        let rig = Rig::new();
        let (mut store, _) = rig.try_open().unwrap();
        for step in &steps {
            step.run(&mut store).unwrap();
        }
        let changes = rig.disk.ops();
        assert!(changes > 60, "only {changes}");
        for ops in 0..changes {
            crash_at(seed * 1_000 + ops, &steps, ops);
        }
    }
}
