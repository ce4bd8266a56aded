//! Histories by the dozen, and those that once went wrong.
//!
//! `cargo run -p sim -- --seeds 0..1000` runs many.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests, whose helpers are not marked as such"
)]

use sim::run::run_all;
use sim::story::Story;
use sim::{Plan, run};

/// Seeds that once went wrong, one a line, with a word on what it was.
const FOUND: &str = include_str!("../seeds/found.txt");

fn all_hold(seeds: impl Iterator<Item = u64>) {
    for seed in seeds {
        let report = run(Plan::of(seed), Story::default());
        if let Some(what) = report.violation {
            panic!("seed {seed}: {what}\nreplay it with `cargo run -p sim -- --seed {seed}`");
        }
    }
}

#[test]
fn what_was_found_stays_found() {
    let lines = FOUND.lines().filter(|line| !line.starts_with('#'));
    let seeds = lines.filter_map(|line| line.split_whitespace().next());
    all_hold(seeds.map(|seed| seed.parse().unwrap()));
}

#[test]
fn everything_holds_in_some_histories() {
    let mut failed = Vec::new();
    run_all(0..4, 2, Plan::of, |report| {
        assert!(report.heights >= 50 || report.violation.is_some());
        assert!(report.txs >= 200 || report.violation.is_some());
        failed.extend(report.violation.map(|what| (report.seed, what)));
    });
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn one_seed_is_one_history() {
    let mut plan = Plan::of(3);
    (plan.heights, plan.txs) = (10, 30);
    plan.storm_ms = 3_000;
    let once = run(plan.clone(), Story::default());
    let again = run(plan.clone(), Story::told());
    assert_eq!(once.steps, again.steps);
    assert_eq!(once.trace, again.trace);
    plan.seed = 4;
    assert_ne!(again.trace, run(plan, Story::default()).trace);
}
