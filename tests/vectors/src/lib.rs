//! What the vectors' tests share: the data, the list of known failures, and golden rows.
//!
//! The tests stand in `tests/`, one file for each corpus; `README.md` says what each proves.

pub mod data;
pub mod failures;
pub mod golden;

pub use failures::Corpus;
