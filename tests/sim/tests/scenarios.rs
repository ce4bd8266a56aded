//! Histories with a name: each goes wrong in one way, and comes right.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests, whose helpers are not marked as such"
)]

#[path = "scenarios/crashes.rs"]
mod crashes;
#[path = "scenarios/cuts.rs"]
mod cuts;
#[path = "scenarios/jobs.rs"]
mod jobs;
#[path = "scenarios/order.rs"]
mod order;
#[path = "scenarios/stage.rs"]
mod stage;
