//! Stories of members and proposals: every status, every refusal, and sequences of chance.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

mod chance;
mod delegations;
mod kinds;
mod large;
mod life;
mod mesh;
mod previews;
mod refusals;
mod rows;
mod script;
mod votes;
