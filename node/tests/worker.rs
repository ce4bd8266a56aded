//! Workers as processes: equal to a run in this process, byte for byte; what goes wrong in one
//! costs its run and nothing else; and what they hold, as the system sees it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    reason = "a test that cannot go on has failed"
)]

#[path = "worker/faults.rs"]
mod faults;
#[path = "../../replay/tests/it/guests.rs"]
mod guests;
#[path = "../../replay/examples/lone/lone.rs"]
mod lone;
#[path = "worker/runs.rs"]
mod runs;
#[path = "worker/walls.rs"]
mod walls;
#[path = "worker/world.rs"]
mod world;
