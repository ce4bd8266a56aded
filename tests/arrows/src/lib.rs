//! The house rules, as tests that read the repository.
//!
//! - [`arrows`]: which crate may use which, from the table in `docs/ARCHITECTURE.md`.
//! - [`doors`]: which heavy dependency stands behind which crate, from the second table there.
//! - [`tidy`]: names, sizes and words that a file must not have.
//! - [`orphans`]: source files that no module names, and so nobody compiles.
//!
//! Every rule is a function from text to faults, so that each is tried on wrong snippets beside
//! its code. `tests/house.rs` runs them all on this repository. Nothing here is used by a crate.

pub mod arrows;
pub mod doors;
pub mod manifest;
pub mod orphans;
pub mod table;
pub mod tidy;
pub mod tree;

/// A broken rule: where, what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault(pub String);

impl Fault {
    fn new(place: &str, what: impl std::fmt::Display) -> Self {
        Self(format!("{place}: {what}"))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
