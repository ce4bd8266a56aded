//! One node as a state machine without I/O.
//!
//! [`Mempool`] holds the transactions that wait for a block: bounded, in the order in which they
//! came, each account's in the order of their nonces.
//!
//! Nothing here reads a clock, a disk, the network or chance.
#![warn(clippy::wildcard_enum_match_arm)]

pub mod explain;
pub mod limits;
mod market;
pub mod mempool;
pub mod message;
pub mod names;
pub mod peers;
pub mod words;

pub use explain::Explanation;
pub use mempool::{Mempool, NotTaken, Waiting};
pub use message::{Announcement, Answer, Ask, Body, Gossip, Heard, Topic};
pub use peers::Offence;
pub use words::{Decided, Effect, Input, Keep, Output, Pass, Ran, RunOrder, Ticket};
