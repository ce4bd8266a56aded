//! The sandbox from outside: guests as text, outcomes as values.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests"
)]

#[path = "it/kit.rs"]
mod kit;

#[path = "it/alternates.rs"]
mod alternates;
#[path = "it/blocks.rs"]
mod blocks;
#[path = "it/bounds.rs"]
mod bounds;
#[path = "it/cache.rs"]
mod cache;
#[path = "it/calls.rs"]
mod calls;
#[path = "it/depth.rs"]
mod depth;
#[path = "it/determinism.rs"]
mod determinism;
#[path = "it/gate.rs"]
mod gate;
#[path = "it/governance.rs"]
mod governance;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/mana.rs"]
mod mana;
#[path = "it/memory.rs"]
mod memory;
#[path = "it/mesh.rs"]
mod mesh;
#[path = "it/metering.rs"]
mod metering;
#[path = "it/pointers.rs"]
mod pointers;
#[path = "it/trace.rs"]
mod trace;
