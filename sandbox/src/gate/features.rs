//! The profile of decision D6: WebAssembly 2.0 without SIMD, and extended constants.
//!
//! `externref` is off although 2.0 has it: no host call gives or takes one, and without it no
//! garbage collector is part of the engine.

use wasmparser::WasmFeatures;

/// What a guest may use.
pub(super) const PROFILE: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::EXTENDED_CONST);

/// The profile in a message.
pub(super) const PROFILE_TEXT: &str =
    "WebAssembly 2.0 without SIMD and externref, and extended constants";

/// The name of a feature outside the profile, as toolchains spell it.
pub(super) fn name(feature: WasmFeatures) -> &'static str {
    const NAMES: &[(WasmFeatures, &str)] = &[
        (WasmFeatures::SIMD, "simd128"),
        (WasmFeatures::RELAXED_SIMD, "relaxed-simd"),
        (WasmFeatures::THREADS, "threads (atomics, shared memory)"),
        (WasmFeatures::TAIL_CALL, "tail-call"),
        (WasmFeatures::MULTI_MEMORY, "multi-memory"),
        (WasmFeatures::MEMORY64, "memory64"),
        (WasmFeatures::EXCEPTIONS, "exception-handling"),
        (
            WasmFeatures::LEGACY_EXCEPTIONS,
            "exception-handling (legacy)",
        ),
        (
            WasmFeatures::FUNCTION_REFERENCES,
            "typed function references",
        ),
        (WasmFeatures::GC, "gc"),
        (WasmFeatures::GC_TYPES, "externref"),
        (WasmFeatures::CUSTOM_PAGE_SIZES, "custom-page-sizes"),
        (WasmFeatures::MEMORY_CONTROL, "memory-control"),
        (
            WasmFeatures::SHARED_EVERYTHING_THREADS,
            "shared-everything-threads",
        ),
        (WasmFeatures::STACK_SWITCHING, "stack-switching"),
        (WasmFeatures::WIDE_ARITHMETIC, "wide-arithmetic"),
        (WasmFeatures::CUSTOM_DESCRIPTORS, "custom-descriptors"),
        (WasmFeatures::COMPACT_IMPORTS, "compact-imports"),
    ];
    let known = NAMES.iter().find(|(flag, _)| feature.intersects(*flag));
    known.map_or("an extension", |(_, name)| name)
}
