//! Runs over a book: a job on the state that it was assigned at, and the same run again from the
//! file that proves its receipt, on a machine that has no node and no network.
//!
//! | to find | read |
//! |---|---|
//! | what a guest's host calls read and change | `env.rs` |
//! | where rows come from: a whole state, or proofs | `book.rs` |
//! | what it takes to run a job | `job.rs` |
//! | what the file of a receipt holds | `export.rs` |
//! | valid, invalid or cannot tell | `verify.rs`, `verdict.rs` |
//! | a chain of blocks, folded into its state | `chain.rs` |
//!
//! What it never does: believe a file. Every block hashes to its CID, every row is proved from the
//! root that the receipt names, and what is not there is "cannot tell", never a guess.

pub mod book;
pub mod chain;
pub mod env;
pub mod export;
pub mod job;
pub mod verdict;
pub mod verify;

pub use book::{Asked, Book, Lacking, Live, Proven};
pub use chain::{Chain, ChainError, Folded};
pub use env::BookEnv;
pub use export::{Evidence, ExportError, export};
pub use verdict::{CannotTell, Difference, Grounds, Verdict};
pub use verify::verify;
