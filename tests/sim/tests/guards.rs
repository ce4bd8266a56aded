//! Each guard, taken away, is missed by some check within a hundred seeds.
//!
//! `cargo test -p sim --features faults --test guards -- --nocapture` tells what was found.
#![cfg(feature = "faults")]

use icn_mesh::Fault;
use sim::plan::Odd;
use sim::story::Story;
use sim::{Plan, run};

/// True if something is found in one of a hundred seeds; it tells what, and in which.
fn found(fault: Fault) -> bool {
    found_in(fault, |_| {})
}

/// The same, where each of the meshes is changed so that it often comes to what the guard is for.
fn found_in(fault: Fault, change: impl Fn(&mut Plan)) -> bool {
    (0..100).any(|seed| {
        let mut plan = Plan::of(seed);
        plan.removed = Some(fault);
        change(&mut plan);
        let report = run(plan, Story::default());
        if let Some(what) = &report.violation {
            println!("{fault:?}: seed {seed}: {what}");
        }
        report.violation.is_some()
    })
}

#[test]
fn votes_that_leave_before_the_log_has_them_are_missed() {
    assert!(found(Fault::Order(icn_consensus::Fault::LateLog)));
}

#[test]
fn a_node_that_forgets_what_it_signed_is_missed() {
    // Only a disk that loses its log makes a node forget, and few meshes have one.
    let bad_disk = |plan: &mut Plan| plan.odd = vec![Odd::BadDisk];
    let fault = Fault::Order(icn_consensus::Fault::Highest);
    assert!(found_in(fault, bad_disk));
}

#[test]
fn signatures_for_any_network_are_missed() {
    assert!(found(Fault::Order(icn_consensus::Fault::Domain)));
}

#[test]
fn certificates_that_nobody_checks_are_missed() {
    assert!(found(Fault::Certificate));
}

#[test]
fn a_job_that_can_be_settled_again_is_missed() {
    assert!(found(Fault::Book(icn_ledger::Fault::DoubleSettle)));
}

#[test]
fn a_hold_that_is_not_released_is_missed() {
    assert!(found(Fault::Book(icn_ledger::Fault::HoldRelease)));
}
