//! The book as its users meet it: tables of transactions, a naive model, every order of events,
//! bytes from anywhere.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests"
)]

mod accusations;
mod assembly;
mod attackers;
mod bytes;
mod copies;
mod decisions;
mod effects;
mod enactment;
mod fuzz;
mod market;
mod model;
mod naive;
mod orders;
mod proofs;
mod roots;
mod scratch;
mod script;
mod signatures;
mod story;
mod tables;
mod world;
