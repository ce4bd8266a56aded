//! Runs on a real book, and again from the file of the receipt: equal outcomes, and no file that was
//! tampered with is ever valid.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    dead_code,
    reason = "a test that cannot go on has failed"
)]

#[path = "it/chains.rs"]
mod chains;
#[path = "it/forged.rs"]
mod forged;
#[path = "it/guests.rs"]
mod guests;
#[path = "../examples/lone/lone.rs"]
mod lone;
#[path = "it/proofs.rs"]
mod proofs;
#[path = "it/receipts.rs"]
mod receipts;
#[path = "it/runs.rs"]
mod runs;
#[path = "it/tampered.rs"]
mod tampered;
#[path = "it/voter.rs"]
mod voter;
