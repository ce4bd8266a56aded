//! What is written from the table: the manual, and declarations for each guest language.

mod c;
mod json;
mod layout;
mod md;
mod rust;
#[cfg(test)]
mod sdk;
mod signature;
#[cfg(test)]
mod tests;
mod ts;
mod wit;
mod zig;

use alloc::string::String;

/// `read_result` serves the other calls: typed bindings use it and do not offer it.
const READ_RESULT: u16 = 9;

/// Why writing text cannot fail.
const TO_A_STRING: &str = "a String takes every write";

/// A form in which the table can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The manual, `docs/ABI.md`.
    Md,
    /// Every field of every row, for programs.
    Json,
    /// One file with the whole guest SDK, for a Rust guest outside this repository.
    Rust,
    /// A header for C guests.
    C,
    /// Declarations for AssemblyScript guests.
    Ts,
    /// The typed interface in WIT, for bindings in other languages.
    Wit,
    /// Declarations for Zig guests.
    Zig,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::Md,
        Self::Json,
        Self::Rust,
        Self::C,
        Self::Ts,
        Self::Wit,
        Self::Zig,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md => "md",
            Self::Json => "json",
            Self::Rust => "rust",
            Self::C => "c",
            Self::Ts => "ts",
            Self::Wit => "wit",
            Self::Zig => "zig",
        }
    }
}

/// The table in this format. The same version of this crate always gives the same text.
pub fn render(format: Format) -> String {
    match format {
        Format::Md => md::render(),
        Format::Json => json::render(),
        Format::Rust => rust::render(),
        Format::C => c::render(),
        Format::Ts => ts::render(),
        Format::Wit => wit::render(),
        Format::Zig => zig::render(),
    }
}
