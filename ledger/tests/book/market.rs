//! What a node asks of the book before it acts, beside what the book then does.

use crate::world::{Setup, World, did, keys, mana, profile, spec, time};
use icn_base::JobId;
use icn_base::run::JobSpec;
use icn_economics::Offer;
use icn_ledger::job::{Phase, Work};
use icn_ledger::{Action, Bid, Job, State, Verdict, as_opened, could_sit, may_sit, may_take};
use std::sync::Arc;

/// The derived readings are what looking at every job gives.
pub(crate) fn indexes(state: &State) {
    let jobs: Vec<_> = state.jobs_after(None).collect();
    let open = jobs.iter().filter(|(_, job)| job.is_open());
    assert!(
        state
            .open_jobs()
            .map(|(id, _)| id)
            .eq(open.map(|(id, _)| *id))
    );
    for (executor, _) in state.actors() {
        let sits = |(id, job): &(&JobId, &Job)| match &job.phase {
            Phase::Assigned(assigned) => {
                let mut live = assigned.live();
                live.any(|seat| seat.executor == *executor).then_some(**id)
            }
            Phase::Open { .. } | Phase::Ended(_) => None,
        };
        let all: Vec<_> = jobs.iter().filter_map(sits).collect();
        let read: Vec<_> = state.seats(executor).map(|(id, ..)| *id).collect();
        assert_eq!(read, all, "{executor}");
    }
    let soonest = jobs.iter().filter_map(|(_, job)| job.due()).min();
    assert!(
        state
            .block_needed()
            .is_none_or(|time| time >= state.chain().time)
    );
    assert!(soonest.is_none() || state.block_needed().is_some());
}

fn offer(base: u64) -> Offer {
    Offer {
        base: mana(base),
        per_mfuel: mana(3),
    }
}

fn submit(world: &mut World, change: impl FnOnce(&mut icn_base::run::JobSpec)) -> JobId {
    let mut spec = spec("alice", world.now);
    change(&mut spec);
    let spec = Arc::new(spec);
    let tx = world.sign("alice", Action::SubmitJob { spec });
    let applied = world.block(1, std::slice::from_ref(&tx));
    assert!(matches!(applied.verdicts[..], [Verdict::Applied(_)]));
    JobId::new(*tx.id().cid())
}

fn register(world: &mut World, name: &str, capacity: u32) {
    let mut profile = profile();
    profile.capacity = capacity;
    let tx = world.sign(name, Action::RegisterExecutor { profile });
    world.block(1, &[tx]);
}

fn market() -> World {
    let setup = Setup::default().parameter("regen_amount", 0);
    let setup = setup.member("alice", 1_000).member("bob", 100);
    let mut world = World::new(&setup.member("carol", 12).member("dave", 100));
    register(&mut world, "bob", 1);
    register(&mut world, "carol", 4);
    world
}

/// What the book says beforehand, and what it does with the bid once its window is over.
fn both(world: &World, job: JobId, name: &str, base: u64, wait_ms: u64) -> [Option<u16>; 3] {
    let bid = world.bid(job, name, offer(base));
    let at = time(world.now + wait_ms);
    let sits = may_sit(&world.state, at, &job, &did(name), &offer(base));
    let takes = may_take(&world.state, at, &bid);
    let assign = Action::AssignJob {
        job,
        bids: vec![bid],
        spares: vec![],
    };
    let mut copy = world.clone();
    let tx = world.sign("alice", assign);
    let done = match copy.block(wait_ms, &[tx]).verdicts.remove(0) {
        Verdict::Applied(_) => None,
        Verdict::Failed(reject) | Verdict::Refused(reject) => Some(reject.number()),
    };
    let number = |answer: Result<(), icn_ledger::Reject>| answer.err().map(|no| no.number());
    [number(sits), number(takes), done]
}

#[test]
fn who_asks_before_bidding_is_told_what_the_book_would_say() {
    let mut world = market();
    let job = submit(&mut world, |_| {});
    let capable = submit(&mut world, |spec| {
        spec.requires.capabilities = ["tpu".to_owned()].into();
    });
    let deadline = time(world.now + 3_000);
    let short = submit(&mut world, |spec| spec.deadline = deadline);
    let nothing = JobId::new(icn_base::Cid::of(icn_base::Codec::DagCbor, b"nothing"));
    for (id, name, base, wait_ms, number) in [
        (job, "bob", 2, 300, None),
        (nothing, "bob", 2, 300, Some(300)),
        (job, "dave", 2, 300, Some(312)),
        (capable, "bob", 2, 300, Some(315)),
        (job, "bob", 18, 300, Some(319)),
        (job, "carol", 9, 300, Some(320)),
        (short, "bob", 2, 1_500, Some(307)),
    ] {
        let found = both(&world, id, name, base, wait_ms);
        assert_eq!(found, [number; 3], "{name} for {base}");
    }
    let assign = Action::AssignJob {
        job,
        bids: vec![world.bid(job, "bob", offer(2))],
        spares: vec![],
    };
    let tx = world.sign("alice", assign);
    world.block(300, &[tx]);
    let other = submit(&mut world, |_| {});
    assert_eq!(both(&world, job, "carol", 2, 300), [Some(301); 3]);
    assert_eq!(
        both(&world, other, "bob", 2, 300),
        [Some(318); 3],
        "no seat is left"
    );
    world.block(6_150, &[]);
    assert_eq!(both(&world, other, "carol", 2, 1), [None; 3]);
    world.block(100, &[]);
    assert_eq!(both(&world, other, "carol", 2, 1), [Some(306); 3]);
}

#[test]
fn a_job_that_nobody_has_submitted_is_judged_like_one_that_is_open() {
    let world = market();
    let mut plain = spec("alice", world.now);
    plain.fuel_limit = 4_000_000;
    let mut named = plain.clone();
    named.requires.allow = [did("carol")].into();
    for (spec, name, base) in [
        (&plain, "bob", 2),
        (&plain, "bob", 18),
        (&plain, "carol", 9),
        (&plain, "dave", 2),
        (&named, "bob", 2),
        (&named, "carol", 2),
    ] {
        let spec = Arc::new(spec.clone());
        let mut after = world.clone();
        let job = submit(&mut after, |submitted| *submitted = JobSpec::clone(&spec));
        let at = time(after.now);
        let sits = may_sit(&after.state, at, &job, &did(name), &offer(base));
        let row = as_opened(&world.state, at, did("alice"), &spec).unwrap();
        assert_eq!(Some(&row), after.state.job(&job));
        let could = could_sit(&world.state, at, &row, &did(name), &offer(base));
        assert_eq!(could, sits, "{name} for {base}");
    }
}

#[test]
fn a_bid_is_asked_about_with_its_own_terms() {
    let mut world = market();
    let job = submit(&mut world, |_| {});
    let terms = world.bid(job, "bob", offer(2)).terms;
    let mut engine = terms.clone();
    engine.engine = "other".into();
    let mut late = terms.clone();
    late.assign_before = time(world.now);
    let at = time(world.now + 300);
    for (terms, number) in [(terms, None), (engine, Some(317)), (late, Some(311))] {
        let bid = Bid::sign(terms, &keys("bob"), &world.network());
        let answer = may_take(&world.state, at, &bid);
        assert_eq!(answer.err().map(|reject| reject.number()), number);
    }
}

#[test]
fn an_executor_finds_its_seats_in_a_snapshot_too() {
    let mut world = market();
    register(&mut world, "dave", 1);
    let job = submit(&mut world, |spec| {
        spec.agreement.executors = 2;
        spec.agreement.quorum = 2;
    });
    let bids = ["bob", "dave"].map(|name| world.bid(job, name, offer(2)));
    let assign = Action::AssignJob {
        job,
        bids: bids.to_vec(),
        spares: vec![],
    };
    let tx = world.sign("alice", assign);
    world.block(300, &[tx]);
    let reason = String::new();
    let tx = world.sign("bob", Action::DeclineJob { job, reason });
    world.block(1, &[tx]);

    let mut car = Vec::new();
    let root = world.state.export(&mut car).unwrap();
    let again = State::import(&car[..], &root).unwrap();
    for state in [&world.state, &again] {
        indexes(state);
        assert_eq!(state.seats(&did("bob")).count(), 0, "it gave its seat back");
        let (id, row, seat) = state.seats(&did("dave")).next().unwrap();
        assert_eq!(
            (*id, row.owner, seat.work),
            (job, did("alice"), Work::Running)
        );
    }
}

#[test]
fn a_deadline_needs_a_block_that_reaches_it_and_one_after_it() {
    let mut world = market();
    let job = submit(&mut world, |_| {});
    let due = world.state.job(&job).unwrap().due().unwrap();
    assert_eq!(world.state.block_needed(), Some(due));
    world.block(due.ms_since(time(world.now)) + 5, &[]);
    assert_eq!(world.state.block_needed(), Some(time(world.now)), "at once");
    assert!(world.state.job(&job).unwrap().is_open());
    world.block(1, &[]);
    assert!(!world.state.job(&job).unwrap().is_open());
    assert_eq!(world.state.block_needed(), None);
}
