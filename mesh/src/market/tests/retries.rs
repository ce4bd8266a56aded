//! A job of one's own that failed is tried again, elsewhere.

use super::nodes::Behaviour;
use super::world::{World, agreed, did, profile, spec};
use icn_base::JobId;
use icn_base::run::JobState;
use std::collections::BTreeSet;

#[test]
fn a_silent_executor_is_left_out_of_the_next_try() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.register("b", profile(2));
    world.set("a", Behaviour::Slow);
    let job = world.submit_with("val", spec("val", world.now), 2);
    let length = world.now + 10_000;
    assert_eq!(world.finish(job), JobState::Late);
    let again = next(&mut world, job);
    let spec = &world.job(again).spec;
    assert_eq!(spec.requires.allow, BTreeSet::from([did("b")]));
    assert!(spec.deadline.as_ms() > length);
    assert_eq!(world.node("val").retries, [(again, 1)].into());
    assert_eq!(world.finish(again), JobState::Completed);
    assert_eq!(world.node("val").retries, [].into(), "it is done");
}

#[test]
fn when_nobody_else_is_there_the_same_ones_are_tried() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Slow);
    let job = world.submit_with("val", spec("val", world.now), 1);
    assert_eq!(world.finish(job), JobState::Late);
    world.set("a", Behaviour::Honest);
    let again = next(&mut world, job);
    assert!(world.job(again).spec.requires.allow.is_empty());
    assert_eq!(world.finish(again), JobState::Completed);
}

#[test]
fn those_who_disagreed_are_left_out() {
    let mut world = World::new(&["*val", "a", "b", "c", "d"]);
    for (name, price) in [("a", 1), ("b", 1), ("c", 5), ("d", 5)] {
        world.register(name, profile(price));
    }
    world.set("b", Behaviour::Writes("a lie"));
    let job = world.submit_with("val", agreed(2, 2, "val", world.now), 1);
    assert_eq!(world.finish(job), JobState::Disagreed);
    let again = next(&mut world, job);
    let allow = world.job(again).spec.requires.allow.clone();
    assert_eq!(allow, BTreeSet::from([did("c"), did("d")]));
    assert_eq!(world.finish(again), JobState::Completed);
}

#[test]
fn a_job_is_tried_as_often_as_was_asked_for() {
    let mut world = World::new(&["*val"]);
    let mut job = world.submit_with("val", spec("val", world.now), 2);
    for _ in 0..2 {
        assert_eq!(world.finish(job), JobState::NoBids);
        job = next(&mut world, job);
    }
    assert_eq!(world.finish(job), JobState::NoBids);
    world.pass(1_000);
    assert_eq!(world.retry_of(job), None);
    assert_eq!(world.node("val").retries, [].into());
}

#[test]
fn a_start_between_two_tries_loses_none_and_makes_no_more() {
    let mut world = World::new(&["*val", "a"]);
    let job = world.submit_with("val", spec("val", world.now), 1);
    // It ends, and the node dies before its next try is in a block.
    world.set("val", Behaviour::Mute);
    assert_eq!(world.finish(job), JobState::NoBids);
    world.set("val", Behaviour::Honest);
    assert_eq!(world.node("val").retries, [(job, 1)].into());
    world.restart("val", true);
    let again = next(&mut world, job);
    world.restart("val", true);
    world.register("a", profile(1));
    assert_eq!(world.finish(again), JobState::Completed);
    world.restart("val", true);
    world.pass(1_000);
    let tries = world.state.jobs_after(None);
    let tries = tries.filter(|(_, row)| row.spec.retry_of == Some(job));
    assert_eq!(tries.count(), 1);
}

#[test]
fn a_job_that_was_done_or_is_of_another_is_not_tried_again() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    let done = world.submit_with("val", spec("val", world.now), 3);
    assert_eq!(world.finish(done), JobState::Completed);
    assert_eq!(world.node("val").retries, [].into());
    world.set("a", Behaviour::Slow);
    let mine = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(mine), JobState::Late);
    world.pass(1_000);
    assert_eq!(world.retry_of(mine), None, "nobody asked for it");
}

fn next(world: &mut World, job: JobId) -> JobId {
    for _ in 0..10 {
        if let Some(again) = world.retry_of(job) {
            return again;
        }
        world.pass(10);
    }
    panic!("it is tried again");
}
