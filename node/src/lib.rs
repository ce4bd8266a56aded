//! The shell of a node: everything that touches sockets, disk, clock and processes.
//!
//! | to find | read |
//! |---|---|
//! | how a node is put together, and ends | `node.rs` |
//! | the main loop: inputs, the disk, then effects | `heart.rs` |
//! | what is on disk beside the store | `disk.rs` |
//! | one libp2p swarm | `net.rs` |
//! | the first start of one who joins | `begin.rs` |
//! | guests in processes of their own | `worker.rs` |
//! | the HTTP API | `http.rs` |
//! | what an operator may choose, is told, and what lies where | `config.rs`, `log.rs`, `home.rs` |
//! | what one node is given to join another's network | `join.rs` |
//! | a data directory, judged from its own bytes | `audit.rs` |

pub mod audit;
mod begin;
mod clock;
pub mod config;
pub mod disk;
mod heart;
pub mod home;
pub mod http;
pub mod join;
pub mod log;
#[cfg(test)]
#[path = "../../replay/examples/lone/lone.rs"]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the example's mesh of one can do more than tests ask of it"
)]
mod lone;
mod metrics;
pub mod net;
mod node;
mod past;
pub mod worker;

pub use begin::{BeginError, fetch_genesis};
pub use config::Config;
pub use heart::HeartError;
pub use home::Home;
pub use join::Join;
pub use node::{Running, StartError, Stopper, start};
