//! Nodes that speak to each other in one thread.
#![allow(clippy::unwrap_used, reason = "tests")]

mod world;

use icn_base::run::{Agreement, Input as JobInput, JobSpec, JobState, Requires};
use icn_base::{Bytes, Cid, Did, JobId, Mana};
use icn_ledger::Action;
use icn_mesh::Off;
use world::{World, user};

fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

fn pay(to: Did) -> Action {
    let memo = String::new();
    Action::Transfer {
        to,
        amount: mana(5),
        memo,
    }
}

fn job(world: &World, module: Cid, coordinator: Did, executors: u8, quorum: u8) -> Action {
    let spec = JobSpec {
        module,
        entry: "run".into(),
        input: JobInput::Inline(Bytes(b"in".to_vec())),
        reads: Vec::new(),
        fuel_limit: 1_000_000,
        memory_pages: 16,
        max_price: mana(50),
        bid_window_ms: 200,
        deadline: world.now.after_ms(30_000).unwrap(),
        agreement: Agreement { executors, quorum },
        requires: Requires::default(),
        grants: Vec::new(),
        coordinator,
        retry_of: None,
    };
    Action::SubmitJob { spec: spec.into() }
}

#[test]
fn alone_a_node_decides_at_once_and_is_silent_without_work() {
    let mut world = World::new(1, 0);
    let to = world::keys(1).did();
    world.submit(0, &user(), 0, pay(to));
    assert_eq!(world.height(0), 1);
    world.pass(5_000);
    assert_eq!(world.height(0), 1);
    assert!(
        world
            .effects
            .iter()
            .all(|effect| !effect.contains("refused"))
    );
    let state = world.nodes[0].mesh.state();
    assert_eq!(state.actor(&to).unwrap().account.total(), mana(5_005));
}

#[test]
fn four_nodes_and_a_follower_agree_on_every_block() {
    let mut world = World::new(4, 1);
    let to = world::keys(7).did();
    for nonce in 0..20 {
        world.submit(usize::try_from(nonce % 5).unwrap(), &user(), nonce, pay(to));
        world.pass(50);
    }
    world.pass(3_000);
    for node in 0..5 {
        assert_eq!(world.height(node), world.height(0));
        let state = world.nodes[node].mesh.state();
        assert_eq!(state.actor(&to).unwrap().account.total(), mana(5_100));
    }
}

#[test]
fn who_was_away_catches_up_and_who_starts_again_goes_on() {
    let mut world = World::new(4, 0);
    let to = world::keys(7).did();
    world.fall(3);
    for nonce in 0..10 {
        world.submit(0, &user(), nonce, pay(to));
        world.pass(5_000);
    }
    assert!(world.height(0) >= 10 && world.height(3) == 0);
    world.rise(3);
    world.pass(10_000);
    assert_eq!(world.height(3), world.height(0));
    for node in 0..4 {
        world.fall(node);
    }
    for node in 0..4 {
        world.rise(node);
    }
    world.submit(2, &user(), 10, pay(to));
    world.pass(10_000);
    assert_eq!(
        world.nodes[3]
            .mesh
            .state()
            .actor(&user().did())
            .unwrap()
            .nonce,
        11
    );
}

#[test]
fn who_has_a_clock_an_hour_off_knows_it_follows_and_knows_when_it_is_right_again() {
    const HOUR_MS: u64 = 3_600_000;
    let off = |world: &World, node: usize| world.nodes[node].mesh.clock_is_off();
    let mut world = World::new(4, 0);
    let to = world::keys(7).did();
    let mut nonce = 0;
    let mut some = |world: &mut World| {
        for _ in 0..4 {
            world.submit(0, &user(), nonce, pay(to));
            world.pass(10_000);
            nonce += 1;
        }
        assert_eq!(world.height(3), world.height(0));
    };
    some(&mut world);
    assert_eq!(off(&world, 3), None);
    world.nodes[3].ahead_ms = HOUR_MS;
    some(&mut world);
    assert!(matches!(off(&world, 3), Some(Off::Ahead(ms)) if ms > HOUR_MS - 20_000));
    // The others jump ahead, and two hours more: now it is the one that is behind.
    for node in 0..3 {
        world.nodes[node].ahead_ms = 3 * HOUR_MS;
    }
    some(&mut world);
    assert!(matches!(off(&world, 3), Some(Off::Behind(ms)) if ms > 2 * HOUR_MS - 20_000));
    assert!((0..3).all(|node| off(&world, node).is_none()));
    world.nodes[3].ahead_ms = 3 * HOUR_MS;
    some(&mut world);
    assert_eq!(off(&world, 3), None);
}

/// Four validators, and a fifth node that runs jobs; the first is given one.
fn given() -> (World, JobId) {
    let mut world = World::new(4, 1);
    world.register(4);
    world.pass(1_000);
    let module = world.module(0, b"a module");
    let coordinator = world.did(0);
    let spec = job(&world, module, coordinator, 1, 1);
    let id = JobId::new(world.submit(0, &user(), 0, spec));
    (world, id)
}

#[test]
fn a_job_runs_on_another_node_than_it_was_given_to() {
    let (mut world, id) = given();
    world.pass(3_000);
    let state = world.nodes[2].mesh.state();
    assert_eq!(
        state.job(&id).unwrap().state(),
        JobState::Completed,
        "{:#?}",
        world.effects
    );
    assert_eq!(world.nodes[4].runs, 1);
}

#[test]
fn what_waits_while_nothing_is_decided_is_told_again_and_signed_once() {
    let (mut world, id) = given();
    while world.nodes[0].mesh.state().job(&id).is_none() {
        world.pass(1);
    }
    for node in 1..4 {
        world.fall(node);
    }
    world.pass(4_000);
    let stands = |world: &World| world.nodes[0].mesh.state().job(&id).unwrap().state();
    assert_eq!(stands(&world), JobState::Open);
    assert_eq!(world.nodes[0].mesh.waiting().0, 1, "its assignment");
    for node in 1..4 {
        world.rise(node);
    }
    world.pass(12_000);
    assert_eq!(stands(&world), JobState::Completed, "{:#?}", world.effects);
}

#[test]
fn what_is_taken_while_nobody_listens_is_told_when_somebody_does() {
    let mut world = World::new(4, 1);
    world.pass(1_000);
    world.cut(4);
    let to = world::keys(3).did();
    let tx = world.submit(4, &user(), 0, pay(to));
    world.mend(4);
    // Others keep the mesh busy, so that it never looks as if something were stuck.
    for _ in 0..20 {
        world.act(0, pay(to));
        world.pass(500);
    }
    let waits = icn_base::TxId::new(tx);
    assert!(!world.nodes[4].mesh.waits(&waits), "{:#?}", world.effects);
    assert_eq!(world.height(4), world.height(0));
}

#[test]
fn alone_a_node_runs_a_job_without_waiting() {
    let mut world = World::new(1, 0);
    world.register(0);
    let module = world.module(0, b"a module");
    let coordinator = world.did(0);
    let spec = job(&world, module, coordinator, 1, 1);
    let id = JobId::new(world.submit(0, &user(), 0, spec));
    world.pass(10);
    let state = world.nodes[0].mesh.state();
    assert_eq!(
        state.job(&id).unwrap().state(),
        JobState::Completed,
        "{:#?}",
        world.effects
    );
}

#[test]
fn three_executors_seal_show_and_agree() {
    let mut world = World::new(4, 0);
    for node in 0..4 {
        world.register(node);
    }
    world.pass(1_000);
    let module = world.module(1, b"a module");
    let coordinator = world.did(1);
    let spec = job(&world, module, coordinator, 3, 2);
    let id = JobId::new(world.submit(1, &user(), 0, spec));
    world.pass(8_000);
    let state = world.nodes[2].mesh.state();
    assert_eq!(
        state.job(&id).unwrap().state(),
        JobState::Completed,
        "{:#?}",
        world.effects
    );
    assert_eq!(world.nodes.iter().map(|node| node.runs).sum::<usize>(), 3);
}

#[test]
fn a_late_node_begins_from_a_state_that_it_trusts_and_checks() {
    let mut world = World::new(4, 1);
    let to = world::keys(7).did();
    world.fall(4);
    for nonce in 0..23 {
        world.submit(0, &user(), nonce, pay(to));
        world.pass(100);
    }
    world.begin_from(4, 2);
    world.pass(5_000);
    assert!(world.height(4) > 20 && world.height(4) == world.height(0));
    world.fall(4);
    world.submit(0, &user(), 23, pay(to));
    world.pass(1_000);
    world.rise(4);
    world.pass(5_000);
    assert_eq!(world.height(4), world.height(0), "also after another start");
}
