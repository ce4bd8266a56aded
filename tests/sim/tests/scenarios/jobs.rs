//! Jobs whose parties stop or lie.

use crate::stage::{
    ask, book, calm, end_of, ending, executors, job, number, quiet, seats_of, spec, until,
};
use icn_base::Did;
use icn_ledger::{Action, Ending, State};
use sim::guests::Guest;
use sim::liars::Lie;
use sim::plan::Odd;
use sim::{Plan, people};
use std::sync::Arc;

fn held(state: &State, did: &Did) -> u64 {
    let actor = state.actor(did);
    actor.map_or(0, |actor| actor.account.held().units())
}

#[test]
fn an_executor_that_dies_in_its_run_loses_its_bond_and_the_retry_runs_elsewhere() {
    let mut world = calm(4, 2);
    executors(&mut world, &[4, 5]);
    let asked = Arc::new(spec(&world, Guest::Slow, 0, (1, 1)));
    let module = vec![Guest::Slow.module()];
    world.give(0, icn_mesh::Input::Put(module)).unwrap();
    world.act(0, Action::SubmitJob { spec: asked }, 2).unwrap();
    until(&mut world, "the job is in the book", |state| {
        state.jobs_after(None).count() == 1
    });
    let first = *book(&world).jobs_after(None).next().unwrap().0;
    let seats = seats_of(&mut world, first);
    let executor = seats[0];
    let dead = number(&world, &executor);
    world.stop(dead);
    assert_eq!(end_of(&mut world, first), Ending::Late);
    let state = book(&world);
    let left = state.actor(&executor).unwrap().account;
    assert!(left.bonded().is_zero());
    assert_eq!(world.hits.count("bond forfeited"), 1);
    until(&mut world, "it is tried again", |state| {
        state.jobs_after(None).count() == 2
    });
    let again = book(&world);
    let mut jobs = again.jobs_after(None);
    let (second, _) = jobs.find(|(id, _)| **id != first).unwrap();
    let second = *second;
    let seats = seats_of(&mut world, second);
    assert!(!seats.contains(&executor) && !seats.is_empty());
    assert_eq!(end_of(&mut world, second), Ending::Completed);
    assert_eq!(held(&book(&world), &world.nodes[0].did), 0);
    world.start(dead).unwrap();
    world.finish().unwrap();
}

#[test]
fn a_coordinator_that_dies_before_it_assigns_costs_nobody_anything() {
    let mut world = calm(4, 2);
    executors(&mut world, &[4, 5]);
    let alice = people::keys("alice").did();
    let before = book(&world).actor(&alice).unwrap().account.total();
    let job_id = ask(&mut world, Guest::Writes, 3, (1, 1));
    world.stop(3);
    // Others assign it, if it can be run without what the dead one had; else it is refunded.
    let how = end_of(&mut world, job_id);
    assert!(matches!(how, Ending::Completed | Ending::NoBids), "{how:?}");
    assert_eq!(held(&book(&world), &alice), 0);
    let after = book(&world).actor(&alice).unwrap().account.total();
    assert!(how != Ending::NoBids || after.units() + 2 >= before.units());
    world.start(3).unwrap();
    world.finish().unwrap();
}

#[test]
fn a_coordinator_that_dies_after_it_has_assigned_is_missed_by_nobody() {
    let mut world = calm(4, 2);
    executors(&mut world, &[4, 5]);
    let job_id = ask(&mut world, Guest::Writes, 3, (1, 1));
    assert_eq!(seats_of(&mut world, job_id).len(), 1);
    world.stop(3);
    assert_eq!(end_of(&mut world, job_id), Ending::Completed);
    world.start(3).unwrap();
    world.finish().unwrap();
}

#[test]
fn receipts_that_disagree_end_a_job_and_all_evidence_is_kept() {
    let mut plan = Plan::calm(7, 4, 2);
    plan.odd = vec![Odd::Lies(Lie::FalseReceipt)];
    let mut world = quiet(plan);
    executors(&mut world, &[0, 4, 5]);
    let job_id = ask(&mut world, Guest::Writes, 3, (3, 3));
    assert_eq!(end_of(&mut world, job_id), Ending::Disagreed);
    let ended = job(&world, job_id);
    assert_eq!(ending(&ended), Some(Ending::Disagreed));
    let state = book(&world);
    let icn_ledger::job::Phase::Ended(ended) = ended.phase else {
        unreachable!("it has ended")
    };
    assert_eq!(ended.receipts.len(), 3);
    let claims = ended
        .receipts
        .iter()
        .map(|cid| state.receipt(cid).unwrap().claim);
    assert_eq!(claims.collect::<std::collections::BTreeSet<_>>().len(), 2);
    world.finish().unwrap();
}

#[test]
fn two_who_agree_overrule_one_who_lies() {
    let mut plan = Plan::calm(7, 4, 2);
    plan.odd = vec![Odd::Lies(Lie::FalseReceipt)];
    let mut world = quiet(plan);
    executors(&mut world, &[0, 4, 5]);
    let liar = world.nodes[0].did;
    let before = book(&world).actor(&liar).unwrap().account.total();
    let job_id = ask(&mut world, Guest::Pays, 3, (3, 2));
    assert_eq!(end_of(&mut world, job_id), Ending::Completed);
    let state = book(&world);
    assert!(state.actor(&liar).unwrap().account.total() < before);
    assert_eq!(state.executors().count(), 3);
    world.finish().unwrap();
}
