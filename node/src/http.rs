//! The HTTP API: reads are answered from a published view, everything else is asked of the main
//! loop.
//!
//! | to find | read |
//! |---|---|
//! | what HTTP and the main loop say to each other | `door.rs`, `view.rs`, `past.rs` |

pub mod door;
pub mod past;
pub mod view;

pub use door::{Ask, Door, Inside};
pub use past::{Fate, Happened, Past, Refusal, Report};
pub use view::{Check, Peer, Tip, View, Who};
