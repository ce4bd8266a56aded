//! Whatever others say, a market stays small and does nothing that the book would refuse.

use super::world::{World, cid, did, keys, profile, spec, time};
use crate::explain::Stage;
use crate::limits::{EARLY_BIDS_MAX, EARLY_PER_EXECUTOR_MAX, EXPLAINED_MAX, STAGES_MAX};
use crate::market::early::Early;
use crate::market::memory::Memory;
use crate::message::Announcement;
use crate::words::Pass;
use icn_base::run::JobState;
use icn_base::{JobId, Signature};
use icn_ledger::{Bid, Terms};

pub(super) fn bid(world: &World, job: JobId, name: &str) -> Bid {
    let terms = Terms {
        job,
        executor: did(name),
        offer: profile(1).prices,
        engine: super::world::ENGINE.into(),
        assign_before: time(world.now + 10_000),
    };
    Bid::sign(terms, &keys(name), &world.state.chain().network)
}

fn unknown(number: usize) -> JobId {
    JobId::new(cid(&format!("job {number}")))
}

#[test]
fn bids_for_unknown_jobs_are_few_per_executor_and_only_of_those_registered() {
    let mut world = World::new(&["*val", "a", "stranger"]);
    world.register("a", profile(1));
    for name in ["a", "stranger"] {
        let bids = (0..100).map(|number| bid(&world, unknown(number), name));
        let bids: Vec<Bid> = bids.collect();
        drop(world.ask("val", |market, moment| market.bids(moment, bids)));
    }
    let early = world.node("val").market.auctions.early.len();
    assert_eq!(early, EARLY_PER_EXECUTOR_MAX);
}

#[test]
fn early_bids_are_bounded_and_forgotten() {
    let world = World::new(&["*val"]);
    let mut early = Early::default();
    let mut template = bid(&world, unknown(0), "a");
    template.signature = Signature::from_bytes([0; 64]);
    for number in 0..2 * EARLY_BIDS_MAX {
        let executor = did(&format!("executor {}", number % 64));
        template.terms.executor = executor;
        template.terms.job = unknown(number);
        early.put(template.clone(), time(1_000));
        assert!(early.len() <= EARLY_BIDS_MAX);
    }
    template.terms.executor = did("late");
    assert!(early.put(template.clone(), time(60_000)));
    assert_eq!(early.len(), 1, "the others are too old");
    assert_eq!(early.take(&template.terms.job), [template]);
    assert_eq!(early.len(), 0);
}

#[test]
fn a_bid_that_comes_before_its_job_counts() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", super::nodes::Behaviour::Cut);
    let job = world.submit("val", spec("val", world.now));
    let early = bid(&world, job, "a");
    let (pass, _) = world.ask("val", |market, moment| market.bids(moment, vec![early]));
    assert_eq!(pass, Pass::Accept);
    world.pass(50);
    assert!(
        !world.job(job).is_open(),
        "nobody else was worth waiting for"
    );
}

#[test]
fn one_executor_has_one_bid_whatever_it_says_later() {
    let mut world = World::new(&["*val", "a", "b"]);
    world.register("a", profile(1));
    world.register("b", profile(1));
    world.set("b", super::nodes::Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(20);
    let mut second = bid(&world, job, "a");
    second.terms.offer.base = super::world::mana(0);
    let second = Bid::sign(second.terms, &keys("a"), &world.state.chain().network);
    let (pass, todo) = world.ask("val", |market, moment| market.bids(moment, vec![second]));
    assert_eq!(pass, Pass::Ignore);
    assert!(todo.is_empty());
    assert_eq!(world.finish(job), JobState::Completed);
    assert_eq!(world.explain("val", job).bids.len(), 1);
    assert_eq!(world.refused, []);
}

#[test]
fn prices_that_nobody_can_count_are_no_bids() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", super::nodes::Behaviour::Unheard);
    let job = world.submit("val", spec("val", world.now));
    world.pass(20);
    let mut terms = bid(&world, job, "a").terms;
    let most = icn_base::Mana::new(i64::MAX as u64).unwrap();
    (terms.offer.base, terms.offer.per_mfuel) = (most, most);
    let endless = Bid::sign(terms, &keys("a"), &world.state.chain().network);
    let (pass, _) = world.ask("val", |market, moment| market.bids(moment, vec![endless]));
    assert_eq!(pass, Pass::Ignore);
}

#[test]
fn announcements_of_strangers_and_of_unknown_jobs_are_not_passed_on() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    world.set("a", super::nodes::Behaviour::Cut);
    let job = world.submit("val", spec("val", world.now));
    world.pass(20);
    let network = world.state.chain().network;
    let cases = [
        ("val", job, Pass::Ignore),
        ("a", job, Pass::Accept),
        ("a", job, Pass::Ignore),
        ("nobody", job, Pass::Ignore),
        ("val", unknown(1), Pass::Ignore),
    ];
    for (holder, job, expected) in cases {
        let said = Announcement::sign(job, &keys(holder), &network);
        let (pass, _) = world.ask("a", |market, moment| market.announced(moment, &said));
        assert_eq!(pass, expected, "{holder}");
    }
}

#[test]
fn answers_that_nobody_asked_for_change_nothing() {
    let mut world = World::new(&["*val", "a"]);
    world.register("a", profile(1));
    let job = world.submit("val", spec("val", world.now));
    assert_eq!(world.finish(job), JobState::Completed);
    for id in [job, unknown(1)] {
        let ran = Box::new(super::nodes::ran("output"));
        let now = time(world.now);
        let todo = world.ask("a", |market, moment| market.ran(moment, id, now, Ok(ran)));
        assert!(todo.is_empty());
        let todo = world.ask("a", |market, moment| market.held(moment, id, Ok(())));
        assert!(todo.is_empty());
    }
    assert!(world.node("a").market.is_idle());
    assert_eq!(world.node("a").market.next_deadline(), None);
}

#[test]
fn stories_are_bounded_and_the_oldest_that_ended_go_first() {
    let mut memory = Memory::default();
    memory.note(unknown(0), time(1), Stage::Opened);
    for number in 1..=EXPLAINED_MAX {
        let job = unknown(number);
        memory.note(job, time(2), Stage::Opened);
        for _ in 0..STAGES_MAX {
            memory.note(job, time(2), Stage::Bid);
            memory.note(job, time(2), Stage::Fetched);
        }
        memory.note(job, time(3), Stage::Ended("done".into()));
    }
    assert!(memory.explain(&unknown(0)).is_some(), "it has not ended");
    assert!(memory.explain(&unknown(1)).is_none());
    let last = memory.explain(&unknown(EXPLAINED_MAX)).unwrap();
    assert_eq!(last.stages.len(), STAGES_MAX + 1, "the end is always told");
}
