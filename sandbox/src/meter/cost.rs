//! The schedule: what each operator costs, so that equal fuel takes about equal time.
//!
//! A unit is about what one register operation takes in optimised code. The figures are measured
//! (`benches/sandbox.rs` prints the time per unit of each kind of work); changing one is a new schedule,
//! never an edit, because fuel stands in receipts.

use icn_base::limits::{MEMORY_PAGES_MAX, TABLE_ELEMENTS_MAX};
use wasmparser::Operator;

/// What an operator costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Always the same.
    Flat(u64),
    /// `base`, and `rate` for each operand unit (byte, page or element) on top of the stack.
    PerUnit(Rate),
}

/// A price that depends on the count on top of the stack: `base + (min(count, most) >> shift) *
/// each`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// Charged always.
    pub(crate) base: u64,
    /// Units that make one portion, as a power of two.
    pub(crate) shift: u32,
    /// Fuel for each full portion.
    pub(crate) each: u64,
    /// Units beyond which nothing is done, so that an attempt is not paid as if it were.
    pub(crate) most: Option<u32>,
}

/// Fuel for entering a function, on top of the call operator.
pub(crate) const ENTRY: u64 = 2;

/// The price of an operator, or `None` for one outside the profile, which the gate refuses.
pub(crate) fn cost(op: &Operator<'_>) -> Option<Cost> {
    use Operator as O;
    let flat = match op {
        O::Nop | O::Block { .. } | O::Else | O::End | O::Drop | O::Unreachable | O::Return => 0,

        // Charged at every turn: no loop is free.
        O::Loop { .. } => 1,
        O::If { .. } | O::Br { .. } | O::BrIf { .. } => 1,
        O::BrTable { .. } => 4,
        O::Call { .. } => 6,
        O::CallIndirect { .. } => 12,

        O::Select | O::TypedSelect { .. } => 2,
        O::LocalGet { .. } | O::LocalSet { .. } | O::LocalTee { .. } => 1,
        O::I32Const { .. } | O::I64Const { .. } | O::F32Const { .. } | O::F64Const { .. } => 1,
        O::GlobalGet { .. } | O::GlobalSet { .. } => 2,
        O::RefNull { .. } | O::RefIsNull | O::RefFunc { .. } => 4,

        O::I32Load { .. }
        | O::I64Load { .. }
        | O::F32Load { .. }
        | O::F64Load { .. }
        | O::I32Load8S { .. }
        | O::I32Load8U { .. }
        | O::I32Load16S { .. }
        | O::I32Load16U { .. }
        | O::I64Load8S { .. }
        | O::I64Load8U { .. }
        | O::I64Load16S { .. }
        | O::I64Load16U { .. }
        | O::I64Load32S { .. }
        | O::I64Load32U { .. } => 10,
        O::I32Store { .. }
        | O::I64Store { .. }
        | O::F32Store { .. }
        | O::F64Store { .. }
        | O::I32Store8 { .. }
        | O::I32Store16 { .. }
        | O::I64Store8 { .. }
        | O::I64Store16 { .. }
        | O::I64Store32 { .. } => 4,

        O::I32Eqz
        | O::I32Eq
        | O::I32Ne
        | O::I32LtS
        | O::I32LtU
        | O::I32GtS
        | O::I32GtU
        | O::I32LeS
        | O::I32LeU
        | O::I32GeS
        | O::I32GeU
        | O::I64Eqz
        | O::I64Eq
        | O::I64Ne
        | O::I64LtS
        | O::I64LtU
        | O::I64GtS
        | O::I64GtU
        | O::I64LeS
        | O::I64LeU
        | O::I64GeS
        | O::I64GeU => 1,
        O::I32Add
        | O::I32Sub
        | O::I32And
        | O::I32Or
        | O::I32Xor
        | O::I32Shl
        | O::I32ShrS
        | O::I32ShrU
        | O::I32Rotl
        | O::I32Rotr
        | O::I64Add
        | O::I64Sub
        | O::I64And
        | O::I64Or
        | O::I64Xor
        | O::I64Shl
        | O::I64ShrS
        | O::I64ShrU
        | O::I64Rotl
        | O::I64Rotr => 1,
        O::I32WrapI64
        | O::I64ExtendI32S
        | O::I64ExtendI32U
        | O::I32Extend8S
        | O::I32Extend16S
        | O::I64Extend8S
        | O::I64Extend16S
        | O::I64Extend32S => 1,
        O::I32Clz | O::I32Ctz | O::I32Popcnt | O::I64Clz | O::I64Ctz | O::I64Popcnt => 2,
        O::I32Mul | O::I64Mul => 3,
        O::I32DivS
        | O::I32DivU
        | O::I32RemS
        | O::I32RemU
        | O::I64DivS
        | O::I64DivU
        | O::I64RemS
        | O::I64RemU => 12,

        O::F32Eq
        | O::F32Ne
        | O::F32Lt
        | O::F32Gt
        | O::F32Le
        | O::F32Ge
        | O::F64Eq
        | O::F64Ne
        | O::F64Lt
        | O::F64Gt
        | O::F64Le
        | O::F64Ge => 2,
        O::F32Abs | O::F32Neg | O::F32Copysign | O::F64Abs | O::F64Neg | O::F64Copysign => 2,
        O::I32ReinterpretF32
        | O::I64ReinterpretF64
        | O::F32ReinterpretI32
        | O::F64ReinterpretI64 => 2,
        O::F32Add | O::F32Sub | O::F32Mul | O::F64Add | O::F64Sub | O::F64Mul => 10,
        O::F32Ceil
        | O::F32Floor
        | O::F32Trunc
        | O::F32Nearest
        | O::F64Ceil
        | O::F64Floor
        | O::F64Trunc
        | O::F64Nearest => 16,
        O::F32Min | O::F32Max | O::F64Min | O::F64Max => 14,
        O::F32Div | O::F64Div => 32,
        O::F32Sqrt | O::F64Sqrt => 48,
        O::F32ConvertI32S
        | O::F32ConvertI32U
        | O::F32ConvertI64S
        | O::F32ConvertI64U
        | O::F32DemoteF64
        | O::F64ConvertI32S
        | O::F64ConvertI32U
        | O::F64ConvertI64S
        | O::F64ConvertI64U
        | O::F64PromoteF32 => 10,
        O::I32TruncF32S
        | O::I32TruncF32U
        | O::I32TruncF64S
        | O::I32TruncF64U
        | O::I64TruncF32S
        | O::I64TruncF32U
        | O::I64TruncF64S
        | O::I64TruncF64U
        | O::I32TruncSatF32S
        | O::I32TruncSatF32U
        | O::I32TruncSatF64S
        | O::I32TruncSatF64U
        | O::I64TruncSatF32S
        | O::I64TruncSatF32U
        | O::I64TruncSatF64S
        | O::I64TruncSatF64U => 14,

        O::MemorySize { .. } | O::TableSize { .. } => 4,
        O::TableGet { .. } | O::TableSet { .. } => 6,
        O::DataDrop { .. } | O::ElemDrop { .. } => 40,

        O::MemoryGrow { .. } => return grow(300, 12_000, MEMORY_PAGES_MAX),
        O::MemoryCopy { .. } | O::MemoryFill { .. } | O::MemoryInit { .. } => {
            return per_unit(80, 3, 1);
        }
        O::TableGrow { .. } => return grow(300, 4, TABLE_ELEMENTS_MAX),
        O::TableFill { .. } | O::TableCopy { .. } | O::TableInit { .. } => {
            return per_unit(80, 0, 4);
        }

        // Every other operator belongs to a proposal outside the profile.
        _ => return None,
    };
    Some(Cost::Flat(flat))
}

const fn per_unit(base: u64, shift: u32, each: u64) -> Option<Cost> {
    Some(Cost::PerUnit(Rate {
        base,
        shift,
        each,
        most: None,
    }))
}

const fn grow(base: u64, each: u64, most: u32) -> Option<Cost> {
    Some(Cost::PerUnit(Rate {
        base,
        shift: 0,
        each,
        most: Some(most),
    }))
}
