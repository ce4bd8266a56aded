//! Workers: guests are compiled and run in child processes of this binary that hold no key, no
//! socket and no store.
//!
//! A worker gets orders and gives outcomes over two pipes. What a run reads of its snapshot it asks
//! its node, which answers from the state that it holds. A worker that dies, takes too long or says
//! what cannot be is replaced; the job that it had has no outcome then, and the pool goes on.
//!
//! | to find | read |
//! |---|---|
//! | what the node says and gets | `order.rs`, `pool.rs` |
//! | who gets which order | `board.rs` |
//! | the thread that minds one worker | `seat.rs`, `minder.rs`, `process.rs` |
//! | what a run under way has asked and may claim | `flight.rs`, `held.rs` |
//! | what a worker does | `serve.rs`, `serve/` |
//! | what keeps it from doing more | `protection.rs`, `protection/` |
//! | what they say to each other | `words.rs`, `frame.rs` |
//! | every bound | `limits.rs` |
//!
//! What a node believes of a worker is what a stranger who has taken one over could say anyway: how
//! far a run has come. The CIDs of what it wrote, the effects that it asked for and the limits that
//! it had are checked.

mod board;
mod counts;
mod flight;
mod frame;
mod held;
pub mod limits;
mod minder;
mod order;
mod pool;
mod process;
pub mod protection;
mod seat;
mod serve;
mod words;

pub use counts::Counts;
pub use order::{Done, RunOrder, WorkerFault};
pub use pool::{Settings, WorkerPool};
pub use protection::Protection;
pub use serve::{Life, serve};

#[cfg(test)]
mod tests;
