//! A refusal: which bound, what was found, what is allowed, and where.

use icn_base::run::RefusalCode;
use serde::Serialize;
use std::fmt;

/// One reason why a module may not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Its number and name.
    #[serde(rename = "limit")]
    pub code: RefusalCode,
    /// What the module has.
    pub found: Value,
    /// What it may have.
    pub allowed: Value,
    /// Offset in the module's bytes.
    pub at: u64,
}

/// What was found, or what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A count.
    Count(u64),
    /// Words.
    Text(String),
}

impl From<u64> for Value {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Value {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl Refusal {
    pub(super) fn new(
        code: RefusalCode,
        found: impl Into<Value>,
        allowed: impl Into<Value>,
        at: usize,
    ) -> Self {
        Self {
            code,
            found: found.into(),
            allowed: allowed.into(),
            at: at as u64,
        }
    }

    /// What the author of the module can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self.code {
            RefusalCode::NotWasm => "give the .wasm file that your compiler wrote",
            RefusalCode::TextFormat => "translate it first, for example with `wat2wasm`",
            RefusalCode::Precompiled => "give the portable .wasm; every node compiles it itself",
            RefusalCode::Component => {
                "components do not run yet; build a core module, as wasm32-unknown-unknown is"
            }
            RefusalCode::ModuleBytes => "strip debug information and optimise for size",
            RefusalCode::Malformed => {
                "build it again; if it comes from a compiler, report it there"
            }
            RefusalCode::Feature => "build for WebAssembly 2.0 without the feature named",
            RefusalCode::Types
            | RefusalCode::Functions
            | RefusalCode::Globals
            | RefusalCode::Exports
            | RefusalCode::Tables => "remove what is not used, or optimise across modules (lto)",
            RefusalCode::Params | RefusalCode::Results => "pass a pointer to a record instead",
            RefusalCode::Locals
            | RefusalCode::Nesting
            | RefusalCode::BranchTargets
            | RefusalCode::BodyBytes => "split the function",
            RefusalCode::DataBytes | RefusalCode::Segments => "bring large data as input or blocks",
            RefusalCode::MemoryPages => "lower the initial memory; it can grow when it is needed",
            RefusalCode::UnknownImport => "see `icn abi` for what can be imported",
            RefusalCode::ImportType => "declare the import with a type that is offered",
            RefusalCode::MemoryImported => "define the memory in the module and export it",
            RefusalCode::MemoryMissing => "export the memory under the name `memory`",
            RefusalCode::EntryMissing => "export the function, or name another with `--function`",
            RefusalCode::EntryType => "let it take nothing and return an i64 or nothing",
            RefusalCode::ReservedName => "choose a name that does not begin with `icn:`",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            found,
            allowed,
            at,
        } = self;
        write!(
            f,
            "{code}: found {found}, allowed {allowed} (at byte {at}): {}",
            self.remedy()
        )
    }
}
