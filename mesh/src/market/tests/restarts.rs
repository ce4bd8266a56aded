//! A node's process ends at every stage, and begins again from the book.

use super::nodes::Behaviour;
use super::world::{World, agreed, did, profile, spec};
use crate::explain::Stage;
use icn_base::run::JobState;

fn three() -> World {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.register("b", profile(2));
    world
}

#[test]
fn a_coordinator_that_begins_again_gets_its_bids_again() {
    let mut world = three();
    world.set("val", Behaviour::Mute);
    let job = world.submit("val", spec("val", world.now));
    world.pass(300);
    world.restart("val", true);
    world.set("val", Behaviour::Honest);
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.refused, []);
}

#[test]
fn an_executor_that_begins_again_before_the_assignment_bids_again() {
    let mut world = three();
    world.set("b", Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(50);
    world.restart("a", true);
    assert_eq!(world.finish(job), JobState::Completed);
    assert!(world.went_through("a", job, &Stage::Ran));
    assert_eq!(world.refused, []);
}

#[test]
fn a_run_begins_again_on_the_same_snapshot() {
    for executors in [1, 2] {
        let mut world = three();
        world.set("a", Behaviour::Slow);
        let job = world.submit("val", agreed(executors, executors, "val", world.now));
        world.pass(300);
        let before = world.node("a").running[&job].header;
        world.restart("a", true);
        assert_eq!(world.node("a").running[&job].header, before);
        world.set("a", Behaviour::Honest);
        assert_eq!(world.finish(job), JobState::Completed);
        assert_eq!(world.refused, []);
    }
}

#[test]
fn a_run_whose_snapshot_is_gone_is_declined_and_a_spare_takes_it() {
    let mut world = three();
    world.set("a", Behaviour::Slow);
    let job = world.submit("val", spec("val", world.now));
    world.pass(300);
    world.restart("a", false);
    assert_eq!(world.finish(job), JobState::Completed);
    let returned = Stage::Returned {
        executor: did("a"),
        next: Some(did("b")),
    };
    assert!(world.went_through("val", job, &returned));
}

#[test]
fn what_was_sealed_before_is_shown_after() {
    let mut world = three();
    world.set("b", Behaviour::Slow);
    let job = world.submit("val", agreed(2, 2, "val", world.now));
    world.pass(300);
    assert!(world.went_through("val", job, &Stage::Sealed(did("a"))));
    world.restart("a", true);
    world.set("b", Behaviour::Honest);
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.refused, [], "the second run has the same seal");
}

#[test]
fn a_spare_that_begins_again_still_stands_by() {
    let mut world = three();
    world.set("a", Behaviour::Slow);
    let job = world.submit("val", spec("val", world.now));
    world.pass(300);
    world.restart("b", true);
    world.set("a", Behaviour::Broken);
    assert_eq!(world.finish(job), JobState::Completed);
    assert!(world.went_through("b", job, &Stage::Ran));
}

#[test]
fn a_receipt_that_was_shown_needs_nothing_more() {
    let mut world = three();
    let job = world.submit("val", agreed(2, 2, "val", world.now));
    while !world.went_through("val", job, &Stage::Revealed(did("a"))) {
        world.pass(10);
    }
    world.restart("a", true);
    let acts = world.node("a").acts;
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.node("a").acts, acts);
}

#[test]
fn everybody_begins_again_at_once_at_any_time() {
    for after in (0..600).step_by(20) {
        let mut world = three();
        let job = world.submit("val", agreed(2, 2, "val", world.now));
        world.pass(after);
        for name in ["val", "a", "b"] {
            world.restart(name, true);
        }
        assert_eq!(world.finish(job), JobState::Completed, "{after} ms");
        for reject in &world.refused {
            // What was sent before is sent again after, and taken once.
            assert!(matches!(reject.number(), 301 | 303 | 403..=406), "{reject}");
        }
    }
}
