//! What the gate found: the verdict and the facts behind it.

use super::{Import, Refusal};
use icn_base::run::RefusalCode;
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The gate's report on a module. It serialises as `{verdict, reasons, imports, exports,
/// capabilities}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Why it may not run; empty if it may.
    pub reasons: Vec<Refusal>,
    /// What it imports.
    pub imports: Vec<Import>,
    /// What it exports.
    pub exports: Vec<Export>,
}

/// Something that a module exports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// `function`, `memory`, `table` or `global`.
    pub kind: Cow<'static, str>,
    /// Its type, for a function.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
    /// Whether it can be called as the entry point.
    pub entry: bool,
}

/// Reasons that one report holds at most, when their codes repeat.
const REASONS_MAX: usize = 64;

impl Report {
    /// Whether the module may run.
    pub fn admits(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Whether the bytes could not be read as a module to their end, so that nothing can be said of
    /// the rest.
    pub(super) fn unreadable(&self) -> bool {
        self.reasons
            .iter()
            .any(|reason| reason.code <= RefusalCode::Feature)
    }

    /// The reason that stands in an outcome: the one with the lowest number, so that it does not
    /// depend on the order of checks.
    pub fn code(&self) -> Option<RefusalCode> {
        self.reasons.iter().map(|reason| reason.code).min()
    }

    /// The grants without which some of its imports are refused when called, by name.
    pub fn capabilities(&self) -> Vec<&'static str> {
        let forms = self.imports.iter().filter_map(Import::form);
        let mut needed: Vec<_> = forms
            .filter_map(|form| form.call.capability)
            .map(icn_abi::Capability::name)
            .collect();
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        // A code that is new always finds room, so that the lowest one does not depend on how many
        // reasons came before it.
        let known = self
            .reasons
            .iter()
            .any(|reason| reason.code == refusal.code);
        if !known || self.reasons.len() < REASONS_MAX {
            self.reasons.push(refusal);
        }
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Report", 5)?;
        map.serialize_field(
            "verdict",
            if self.admits() { "admitted" } else { "refused" },
        )?;
        map.serialize_field("reasons", &self.reasons)?;
        map.serialize_field("imports", &self.imports)?;
        map.serialize_field("exports", &self.exports)?;
        map.serialize_field("capabilities", &self.capabilities())?;
        map.end()
    }
}
