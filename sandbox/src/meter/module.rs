//! A whole module, rewritten so that it counts. Indices stay as they are: what is added comes last.

use std::ops::Range;

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, Encode, ExportKind, GlobalType, Module, RawSection,
    SectionId, ValType,
};
use wasmparser::{
    BinaryReaderError, FromReader, FunctionBody, Parser, Payload, SectionLimited, TypeRef,
};

use super::body::{Places, Site, rewrite};
use super::{FUEL, STACK, START, bytes};

/// What the gate learned about a module that it admitted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// For each function with a body: operands on the stack at most.
    pub(crate) heights: Vec<u32>,
}

/// Rewrites an admitted module.
pub(crate) fn instrument(module: &[u8], shape: &Shape) -> Result<Vec<u8>, BinaryReaderError> {
    Facts::read(module)?.rewrite(module, shape, None)
}

/// How many functions are imported, and for each function with a body where its operators came
/// from. Computed again when a trap is reported, so that no run pays for it.
pub(super) fn origins(
    module: &[u8],
    shape: &Shape,
) -> Result<(u32, Vec<Places>), BinaryReaderError> {
    let facts = Facts::read(module)?;
    let mut origins = Vec::new();
    facts.rewrite(module, shape, Some(&mut origins))?;
    Ok((facts.imported_functions, origins))
}

/// What the first reading finds out, before anything is written.
#[derive(Default)]
struct Facts<'a> {
    /// Number of parameters and list of results by type index.
    types: Vec<(u32, Vec<ValType>)>,
    /// Type indices of functions with a body.
    functions: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    imported_functions: u32,
    globals: u32,
    start: Option<u32>,
    /// Added types `() -> results`, one for each list of two or more results.
    blocks: Vec<Vec<ValType>>,
}

impl<'a> Facts<'a> {
    fn read(module: &'a [u8]) -> Result<Self, BinaryReaderError> {
        let mut facts = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => {
                    for ty in section.into_iter_err_on_gc_types() {
                        let ty = ty?;
                        let results = ty.results().iter().copied().map(bytes::val_type).collect();
                        facts.types.push((bytes::count(ty.params().len()), results));
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => {
                                facts.imported_functions += 1;
                            }
                            TypeRef::Global(_) => facts.globals += 1,
                            TypeRef::Table(_) | TypeRef::Memory(_) | TypeRef::Tag(_) => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    facts.functions = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::GlobalSection(section) => facts.globals += section.count(),
                Payload::StartSection { func, .. } => facts.start = Some(func),
                Payload::CodeSectionEntry(body) => facts.bodies.push(body),
                _ => {}
            }
        }
        for ty in &facts.functions {
            let (_, results) = &facts.types[*ty as usize];
            if results.len() > 1 && !facts.blocks.contains(results) {
                facts.blocks.push(results.clone());
            }
        }
        Ok(facts)
    }

    fn rewrite(
        &self,
        module: &[u8],
        shape: &Shape,
        mut origins: Option<&mut Vec<Places>>,
    ) -> Result<Vec<u8>, BinaryReaderError> {
        let mut out = Module::new();
        // Sections that the guest may lack, in their order.
        let mut added = vec![
            (SectionId::Global, self.added_globals()),
            (SectionId::Export, self.added_exports()),
        ];
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            let Some((id, range)) = payload.as_section() else {
                continue;
            };
            while let Some((lacking, items)) = added.first()
                && comes_after(id, *lacking)
            {
                raw(&mut out, *lacking, &extended(module, None, items));
                added.remove(0);
            }
            match payload {
                Payload::TypeSection(section) => {
                    let data = extended(module, Some(old(&section)), &self.added_types());
                    raw(&mut out, SectionId::Type, &data);
                }
                Payload::GlobalSection(section) => {
                    let data = extended(module, Some(old(&section)), &self.added_globals());
                    raw(&mut out, SectionId::Global, &data);
                    added.retain(|(section, _)| *section != SectionId::Global);
                }
                Payload::ExportSection(section) => {
                    let data = extended(module, Some(old(&section)), &self.added_exports());
                    raw(&mut out, SectionId::Export, &data);
                    added.retain(|(section, _)| *section != SectionId::Export);
                }
                // Called by name after instantiation.
                Payload::StartSection { .. } => {}
                Payload::CodeSectionStart { .. } => {
                    out.section(&self.code(module, shape, origins.as_deref_mut())?);
                }
                _ => {
                    out.section(&RawSection {
                        id,
                        data: &module[range],
                    });
                }
            }
        }
        for (lacking, items) in added {
            raw(&mut out, lacking, &extended(module, None, &items));
        }
        Ok(out.finish())
    }

    fn code(
        &self,
        module: &[u8],
        shape: &Shape,
        mut origins: Option<&mut Vec<Places>>,
    ) -> Result<CodeSection, BinaryReaderError> {
        let mut code = CodeSection::new();
        for ((body, ty), height) in self.bodies.iter().zip(&self.functions).zip(&shape.heights) {
            let (params, results) = &self.types[*ty as usize];
            let site = Site {
                params: *params,
                results: self.block_type(results),
                height: *height,
                imported_functions: self.imported_functions,
                fuel_global: self.globals,
                stack_global: self.globals + 1,
                module,
            };
            let mut here = origins.as_ref().map(|_| Places::new());
            code.function(&rewrite(body, &site, here.as_mut())?);
            if let (Some(all), Some(here)) = (&mut origins, here) {
                all.push(here);
            }
        }
        Ok(code)
    }

    fn block_type(&self, results: &[ValType]) -> BlockType {
        match results {
            [] => BlockType::Empty,
            [one] => BlockType::Result(*one),
            many => {
                let at = self.blocks.iter().position(|block| block == many);
                let at = at.expect("every list of results of a function was noted");
                BlockType::FunctionType(bytes::count(self.types.len() + at))
            }
        }
    }

    fn added_types(&self) -> Vec<Vec<u8>> {
        let encode = |results: &Vec<ValType>| {
            let mut item = vec![0x60, 0];
            results.encode(&mut item);
            item
        };
        self.blocks.iter().map(encode).collect()
    }

    fn added_globals(&self) -> Vec<Vec<u8>> {
        let counter = |val_type, zero: ConstExpr| {
            let mut item = Vec::new();
            GlobalType {
                val_type,
                mutable: true,
                shared: false,
            }
            .encode(&mut item);
            zero.encode(&mut item);
            item
        };
        vec![
            counter(ValType::I64, ConstExpr::i64_const(0)),
            counter(ValType::I32, ConstExpr::i32_const(0)),
        ]
    }

    fn added_exports(&self) -> Vec<Vec<u8>> {
        let export = |name: &str, kind: ExportKind, index: u32| {
            let mut item = Vec::new();
            name.encode(&mut item);
            kind.encode(&mut item);
            index.encode(&mut item);
            item
        };
        let mut added = vec![
            export(FUEL, ExportKind::Global, self.globals),
            export(STACK, ExportKind::Global, self.globals + 1),
        ];
        added.extend(
            self.start
                .map(|start| export(START, ExportKind::Func, start)),
        );
        added
    }
}

/// Whether a section of this id stands behind globals or exports: all with greater numbers do, but
/// for tags.
fn comes_after(id: u8, section: SectionId) -> bool {
    id > section as u8 && id <= SectionId::DataCount as u8
}

/// The items of a section: how many, and their bytes.
fn old<'a, T: FromReader<'a>>(section: &SectionLimited<'a, T>) -> (u32, Range<usize>) {
    (
        section.count(),
        section.original_position()..section.range().end,
    )
}

/// A section's contents with items added at its end.
fn extended(module: &[u8], old: Option<(u32, Range<usize>)>, added: &[Vec<u8>]) -> Vec<u8> {
    let (count, items) = old.unwrap_or((0, 0..0));
    let mut data = Vec::new();
    (count + bytes::count(added.len())).encode(&mut data);
    data.extend_from_slice(&module[items]);
    data.extend(added.iter().flatten());
    data
}

fn raw(out: &mut Module, id: SectionId, data: &[u8]) {
    out.section(&RawSection { id: id as u8, data });
}
