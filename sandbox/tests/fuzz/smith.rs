//! Valid modules by wasm-smith.

use arbitrary::{Arbitrary, Result, Unstructured};
use icn_abi::{CALLS, ValType};
use icn_sandbox::JobDraft;
use std::sync::LazyLock;
use wasm_smith::{Config, Module};

/// What a guest exports.
static GUEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let text = r#"(module (memory (export "memory") 1 9)
        (func (export "run") (result i64) (unreachable)))"#;
    wat::parse_str(text).unwrap()
});

/// What a guest may import: every host call.
static IMPORTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let spell = |ty| match ty {
        ValType::I32 => " i32",
        ValType::I64 => " i64",
    };
    let fields: String = CALLS
        .iter()
        .map(|call| {
            let params: String = call.params().map(spell).collect();
            format!(
                r#"(import "icn" "{}" (func (param{params}) (result i64)))"#,
                call.name
            )
        })
        .collect();
    wat::parse_str(format!("(module {fields})")).unwrap()
});

/// A guest within the profile.
pub(crate) fn draft(source: &mut Unstructured<'_>) -> Result<JobDraft> {
    let references = source.ratio(1, 4)?;
    let config = Config {
        exports: Some(GUEST.clone()),
        available_imports: source.ratio(3, 4)?.then(|| IMPORTS.clone()),
        max_imports: 12,
        max_funcs: 24,
        // The one that is exported comes on top.
        max_memories: 0,
        max_tables: if references { 3 } else { 1 },
        max_table_elements: 200,
        max_memory32_bytes: 600_000,
        max_instructions: source.int_in_range(5..=600)?,
        reference_types_enabled: references,
        memory64_enabled: false,
        simd_enabled: false,
        relaxed_simd_enabled: false,
        threads_enabled: false,
        shared_everything_threads_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        custom_descriptors_enabled: false,
        custom_page_sizes_enabled: false,
        tail_call_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::arbitrary(source)?
    };
    crate::limited(Module::new(config, source)?.to_bytes(), source)
}

/// A module with any feature, which need not be a guest.
pub(crate) fn anything(source: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let config = Config::arbitrary(source)?;
    Ok(Module::new(config, source)?.to_bytes())
}
