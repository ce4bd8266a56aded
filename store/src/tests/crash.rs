//! The power goes at any write and any sync: every acknowledged step is there afterwards, and of
//! the one that was not, all or nothing.

use super::sim::Fault;
use super::work::{Rig, Step, check, steps, whole};
use icn_dag::MemStore;

const EIO: i32 = 5;

/// Runs steps until the disk has failed for good. Returns the model of what was acknowledged, and
/// the steps that were refused since.
fn until_crash(rig: &Rig, steps: &[Step], ops: u64, fault: Fault) -> (MemStore, Vec<Step>) {
    let (mut model, mut refused) = (MemStore::default(), Vec::new());
    rig.disk.fail(ops, None, fault);
    let Ok((mut store, _)) = rig.try_open() else {
        return (model, refused);
    };
    for step in steps {
        let result = step.run(&mut store);
        if matches!(step, Step::Flush | Step::Shorten) {
            // They change nothing, and may be put off: what they say proves nothing.
            continue;
        }
        if result.is_err() {
            refused.push(step.clone());
            if refused.len() > 3 {
                break;
            }
        } else {
            step.run_model(&mut model);
            refused.clear();
        }
    }
    (model, refused)
}

fn crash_at(seed: u64, steps: &[Step], ops: u64, fault: Fault) {
    let rig = Rig::new();
    let (mut model, refused) = until_crash(&rig, steps, ops, fault);
    let rig = rig.crash(seed);
    let at = format!("seed {seed}, {fault:?} after {ops} changes");
    let (mut store, opened) = rig
        .try_open()
        .unwrap_or_else(|error| panic!("{at}: {error}"));
    assert_eq!(opened.damaged, 0, "{at}: {:?}", opened.notes);
    let found = whole(&store).unwrap();
    if found != whole(&model).unwrap() {
        // Then one of those that were refused is there, as a whole.
        let one_more = refused.iter().find_map(|step| {
            let mut more = model.clone();
            step.run_model(&mut more);
            (whole(&more).unwrap() == found).then_some(more)
        });
        model = one_more.unwrap_or_else(|| panic!("{at}: neither all nor nothing"));
    }
    check(&store, &model);
    // And it works on.
    for step in &super::work::steps(seed ^ 0xabc, 5) {
        step.run(&mut store).unwrap();
        step.run_model(&mut model);
    }
    check(&store, &model);
    drop(store);
    check(&rig.open(), &model);
}

/// How many changes of the disk the steps come to.
fn changes(steps: &[Step]) -> u64 {
    let rig = Rig::new();
    let mut store = rig.open();
    for step in steps {
        step.run(&mut store).unwrap();
    }
    rig.disk.ops()
}

#[test]
fn a_crash_at_any_change_loses_nothing_that_was_acknowledged() {
    for seed in 1..=3 {
        let steps = steps(seed, 24);
        let changes = changes(&steps);
        assert!(changes > 60, "only {changes}");
        for ops in 0..changes {
            crash_at(seed * 1_000 + ops, &steps, ops, Fault::Always(EIO));
        }
    }
}

#[test]
fn a_crash_soon_after_a_fault_loses_nothing_either() {
    let steps = steps(5, 12);
    for ops in 0..changes(&steps) {
        for more in 0..6 {
            let fault = Fault::OnceAndAfter(EIO, more);
            crash_at(ops * 10 + more, &steps, ops, fault);
        }
    }
}
