//! The shell of a node: everything that touches sockets, disk, clock and processes.
//!
//! | to find | read |
//! |---|---|
//! | how a node is put together, and ends | `node.rs` |
//! | the main loop: inputs, the disk, then effects | `heart.rs` |
//! | what is on disk beside the store | `disk.rs` |
//! | one libp2p swarm | `net.rs` |
//! | guests in processes of their own | `worker.rs` |
//! | the HTTP API | `http.rs` |
//! | what an operator may choose, and what lies where | `config.rs`, `home.rs` |

mod clock;
pub mod config;
pub mod disk;
mod heart;
pub mod home;
pub mod http;
pub mod join;
mod metrics;
pub mod net;
mod node;
mod past;
pub mod worker;

pub use heart::HeartError;
pub use node::{Running, StartError, start};
