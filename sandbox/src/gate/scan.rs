//! The one reading of a module: section by section, bounds first, then validity.

use super::features::{self, PROFILE, PROFILE_TEXT};
use super::import::{clip, resolve, spell};
use super::{Export, Import, Refusal, Report, body, kind};
use crate::meter::{Opening, RESERVED, Shape};
use icn_base::limits::{
    MEMORY_PAGES_MAX, MODULE_BYTES_MAX, MODULE_DATA_BYTES_MAX, MODULE_ELEMENTS_MAX,
    MODULE_EXPORTS_MAX, MODULE_FUNCTIONS_MAX, MODULE_GLOBALS_MAX, MODULE_NAME_BYTES_MAX,
    MODULE_PARAMS_MAX, MODULE_RESULTS_MAX, MODULE_SEGMENTS_MAX, MODULE_TABLES_MAX,
    MODULE_TYPES_MAX, TABLE_ELEMENTS_MAX,
};
use icn_base::run::RefusalCode;
use wasmparser::{
    BinaryReaderError, DataKind, DataSectionReader, ElementItems, ElementSectionReader,
    ExportSectionReader, ExternalKind, FuncType, FuncValidatorAllocations, ImportSectionReader,
    Parser, Payload, TypeRef, TypeSectionReader, ValType, ValidPayload, Validator,
};

/// All that one reading finds out.
pub(super) struct Scanned {
    pub(super) report: Report,
    pub(super) shape: Shape,
    pub(super) opening: Opening,
}

/// Why reading goes no further.
pub(super) enum Stop {
    /// A bound is broken; what follows is only counted, not validated.
    Refused(Refusal),
    /// The bytes make no sense from here on.
    Unreadable(BinaryReaderError),
}

pub(super) fn malformed(error: BinaryReaderError) -> Stop {
    Stop::Unreadable(error)
}

/// Reads a module, within time and memory that are bounded by its size.
pub(super) fn scan(module: &[u8]) -> Scanned {
    let mut scan = Scan::default();
    if let Err(refusal) = kind::check(module) {
        scan.report.refuse(refusal);
    } else if module.len() > MODULE_BYTES_MAX {
        let code = RefusalCode::ModuleBytes;
        scan.report
            .refuse(Refusal::new(code, module.len(), MODULE_BYTES_MAX, 0));
    } else {
        scan.module(module);
    }
    Scanned {
        report: scan.report,
        shape: scan.shape,
        opening: scan.opening,
    }
}

#[derive(Default)]
struct Scan {
    report: Report,
    shape: Shape,
    opening: Opening,
    types: Vec<FuncType>,
    /// Type indices of all functions, imported ones first.
    functions: Vec<u32>,
    imported_memory: bool,
    /// From here on payloads are only counted.
    bounds_broken: bool,
    allocations: FuncValidatorAllocations,
}

impl Scan {
    fn module(&mut self, module: &[u8]) {
        let mut validator = Validator::new_with_features(PROFILE);
        let mut parser = Parser::new(0);
        parser.set_features(PROFILE);
        for payload in parser.parse_all(module) {
            let step = match payload {
                Ok(payload) => self.payload(payload, &mut validator),
                Err(error) => Err(Stop::Unreadable(error)),
            };
            match step {
                Ok(()) => {}
                Err(Stop::Refused(refusal)) => self.report.refuse(refusal),
                Err(Stop::Unreadable(error)) => {
                    self.report.refuse(unreadable(&error));
                    return;
                }
            }
        }
        self.memory();
    }

    fn payload(&mut self, payload: Payload<'_>, validator: &mut Validator) -> Result<(), Stop> {
        // Bounds come before validity, so that the validator never meets what is out of bounds.
        match self.bounds(&payload) {
            // The validator has missed a payload, so it must see none of those that follow: it
            // would panic. That they cannot be read either is no news.
            Ok(()) | Err(Stop::Unreadable(_)) if self.bounds_broken => Ok(()),
            Ok(()) => self.validate(&payload, validator).map_err(Stop::Unreadable),
            Err(Stop::Refused(refusal)) => {
                self.bounds_broken = true;
                Err(Stop::Refused(refusal))
            }
            // The validator knows best what is wrong, and which feature is missing.
            Err(Stop::Unreadable(error)) => {
                let known = self.validate(&payload, validator).err();
                Err(Stop::Unreadable(known.unwrap_or(error)))
            }
        }
    }

    fn validate(
        &mut self,
        payload: &Payload<'_>,
        validator: &mut Validator,
    ) -> wasmparser::Result<()> {
        if let ValidPayload::Func(function, body) = validator.payload(payload)? {
            let mut function = function.into_validator(std::mem::take(&mut self.allocations));
            self.shape.heights.push(body::height(&body, &mut function)?);
            self.allocations = function.into_allocations();
        }
        Ok(())
    }

    fn bounds(&mut self, payload: &Payload<'_>) -> Result<(), Stop> {
        match payload {
            Payload::TypeSection(types) => self.types(types.clone()),
            Payload::ImportSection(imports) => self.imports(imports.clone()),
            Payload::FunctionSection(functions) => {
                let at = functions.range().start;
                let count = count(self.functions.len()) + u64::from(functions.count());
                bound(RefusalCode::Functions, count, MODULE_FUNCTIONS_MAX, at)?;
                for ty in functions.clone() {
                    self.functions.push(ty.map_err(malformed)?);
                }
                Ok(())
            }
            Payload::TableSection(tables) => {
                let at = tables.range().start;
                bound(RefusalCode::Tables, tables.count(), MODULE_TABLES_MAX, at)?;
                for table in tables.clone() {
                    let initial = table.map_err(malformed)?.ty.initial;
                    self.opening.table_elements =
                        self.opening.table_elements.saturating_add(initial);
                }
                bound(
                    RefusalCode::Tables,
                    self.opening.table_elements,
                    TABLE_ELEMENTS_MAX,
                    at,
                )
            }
            Payload::MemorySection(memories) => {
                if memories.count() > 1 {
                    let (code, at) = (RefusalCode::Feature, memories.range().start);
                    let refusal = Refusal::new(code, "multi-memory", PROFILE_TEXT, at);
                    return Err(Stop::Refused(refusal));
                }
                for memory in memories.clone() {
                    let initial = memory.map_err(malformed)?.initial;
                    self.opening.memory_pages = self.opening.memory_pages.saturating_add(initial);
                }
                let at = memories.range().start;
                bound(
                    RefusalCode::MemoryPages,
                    self.opening.memory_pages,
                    MEMORY_PAGES_MAX,
                    at,
                )
            }
            Payload::GlobalSection(globals) => {
                let at = globals.range().start;
                bound(
                    RefusalCode::Globals,
                    globals.count(),
                    MODULE_GLOBALS_MAX,
                    at,
                )
            }
            Payload::ExportSection(exports) => self.exports(exports.clone()),
            Payload::ElementSection(elements) => self.elements(elements.clone()),
            Payload::DataSection(data) => self.data(data.clone()),
            Payload::CodeSectionEntry(code) => body::bounds(code),
            _ => Ok(()),
        }
    }

    fn types(&mut self, types: TypeSectionReader<'_>) -> Result<(), Stop> {
        let at = types.range().start;
        bound(RefusalCode::Types, types.count(), MODULE_TYPES_MAX, at)?;
        for ty in types.into_iter_err_on_gc_types() {
            let ty = ty.map_err(malformed)?;
            bound(
                RefusalCode::Params,
                ty.params().len(),
                MODULE_PARAMS_MAX,
                at,
            )?;
            bound(
                RefusalCode::Results,
                ty.results().len(),
                MODULE_RESULTS_MAX,
                at,
            )?;
            self.types.push(ty);
        }
        Ok(())
    }

    fn imports(&mut self, imports: ImportSectionReader<'_>) -> Result<(), Stop> {
        let count = imports.count();
        bound(
            RefusalCode::Functions,
            count,
            MODULE_FUNCTIONS_MAX,
            imports.range().start,
        )?;
        for import in imports.into_imports_with_offsets() {
            let (at, import) = import.map_err(malformed)?;
            match import.ty {
                TypeRef::Func(index) | TypeRef::FuncExact(index) => {
                    self.functions.push(index);
                    if let Some(ty) = self.types.get(index as usize) {
                        let (import, refusal) = resolve(import.module, import.name, ty, at);
                        self.import(import, refusal, at);
                    }
                }
                TypeRef::Memory(_) => {
                    self.imported_memory = true;
                    let found = format!("{}.{}", clip(import.module), clip(import.name));
                    let code = RefusalCode::MemoryImported;
                    self.report
                        .refuse(Refusal::new(code, found, "a memory of its own", at));
                }
                TypeRef::Table(_) | TypeRef::Global(_) | TypeRef::Tag(_) => {
                    let found = format!("{}.{}", clip(import.module), clip(import.name));
                    let code = RefusalCode::UnknownImport;
                    self.report
                        .refuse(Refusal::new(code, found, "functions only", at));
                }
            }
        }
        Ok(())
    }

    fn import(&mut self, import: Import, refusal: Option<Refusal>, at: usize) {
        let twin = |known: &&Import| known.module == import.module && known.name == import.name;
        if let Some(refusal) = refusal {
            self.report.refuse(refusal);
        } else if let Some(known) = self.report.imports.iter().find(twin)
            && known.ty != import.ty
        {
            let found = format!("{} as {} and as {}", import.name, known.ty, import.ty);
            let code = RefusalCode::ImportType;
            self.report
                .refuse(Refusal::new(code, found, "one type for each host call", at));
        }
        self.report.imports.push(import);
    }

    fn exports(&mut self, exports: ExportSectionReader<'_>) -> Result<(), Stop> {
        let at = exports.range().start;
        bound(
            RefusalCode::Exports,
            exports.count(),
            MODULE_EXPORTS_MAX,
            at,
        )?;
        for export in exports {
            let export = export.map_err(malformed)?;
            bound(
                RefusalCode::Exports,
                export.name.len(),
                MODULE_NAME_BYTES_MAX,
                at,
            )?;
            if export.name.starts_with(RESERVED) {
                let code = RefusalCode::ReservedName;
                self.report
                    .refuse(Refusal::new(code, export.name, "any other name", at));
            }
            let ty = match export.kind {
                ExternalKind::Func | ExternalKind::FuncExact => self.function(export.index),
                _ => None,
            };
            let text = |ty: &ValType| ty.to_string();
            self.report.exports.push(Export {
                name: export.name.to_owned(),
                kind: kind_name(export.kind).into(),
                entry: ty.is_some_and(|ty| {
                    ty.params().is_empty() && matches!(ty.results(), [] | [ValType::I64])
                }),
                ty: ty.map(|ty| spell(ty.params().iter().map(text), ty.results().iter().map(text))),
            });
        }
        Ok(())
    }

    fn function(&self, index: u32) -> Option<&FuncType> {
        let ty = self.functions.get(index as usize)?;
        self.types.get(*ty as usize)
    }

    fn elements(&mut self, elements: ElementSectionReader<'_>) -> Result<(), Stop> {
        let at = elements.range().start;
        bound(
            RefusalCode::Segments,
            elements.count(),
            MODULE_SEGMENTS_MAX,
            at,
        )?;
        for element in elements {
            let items = match element.map_err(malformed)?.items {
                ElementItems::Functions(items) => items.count(),
                ElementItems::Expressions(_, items) => items.count(),
            };
            self.opening.elements += u64::from(items);
        }
        bound(
            RefusalCode::Segments,
            self.opening.elements,
            MODULE_ELEMENTS_MAX,
            at,
        )
    }

    fn data(&mut self, data: DataSectionReader<'_>) -> Result<(), Stop> {
        let at = data.range().start;
        bound(RefusalCode::Segments, data.count(), MODULE_SEGMENTS_MAX, at)?;
        let mut bytes = 0;
        for segment in data {
            let segment = segment.map_err(malformed)?;
            bytes += count(segment.data.len());
            if let DataKind::Active { .. } = segment.kind {
                self.opening.data_bytes += count(segment.data.len());
            }
        }
        bound(RefusalCode::DataBytes, bytes, MODULE_DATA_BYTES_MAX, at)
    }

    fn memory(&mut self) {
        let exported = |export: &Export| export.kind == "memory" && export.name == "memory";
        if !self.imported_memory && !self.report.exports.iter().any(exported) {
            let memories: Vec<_> = self
                .report
                .exports
                .iter()
                .filter(|export| export.kind == "memory")
                .collect();
            let found = match memories.as_slice() {
                [] => "no exported memory".to_owned(),
                [other, ..] => format!("a memory exported as `{}`", clip(&other.name)),
            };
            let code = RefusalCode::MemoryMissing;
            self.report.refuse(Refusal::new(
                code,
                found,
                "a memory exported as `memory`",
                0,
            ));
        }
    }
}

fn kind_name(kind: ExternalKind) -> &'static str {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => "function",
        ExternalKind::Memory => "memory",
        ExternalKind::Table => "table",
        ExternalKind::Global => "global",
        ExternalKind::Tag => "tag",
    }
}

/// Stops at a count that is above its bound.
pub(super) fn bound(
    code: RefusalCode,
    found: impl TryInto<u64>,
    allowed: impl TryInto<u64>,
    at: usize,
) -> Result<(), Stop> {
    let found = found.try_into().unwrap_or(u64::MAX);
    let allowed = allowed.try_into().unwrap_or(0);
    if found > allowed {
        Err(Stop::Refused(Refusal::new(code, found, allowed, at)))
    } else {
        Ok(())
    }
}

fn count(items: usize) -> u64 {
    items as u64
}

fn unreadable(error: &BinaryReaderError) -> Refusal {
    match error.missing_wasm_feature() {
        Some(feature) => {
            let found = format!("{} ({})", features::name(feature), error.message());
            Refusal::new(RefusalCode::Feature, found, PROFILE_TEXT, error.offset())
        }
        None => {
            let code = RefusalCode::Malformed;
            Refusal::new(code, error.message(), "a valid module", error.offset())
        }
    }
}
