//! What the scenarios have in common: a calm world, and somebody who acts in it.

use icn_base::run::{Agreement, Input, JobSpec, Requires};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Mana, Time};
use icn_economics::Offer;
use icn_ledger::job::Phase;
use icn_ledger::{Action, Ending, Job, Profile, SignedTx, State, TxBody};
use sim::clock::Clock;
use sim::guests::{ENGINE, Guest};
use sim::story::Story;
use sim::{Plan, World, people};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Long enough for anything that comes at all.
pub(crate) const SOON_MS: u64 = 20_000;

/// A world in calm weather, in which users do nothing by themselves.
pub(crate) fn calm(validators: usize, followers: usize) -> World {
    quiet(Plan::calm(7, validators, followers))
}

pub(crate) fn quiet(plan: Plan) -> World {
    let mut world = World::new(plan, Story::default());
    world.set_busy(false);
    world.run_for(300).unwrap();
    world
}

/// A world in which users are busy.
pub(crate) fn busy(validators: usize, followers: usize) -> World {
    let mut world = World::new(Plan::calm(7, validators, followers), Story::default());
    world
        .run_until("it begins", SOON_MS, |world| world.height() >= 3)
        .unwrap();
    world
}

/// Runs until every honest node that is up has decided this height.
pub(crate) fn all_at(world: &mut World, height: u64) {
    let there = |world: &World| {
        let mut up = world.honest().filter(|node| node.is_up());
        up.all(|node| node.height() >= height)
    };
    world.run_until("all are there", SOON_MS, there).unwrap();
}

/// The book, as the furthest node has it.
pub(crate) fn book(world: &World) -> State {
    let meshes = world.honest().filter_map(|node| node.mesh.as_ref());
    let furthest = meshes.max_by_key(|mesh| mesh.height()).unwrap();
    furthest.state().clone()
}

/// Runs until the book, at every honest node that is up, is so.
pub(crate) fn until(world: &mut World, what: &str, holds: impl Fn(&State) -> bool) {
    let all = |world: &World| {
        let mut up = world.honest().filter_map(|node| node.mesh.as_ref());
        up.all(|mesh| holds(mesh.state()))
    };
    world.run_until(what, SOON_MS, all).unwrap();
}

/// A user signs something and brings it to a node.
pub(crate) fn user(world: &mut World, name: &str, node: usize, action: Action) -> Cid {
    let (keys, state) = (people::keys(name), book(world));
    let did = keys.did();
    let body = TxBody {
        network: state.chain().network,
        from: did,
        nonce: Some(state.actor(&did).map_or(0, |actor| actor.nonce)),
        valid_until: now(world).after_ms(60_000).unwrap(),
        action,
    };
    let tx = SignedTx::sign(body, &keys);
    let id = *tx.id().cid();
    world.submit(node, tx).unwrap();
    id
}

pub(crate) fn now(world: &World) -> Time {
    Clock::default().says(world.now)
}

/// One more height, for one more record.
pub(crate) fn one_more(world: &mut World, node: usize) {
    let height = world.height() + 1;
    let cid = Cid::of(Codec::Raw, &height.to_be_bytes());
    world.act(node, Action::Anchor { cid }, 0).unwrap();
    world
        .run_until("one more height", SOON_MS, |world| world.height() >= height)
        .unwrap();
}

/// These nodes offer to work; the first of them is the cheapest.
pub(crate) fn executors(world: &mut World, nodes: &[usize]) {
    for (base, node) in (1..).zip(nodes) {
        let profile = Profile {
            capacity: 4,
            prices: Offer {
                base: Mana::new(base).unwrap(),
                per_mfuel: Mana::new(3).unwrap(),
            },
            capabilities: BTreeSet::new(),
            labels: BTreeMap::new(),
            engine: ENGINE.into(),
        };
        world
            .act(*node, Action::RegisterExecutor { profile }, 0)
            .unwrap();
    }
    let count = nodes.len();
    until(world, "executors are registered", |state| {
        state.executors().count() == count
    });
}

/// A job of a guest, at a node that coordinates it.
pub(crate) fn spec(world: &World, guest: Guest, node: usize, agreement: (u8, u8)) -> JobSpec {
    JobSpec {
        module: *guest.module().cid(),
        entry: "run".into(),
        input: Input::Inline(Bytes(b"input".to_vec())),
        reads: Vec::new(),
        fuel_limit: 1_000_000,
        memory_pages: 16,
        max_price: Mana::new(20).unwrap(),
        bid_window_ms: 300,
        deadline: now(world).after_ms(6_000).unwrap(),
        agreement: Agreement {
            executors: agreement.0,
            quorum: agreement.1,
        },
        requires: Requires::default(),
        grants: guest.grants(people::keys("bob").did()),
        coordinator: world.nodes[node].did,
        retry_of: None,
    }
}

/// A user asks for a run at a node, and waits until the job is open.
pub(crate) fn ask(world: &mut World, guest: Guest, node: usize, agreement: (u8, u8)) -> JobId {
    let spec = Arc::new(spec(world, guest, node, agreement));
    let module = vec![guest.module()];
    world.give(node, icn_mesh::Input::Put(module)).unwrap();
    let job = JobId::new(user(world, "alice", node, Action::SubmitJob { spec }));
    until(world, "the job is in the book", |state| {
        state.job(&job).is_some()
    });
    job
}

pub(crate) fn job(world: &World, id: JobId) -> Job {
    book(world).job(&id).unwrap().clone()
}

pub(crate) fn ending(job: &Job) -> Option<Ending> {
    match &job.phase {
        Phase::Ended(ended) => Some(ended.how),
        Phase::Open { .. } | Phase::Assigned(_) => None,
    }
}

/// Runs until a job is over, and says how.
pub(crate) fn end_of(world: &mut World, id: JobId) -> Ending {
    let over = |state: &State| state.job(&id).is_some_and(|job| ending(job).is_some());
    until(world, "the job is over", over);
    ending(&job(world, id)).unwrap()
}

/// Runs until a job is assigned, and says to whom.
pub(crate) fn seats_of(world: &mut World, id: JobId) -> Vec<Did> {
    let assigned = |state: &State| {
        let job = state.job(&id);
        job.is_some_and(|job| !job.is_open())
    };
    until(world, "the job is assigned", assigned);
    match &job(world, id).phase {
        Phase::Assigned(assigned) => assigned.live().map(|seat| seat.executor).collect(),
        Phase::Open { .. } | Phase::Ended(_) => Vec::new(),
    }
}

/// The number of the node with this key.
pub(crate) fn number(world: &World, did: &Did) -> usize {
    world
        .nodes
        .iter()
        .position(|node| node.did == *did)
        .unwrap()
}
