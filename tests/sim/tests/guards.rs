//! Each guard, taken away, is missed by some check within a hundred seeds.
//!
//! `cargo test -p sim --features faults --test guards -- --nocapture` tells what was found.
#![cfg(feature = "faults")]

use icn_mesh::Fault;
use sim::story::Story;
use sim::{Plan, run};

/// True if something is found in one of a hundred seeds; it tells what, and in which.
fn found(fault: Fault) -> bool {
    (0..100).any(|seed| {
        let mut plan = Plan::of(seed);
        plan.removed = Some(fault);
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
    assert!(found(Fault::Order(icn_consensus::Fault::Highest)));
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
