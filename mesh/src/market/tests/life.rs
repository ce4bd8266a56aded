//! From a job to its seats: bids, windows, choices, and coordinators that are not there.

use super::hostile::bid;
use super::nodes::Behaviour;
use super::world::{World, agreed, did, mana, profile, spec};
use crate::explain::{Fate, Stage};
use crate::mempool::Mempool;
use icn_base::run::JobState;
use icn_ledger::Action;
use icn_ledger::job::Phase;

#[test]
fn a_lone_node_does_not_wait_for_anyone() {
    let mut world = World::new(&["*solo"]);
    world.register("solo", profile(1));
    let opened = world.now;
    let job = world.submit("solo", spec("solo", opened));
    assert_eq!(world.finish(job), JobState::Completed);
    assert!(world.now - opened < 100, "{} ms", world.now - opened);
    assert_eq!(world.refused, []);
    let story = world.explain("solo", job);
    let stages: Vec<Stage> = story.stages.into_iter().map(|(_, stage)| stage).collect();
    let me = did("solo");
    let expected = [
        Stage::Opened,
        Stage::Fetched,
        Stage::Announced,
        Stage::Bid,
        Stage::Assigned(vec![me]),
        Stage::Running,
        Stage::Ran,
        Stage::Revealed(me),
    ];
    assert_eq!(stages[..8], expected);
    assert!(matches!(stages[8], Stage::Ended(_)));
    assert_eq!(
        world.fate("solo", job, "solo"),
        Some(Fate::Chosen { rank: 1 })
    );
}

#[test]
fn two_of_three_seal_reveal_and_are_paid() {
    let mut world = World::new(&["*val", "a", "b", "c"]);
    for (name, price) in [("a", 1), ("b", 2), ("c", 3)] {
        world.register(name, profile(price));
    }
    world.set("c", Behaviour::Writes("a lie"));
    let job = world.submit("val", agreed(3, 2, "val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.refused, []);
    let winner = world.job(job);
    let Phase::Ended(ended) = &winner.phase else {
        panic!("it has ended");
    };
    assert_eq!(ended.receipts.len(), 3);
    for name in ["a", "b", "c"] {
        assert!(world.went_through("val", job, &Stage::Sealed(did(name))));
        assert!(world.went_through("val", job, &Stage::Revealed(did(name))));
    }
}

#[test]
fn the_cheapest_gets_the_seat_and_the_others_stand_by() {
    let mut world = World::new(&["*val", "a", "b", "c"]);
    for (name, price) in [("a", 3), ("b", 1), ("c", 2)] {
        world.register(name, profile(price));
    }
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    let fates = ["b", "c", "a"].map(|name| world.fate("val", job, name).unwrap());
    let expected = [
        Fate::Chosen { rank: 1 },
        Fate::Spare { rank: 2 },
        Fate::Spare { rank: 3 },
    ];
    assert_eq!(fates, expected);
    assert!(world.went_through("b", job, &Stage::Ran));
    assert!(!world.went_through("a", job, &Stage::Running));
}

#[test]
fn whoever_qualifies_is_waited_for_until_the_window_ends_and_no_longer() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(5));
    world.register("b", profile(1));
    world.set("b", Behaviour::Unheard);
    let opened = world.now;
    let job = world.submit("val", spec("val", opened));
    world.pass(150);
    assert!(world.job(job).is_open(), "b could still bid");
    world.pass(100);
    assert!(!world.job(job).is_open());
    assert_eq!(world.fate("val", job, "a"), Some(Fate::Chosen { rank: 1 }));
    assert_eq!(world.refused, []);
}

#[test]
fn a_bid_that_comes_too_late_is_remembered_as_such() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(5));
    world.register("b", profile(1));
    world.set("b", Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(30);
    let bid = world.node("b").market.auctions.open[&job].bids[&did("b")].clone();
    assert_eq!(world.finish(job), JobState::Completed);
    let (pass, todo) = world.ask("val", |market, moment| market.bids(moment, vec![bid]));
    assert_eq!(pass, crate::words::Pass::Ignore);
    assert!(todo.is_empty());
    let fate = world.fate("val", job, "b");
    assert!(
        matches!(fate, Some(Fate::Refused { number: 301, .. })),
        "{fate:?}"
    );
}

#[test]
fn an_executor_that_asks_too_much_passes_and_says_why() {
    let mut world = World::new(&["*val", "dear", "fair"]);
    world.register("dear", profile(50));
    world.register("fair", profile(1));
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.node("dear").bids, 0);
    let why = world.why("dear", job).unwrap();
    assert!(why.contains("51"), "{why}");
}

#[test]
fn a_bid_that_the_book_would_refuse_is_refused_with_its_number() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(20);
    let mut terms = world.node("a").market.auctions.open[&job].bids[&did("a")]
        .terms
        .clone();
    terms.offer.base = mana(500);
    let network = world.state.chain().network;
    let bid = icn_ledger::Bid::sign(terms, &super::world::keys("a"), &network);
    let (_, todo) = world.ask("val", |market, moment| market.bids(moment, vec![bid]));
    world.perform("val", todo);
    assert!(matches!(
        world.fate("val", job, "a"),
        Some(Fate::Refused { number: 319, .. })
    ));
    assert_eq!(world.finish(job), JobState::NoBids);
    assert_eq!(world.refused, []);
}

#[test]
fn when_the_coordinator_is_silent_the_validators_assign_in_turn() {
    let mut world = World::new(&["*v1", "*v2", "*v3", "ghost", "a", "owner"]);
    world.register("a", profile(1));
    world.set("ghost", Behaviour::Off);
    world.set("owner", Behaviour::Off);
    let job = world.submit("owner", spec("ghost", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.refused, []);
    let acts = ["v1", "v2", "v3"].map(|name| world.node(name).acts);
    assert_eq!(acts.iter().sum::<usize>(), 1, "one of them was enough");
}

#[test]
fn when_the_coordinator_is_silent_the_owner_comes_first() {
    let mut world = World::new(&["*val", "ghost", "a", "owner"]);
    world.register("a", profile(1));
    world.set("ghost", Behaviour::Off);
    let job = world.submit("owner", spec("ghost", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!((world.node("owner").acts, world.node("val").acts), (1, 0));
}

#[test]
fn while_an_assignment_waits_nobody_signs_another_nor_bids_again() {
    let mut world = World::new(&["*v1", "*v2", "ghost", "a", "owner"]);
    world.register("a", profile(1));
    world.set("ghost", Behaviour::Off);
    world.set("owner", Behaviour::Off);
    let job = world.submit("owner", spec("ghost", world.now));
    world.pass(3_300);
    let bids = world.node("a").bids;
    let assign = Action::AssignJob {
        job,
        bids: vec![bid(&world, job, "a")],
        spares: vec![],
    };
    let acts = ["v1", "v2"].map(|name| world.node(name).acts);
    assert_eq!(acts, [0, 0], "it is nobody's turn yet");
    world.stall("v1", assign);
    world.set("v1", Behaviour::Off);
    world.pass(1_800);
    assert!(world.job(job).is_open());
    assert_eq!(world.node("v2").acts, 0);
    assert_eq!(world.node("a").bids, bids);
    world.mempool = Mempool::default();
    assert_eq!(world.finish(job), JobState::Completed);
}

#[test]
fn an_assignment_that_got_lost_is_sent_again() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("val", Behaviour::Mute);
    let job = world.submit("val", spec("val", world.now));
    world.pass(500);
    assert!(world.job(job).is_open());
    world.set("val", Behaviour::Honest);
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.node("val").acts, 2);
}

#[test]
fn a_bid_that_got_lost_is_told_again() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(1_000);
    assert!(world.job(job).is_open());
    world.set("a", Behaviour::Honest);
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.node("a").bids, 2);
}

#[test]
fn many_jobs_at_once_are_run_by_one_executor_as_it_has_room() {
    let mut world = World::new(&["*solo"]);
    world.register("solo", profile(1));
    let jobs: Vec<_> = (0..40)
        .map(|place| {
            let mut spec = spec("solo", world.now);
            spec.fuel_limit = 900_000 + place;
            world.submit("solo", spec)
        })
        .collect();
    for job in jobs {
        assert_eq!(world.finish(job), JobState::Completed);
    }
    assert_eq!(world.refused, [], "never more seats than there are");
}

#[test]
fn nobody_bids_whose_blocks_do_not_come() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", Behaviour::Cut);
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::NoBids);
    let a = world.node("a");
    assert_eq!((a.bids, a.wanted.len()), (0, 0), "and wants them no more");
}

#[test]
fn engines_are_not_mixed() {
    let mut world = World::new(&["*val", "a", "b", "c"]);
    let mut other = profile(1);
    other.engine = "other".into();
    world.register("a", other);
    world.register("b", profile(2));
    world.register("c", profile(3));
    let job = world.submit("val", agreed(2, 2, "val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    let fate = world.fate("val", job, "a");
    assert!(
        matches!(fate, Some(Fate::Refused { number: 317, .. })),
        "{fate:?}"
    );
    assert_eq!(world.refused, []);
}
