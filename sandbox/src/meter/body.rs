//! One function body, rewritten so that it counts.
//!
//! - Every straight piece of code is paid when it is entered: its cost is subtracted from a local
//!   copy of the fuel, which is stored at once, so the counter is right wherever a trap strikes.
//! - The copy is tested at function entry, at every turn of a loop and before work whose size is an
//!   operand. Code between those points is bounded by the size of a body.
//! - The copy is read again after each call.
//! - A function that calls functions of the guest takes its frame off the stack counter and gives
//!   it back when it returns. One that calls none cannot recurse and is not counted.
//!
//! Operators of the guest are copied byte for byte.

use wasm_encoder::{BlockType, Function, Instruction, ValType};
use wasmparser::{BinaryReaderError, FunctionBody, Operator};

use super::cost::{Cost, ENTRY, Rate, cost};
use super::{FRAME_SLOTS, bytes};

/// What the rewriting of a body needs to know from outside it.
pub(super) struct Site<'a> {
    /// Number of parameters.
    pub(super) params: u32,
    /// The block type of `() -> results`.
    pub(super) results: BlockType,
    /// Operands that are on the stack at most.
    pub(super) height: u32,
    /// Imported functions come first in the index space; a call to one needs no stack of the
    /// guest's.
    pub(super) imported_functions: u32,
    /// Index of the fuel counter.
    pub(super) fuel_global: u32,
    /// Index of the stack counter.
    pub(super) stack_global: u32,
    /// The module's bytes, which the body's offsets count in.
    pub(super) module: &'a [u8],
}

/// Offsets of operators: in the rewritten body's bytes, and in the guest's module.
pub(super) type Places = Vec<(usize, usize)>;

pub(super) fn rewrite(
    body: &FunctionBody<'_>,
    site: &Site<'_>,
    origins: Option<&mut Places>,
) -> Result<Function, BinaryReaderError> {
    let scan = Scan::of(body, site)?;
    let mut locals: Vec<(u32, ValType)> = Vec::new();
    let mut declared: u32 = 0;
    for group in body.get_locals_reader()? {
        let (count, ty) = group?;
        declared += count;
        locals.push((count, bytes::val_type(ty)));
    }
    let fuel = site.params + declared;
    let (units, saved) = (fuel + 1, fuel + 2);
    locals.push((1, ValType::I64));
    locals.push((2, ValType::I32));

    let mut writer = Writer {
        out: Function::new(locals),
        site,
        fuel,
        units,
        saved,
        origins,
    };
    writer.entry(&scan, declared, body.range().len());
    writer.operators(body, &scan)?;
    Ok(writer.out)
}

/// The cost of each straight piece, in order, and whether the function can call back into the
/// guest.
struct Scan {
    pieces: Vec<u64>,
    calls: bool,
}

impl Scan {
    fn of(body: &FunctionBody<'_>, site: &Site<'_>) -> Result<Self, BinaryReaderError> {
        let mut pieces = vec![ENTRY];
        let mut calls = false;
        for op in body.get_operators_reader()? {
            let op = op?;
            let fuel = match price(&op, body)? {
                Cost::Flat(fuel) => fuel,
                Cost::PerUnit(rate) => rate.base,
            };
            let last = pieces.len() - 1;
            if let Operator::Loop { .. } = op {
                pieces.push(fuel);
                continue;
            }
            pieces[last] += fuel;
            if ends_piece(&op) {
                pieces.push(0);
            }
            calls |= match op {
                Operator::Call { function_index } => function_index >= site.imported_functions,
                Operator::CallIndirect { .. } => true,
                _ => false,
            };
        }
        Ok(Self { pieces, calls })
    }
}

fn price(op: &Operator<'_>, body: &FunctionBody<'_>) -> Result<Cost, BinaryReaderError> {
    // The gate admits no such operator; an unpriced one would be free work.
    cost(op).ok_or_else(|| bytes::unpriced(body.range().start))
}

/// Whether control may go elsewhere after this operator, or come from elsewhere.
fn ends_piece(op: &Operator<'_>) -> bool {
    use Operator as O;
    matches!(
        op,
        O::If { .. }
            | O::Else
            | O::End
            | O::Br { .. }
            | O::BrIf { .. }
            | O::BrTable { .. }
            | O::Return
            | O::Unreachable
    )
}

struct Writer<'a> {
    out: Function,
    site: &'a Site<'a>,
    /// Local: copy of the fuel counter.
    fuel: u32,
    /// Local: the operand of a bulk operator.
    units: u32,
    /// Local: the stack counter at entry.
    saved: u32,
    origins: Option<&'a mut Places>,
}

impl Writer<'_> {
    fn entry(&mut self, scan: &Scan, declared: u32, body_bytes: usize) {
        if scan.calls {
            let frame = frame_slots(self.site.params + declared + self.site.height, body_bytes);
            let stack = self.site.stack_global;
            self.emit(&Instruction::GlobalGet(stack));
            self.emit(&Instruction::LocalTee(self.saved));
            self.emit(&Instruction::I32Const(frame));
            self.emit(&Instruction::I32Sub);
            self.emit(&Instruction::GlobalSet(stack));
            self.emit(&Instruction::LocalGet(self.saved));
            self.emit(&Instruction::I32Const(frame));
            self.emit(&Instruction::I32LtS);
            self.trap_if();
        }
        self.reload();
        self.pay(scan.pieces[0]);
        self.test();
        if scan.calls {
            self.emit(&Instruction::Block(self.site.results));
        }
    }

    fn operators(&mut self, body: &FunctionBody<'_>, scan: &Scan) -> Result<(), BinaryReaderError> {
        let mut pieces = scan.pieces.iter().copied().skip(1);
        let mut open: u32 = 0;
        let mut ops = body.get_operators_reader()?;
        while !ops.eof() {
            let start = ops.original_position();
            let op = ops.read()?;
            let bytes = &self.site.module[start..ops.original_position()];
            if let Cost::PerUnit(rate) = price(&op, body)? {
                self.pay_units(rate);
            }
            if let Some(origins) = &mut self.origins {
                origins.push((self.out.byte_len(), start));
            }
            match op {
                Operator::Return if scan.calls => self.emit(&Instruction::Br(open)),
                Operator::End if open == 0 && scan.calls => {
                    self.emit(&Instruction::End);
                    self.emit(&Instruction::LocalGet(self.saved));
                    self.emit(&Instruction::GlobalSet(self.site.stack_global));
                    self.emit(&Instruction::End);
                }
                _ => {
                    self.out.raw(bytes.iter().copied());
                }
            }
            match op {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => open += 1,
                Operator::End if open == 0 => break,
                Operator::End => open -= 1,
                Operator::Call { .. } | Operator::CallIndirect { .. } => self.reload(),
                _ => {}
            }
            if ends_piece(&op) || matches!(op, Operator::Loop { .. }) {
                self.pay(pieces.next().unwrap_or(0));
            }
            if let Operator::Loop { .. } = op {
                self.test();
            }
        }
        Ok(())
    }

    /// Takes the cost of the piece that begins here.
    fn pay(&mut self, fuel: u64) {
        if fuel == 0 {
            return;
        }
        self.emit(&Instruction::LocalGet(self.fuel));
        self.emit(&Instruction::I64Const(fuel.cast_signed()));
        self.take();
    }

    /// Takes the cost of the units on top of the stack, before the work is done.
    fn pay_units(&mut self, rate: Rate) {
        self.emit(&Instruction::LocalSet(self.units));
        self.emit(&Instruction::LocalGet(self.fuel));
        self.emit(&Instruction::LocalGet(self.units));
        if let Some(most) = rate.most {
            self.emit(&Instruction::I32Const(most.cast_signed()));
            self.emit(&Instruction::LocalGet(self.units));
            self.emit(&Instruction::I32Const(most.cast_signed()));
            self.emit(&Instruction::I32LtU);
            self.emit(&Instruction::Select);
        }
        self.emit(&Instruction::I64ExtendI32U);
        self.emit(&Instruction::I64Const(i64::from(rate.shift)));
        self.emit(&Instruction::I64ShrU);
        self.emit(&Instruction::I64Const(rate.each.cast_signed()));
        self.emit(&Instruction::I64Mul);
        self.take();
        self.test();
        self.emit(&Instruction::LocalGet(self.units));
    }

    /// Subtracts, and stores what is left.
    fn take(&mut self) {
        self.emit(&Instruction::I64Sub);
        self.emit(&Instruction::LocalTee(self.fuel));
        self.emit(&Instruction::GlobalSet(self.site.fuel_global));
    }

    fn test(&mut self) {
        self.emit(&Instruction::LocalGet(self.fuel));
        self.emit(&Instruction::I64Const(0));
        self.emit(&Instruction::I64LtS);
        self.trap_if();
    }

    fn trap_if(&mut self) {
        self.emit(&Instruction::If(BlockType::Empty));
        self.emit(&Instruction::Unreachable);
        self.emit(&Instruction::End);
    }

    fn reload(&mut self) {
        self.emit(&Instruction::GlobalGet(self.site.fuel_global));
        self.emit(&Instruction::LocalSet(self.fuel));
    }

    fn emit(&mut self, instruction: &Instruction<'_>) {
        self.out.instruction(instruction);
    }
}

/// Slots that a call takes: what is named in the code, and an eighth of a body's bytes for what a
/// compiler may keep alive beyond that (it moves computations out of loops, and each takes some
/// bytes of code).
fn frame_slots(named: u32, body_bytes: usize) -> i32 {
    let hidden = u32::try_from(body_bytes / 8).unwrap_or(u32::MAX);
    i32::try_from(named.saturating_add(hidden).max(FRAME_SLOTS)).unwrap_or(i32::MAX)
}
