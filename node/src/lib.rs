//! The shell of a node: everything that touches sockets, disk, clock and processes.

pub mod http;
pub mod worker;
