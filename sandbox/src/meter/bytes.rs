//! Words of wasmparser in those of wasm-encoder, as far as the profile has them.

use wasmparser::BinaryReaderError;

pub(super) fn val_type(ty: wasmparser::ValType) -> wasm_encoder::ValType {
    match ty {
        wasmparser::ValType::I32 => wasm_encoder::ValType::I32,
        wasmparser::ValType::I64 => wasm_encoder::ValType::I64,
        wasmparser::ValType::F32 => wasm_encoder::ValType::F32,
        wasmparser::ValType::F64 => wasm_encoder::ValType::F64,
        wasmparser::ValType::V128 => wasm_encoder::ValType::V128,
        wasmparser::ValType::Ref(_) => wasm_encoder::ValType::FUNCREF,
    }
}

/// The error of a module that the gate should have refused.
pub(super) fn unpriced(offset: usize) -> BinaryReaderError {
    wasmparser::BinaryReader::new(&[], offset)
        .read_u8()
        .expect_err("there is no byte to read")
}

/// A count inside a module, which the gate bounds far below this type's range.
pub(super) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}
