//! From a seat to a receipt: sealed, shown, hidden until then, given back, or lost and sent again.

use super::nodes::Behaviour;
use super::world::{World, agreed, cid, did, mana, profile, spec};
use crate::explain::Stage;
use icn_base::run::JobState;
use icn_ledger::Action;
use icn_ledger::limits::MEMO_BYTES_MAX;

#[test]
fn the_blocks_of_a_run_are_kept_and_hidden_until_the_job_has_ended() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.register("b", profile(2));
    world.set("b", Behaviour::Slow);
    let job = world.submit("val", agreed(2, 2, "val", world.now));
    world.pass(500);
    assert!(world.went_through("val", job, &Stage::Sealed(did("a"))));
    let output = cid("output");
    assert!(world.node("a").kept.contains(&output));
    assert!(world.node("a").market.hides(&output));
    world.set("b", Behaviour::Honest);
    assert_eq!(world.finish(job), JobState::Completed);
    assert!(!world.node("a").market.hides(&output));
    assert_eq!(world.refused, []);
}

#[test]
fn a_machine_that_cannot_run_gives_its_seat_to_a_spare() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.register("b", profile(2));
    world.set("a", Behaviour::Broken);
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    let returned = Stage::Returned {
        executor: did("a"),
        next: Some(did("b")),
    };
    assert!(world.went_through("val", job, &returned));
    let bonded = world.state.actor(&did("a")).unwrap().account;
    assert_eq!(bonded.bonded(), mana(0));
    let why = world.why("a", job).unwrap();
    assert!(why.len() > MEMO_BYTES_MAX, "it is remembered whole");
    assert_eq!(world.refused, [], "and cut for the book");
}

#[test]
fn without_a_spare_a_broken_machine_ends_the_job() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Broken);
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::NoBids);
    assert!(world.node("a").market.seats.is_empty());
}

#[test]
fn three_who_say_three_things_disagree() {
    let mut world = World::new(&["*val", "a", "b", "c"]);
    for (name, output) in [("a", "1"), ("b", "2"), ("c", "3")] {
        world.register(name, profile(1));
        world.set(name, Behaviour::Writes(output));
    }
    let job = world.submit("val", agreed(3, 2, "val", world.now));
    assert_eq!(world.finish(job), JobState::Disagreed);
    assert_eq!(world.refused, []);
}

#[test]
fn whoever_is_silent_makes_the_job_late_and_is_told_to_stop() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Slow);
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::Late);
    assert_eq!(world.node("a").stopped, [job]);
    assert!(world.node("a").market.is_idle());
}

#[test]
fn the_others_reveal_when_one_never_seals() {
    let mut world = World::new(&["*val", "a", "b", "c"]);
    for name in ["a", "b", "c"] {
        world.register(name, profile(1));
    }
    world.set("c", Behaviour::Slow);
    let job = world.submit("val", agreed(3, 2, "val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.refused, []);
}

#[test]
fn seals_receipts_and_declines_that_get_lost_are_sent_again() {
    for (executors, behaves) in [
        (1, Behaviour::Honest),
        (2, Behaviour::Honest),
        (1, Behaviour::Broken),
    ] {
        let mut world = World::new(&["*val", "a", "b"]);
        world.register("a", profile(1));
        world.register("b", profile(2));
        world.set("a", Behaviour::Slow);
        let job = world.submit("val", agreed(executors, executors, "val", world.now));
        world.pass(300);
        // Its run ends, and nothing that it signs gets through for a second.
        let result = if behaves == Behaviour::Broken {
            Err("no memory".into())
        } else {
            Ok(Box::new(super::nodes::ran("output")))
        };
        world.set("a", Behaviour::Mute);
        world.node("a").running.clear();
        let started = super::world::time(world.now);
        let todo = world.ask("a", |market, moment| {
            market.ran(moment, job, started, result)
        });
        world.perform("a", todo);
        world.pass(1_000);
        assert_eq!(world.node("a").acts, 1);
        world.set("a", Behaviour::Honest);
        assert_eq!(
            world.finish(job),
            JobState::Completed,
            "{executors} {behaves:?}"
        );
        assert_eq!(world.refused, []);
    }
}

#[test]
fn a_node_that_leaves_finishes_what_runs_and_takes_nothing_new() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Slow);
    let first = world.submit("val", spec("val", world.now));
    world.pass(300);
    world.leave("a");
    assert!(!world.node("a").market.is_idle(), "its run is not over");
    let second = world.submit("val", spec("val", world.now));
    world.pass(500);
    assert!(world.job(second).is_open(), "it does not bid any more");
    world.set("a", Behaviour::Honest);
    assert_eq!(world.finish(first), JobState::Completed);
    assert!(world.node("a").market.is_idle());
    world.register("b", profile(9));
    assert_eq!(world.finish(second), JobState::Completed, "b came in time");
}

#[test]
fn a_seat_that_comes_after_leaving_is_given_back_at_once() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.register("b", profile(5));
    world.set("b", Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(50);
    world.leave("a");
    assert!(!world.node("a").market.is_idle(), "its bid may get a seat");
    world.pass(300);
    let returned = Stage::Returned {
        executor: did("a"),
        next: None,
    };
    assert!(world.went_through("val", job, &returned));
    assert_eq!(world.finish(job), JobState::NoBids);
    assert!(world.node("a").market.is_idle());
}

#[test]
fn no_more_runs_are_started_than_the_executor_has_places() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Slow);
    let jobs: Vec<_> = (0..4)
        .map(|place| {
            let mut spec = spec("val", world.now);
            spec.fuel_limit = 900_000 + place;
            world.submit("val", spec)
        })
        .collect();
    let mut small = profile(1);
    small.capacity = 2;
    world.act("a", Action::RegisterExecutor { profile: small });
    world.pass(300);
    assert!(world.node("a").running.len() <= 2);
    world.set("a", Behaviour::Honest);
    for job in jobs {
        assert_eq!(world.finish(job), JobState::Completed);
    }
}
