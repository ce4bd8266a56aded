//! One whole node as a state machine without I/O: input in, effects out.
//!
//! [`Mesh::handle`] takes an [`Input`]; [`Mesh::rest`] ends a batch and gives an [`Output`]: what must
//! be on disk first, and what leaves then. The shell around it has the sockets, the disk, the clock
//! and the processes that run guests; the simulator has all of them in one thread, from one seed.
//!
//! | to find | read |
//! |---|---|
//! | what can happen to a node, and what it does | `words.rs`, `mesh.rs` |
//! | what nodes say to each other | `message.rs` |
//! | transactions that wait | `mempool.rs` |
//! | how a block is made, and judged before it is voted on | `judge.rs` |
//! | what consensus asks for, and how a decided block gets into the book | `order.rs` |
//! | how a decided height is kept and found again | `sealed.rs`, `names.rs`, `open.rs` |
//! | how a node catches up, and helps others to | `sync.rs`, `serve.rs` |
//! | how a node begins from a state that it trusts | `join.rs` |
//! | how blocks are found at peers | `fetch.rs`, `asks.rs` |
//! | who is not heard, and why | `peers.rs` |
//! | bids, assignments, runs, receipts, retries | `market.rs` |
//! | why a job went as it did | `explain.rs` |
//!
//! Nothing here reads a clock, a disk, the network or chance: time and what the disk has are
//! arguments.
#![warn(clippy::wildcard_enum_match_arm)]

mod asks;
pub mod explain;
mod fault;
mod fetch;
pub mod join;
mod judge;
pub mod limits;
mod market;
pub mod mempool;
mod mesh;
pub mod message;
pub mod names;
mod open;
mod order;
pub mod peers;
pub mod sealed;
mod serve;
mod setup;
mod sync;
pub mod words;

pub use explain::Explanation;
#[cfg(feature = "faults")]
pub use fault::Fault;
pub use fault::Removed;
pub use join::{CannotJoin, Join, Joined};
pub use mempool::{Mempool, NotTaken, Waiting};
pub use mesh::Mesh;
pub use message::{Announcement, Answer, Ask, Body, Gossip, Heard, Topic};
pub use open::Checkpoint;
pub use peers::Offence;
pub use sealed::{Record, Sealed};
pub use setup::{Setup, Stopped};
pub use words::{Decided, Effect, Input, Keep, Off, Output, Pass, Ran, RunOrder, Ticket};
