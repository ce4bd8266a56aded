//! Many nodes in one process, from one seed.
//!
//! The nodes are real: each is an [`icn_mesh::Mesh`], with keys, signatures, a book and consensus.
//! Everything around them is not: time is a number, the net is a queue of events, disks are maps, and
//! guests are rows of a table. So a seed is a history: it goes the same way every time, and a run of
//! minutes takes a second.
//!
//! ```text
//! cargo run -p sim -- --seed 7             the story of one history
//! cargo run -p sim -- --seeds 0..1000      many, on two threads; what they met is counted
//! ```
//!
//! | to find | read |
//! |---|---|
//! | what a seed is made of | `plan.rs` |
//! | how the world goes on, step by step | `world.rs`, `event.rs` |
//! | what goes wrong, by name | `hits.rs`, `net.rs`, `disk.rs`, `clock.rs`, `world/storm.rs` |
//! | who lies, and how | `liars/`, one file each |
//! | what users do, and what should come of it | `workload.rs` |
//! | what must hold | `checks.rs`, `model.rs`, `world/end.rs` |
//! | seeds that once failed | `seeds/` |

pub mod checks;
pub mod clock;
pub mod disk;
pub mod event;
pub mod guests;
pub mod hits;
pub mod letter;
pub mod liars;
pub mod model;
pub mod net;
pub mod node;
pub mod people;
pub mod plan;
pub mod rng;
pub mod run;
pub mod story;
pub mod trace;
pub mod workload;
pub mod world;

pub use checks::Violation;
pub use plan::Plan;
pub use run::{Report, run};
pub use world::World;
