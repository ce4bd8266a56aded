//! Each guard, taken away, is missed by some check within a hundred seeds.
//!
//! `cargo test -p sim --features faults --test guards`
#![cfg(feature = "faults")]

use icn_mesh::Fault;
use sim::story::Story;
use sim::{Plan, run};

/// The seed and what was found in it.
fn found(fault: Fault) -> Option<(u64, String)> {
    (0..100).find_map(|seed| {
        let mut plan = Plan::of(seed);
        plan.removed = Some(fault);
        let report = run(plan, Story::default());
        report.violation.map(|what| (seed, what.to_string()))
    })
}

#[test]
fn a_log_that_is_late_is_missed() {
    let found = found(Fault::Order(icn_consensus::Fault::LateLog));
    assert!(found.is_some());
}

#[test]
fn signatures_for_any_network_are_missed() {
    let found = found(Fault::Order(icn_consensus::Fault::Domain));
    assert!(found.is_some());
}

#[test]
fn certificates_that_nobody_checks_are_missed() {
    let found = found(Fault::Certificate);
    assert!(found.is_some());
}
