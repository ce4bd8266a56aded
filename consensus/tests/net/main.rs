//! Validators in a small net that loses, doubles, delays and cuts, on machines that crash at any
//! step, with liars among them. One seed is one history.
//!
//! `ICN_SEEDS=20000 cargo test -p icn-consensus --test net` runs for long; `ICN_SEED=7` runs one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests, which read how long they may run"
)]

mod checks;
mod disk;
mod liars;
mod node;
mod rng;
mod scenarios;
mod seeds;
mod world;

#[cfg(feature = "faults")]
mod faults;
