//! File and line from a module's debug information (DWARF), if it has any and it makes sense.

use addr2line::Context;
use gimli::{EndianSlice, LittleEndian, SectionId};
use std::collections::BTreeMap;
use wasmparser::{Parser, Payload};

/// Debug information that was found.
pub(super) struct Lines<'a> {
    context: Context<EndianSlice<'a, LittleEndian>>,
    /// Where the code section's contents begin: addresses count from there.
    code: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(module: &'a [u8]) -> Option<Self> {
        let mut sections = BTreeMap::new();
        let mut code = None;
        for payload in Parser::new(0).parse_all(module) {
            match payload.ok()? {
                Payload::CodeSectionStart { range, .. } => code = Some(range.start),
                Payload::CustomSection(section) if section.name().starts_with(".debug_") => {
                    sections.insert(section.name(), section.data());
                }
                _ => {}
            }
        }
        let section = |id: SectionId| {
            let data = sections.get(id.name()).copied().unwrap_or_default();
            Ok::<_, gimli::Error>(EndianSlice::new(data, LittleEndian))
        };
        let dwarf = gimli::Dwarf::load(section).ok()?;
        Some(Self {
            context: Context::from_dwarf(dwarf).ok()?,
            code: code?,
        })
    }

    /// Where in the sources the operator at this offset came from.
    pub(super) fn find(&self, offset: usize) -> Option<String> {
        let address = offset.checked_sub(self.code)? as u64;
        let location = self.context.find_location(address).ok()??;
        let file: String = location.file?.chars().take(200).collect();
        Some(match location.line {
            Some(line) => format!("{file}:{line}"),
            None => file,
        })
    }
}
