//! Histories with a name: each goes wrong in one way, and comes right.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests, whose helpers are not marked as such"
)]

mod crashes;
mod cuts;
mod jobs;
mod order;
mod stage;
