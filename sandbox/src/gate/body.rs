//! One function body: its bounds, its validity, and how many operands it has on the stack at most.

use super::scan::{Stop, bound, malformed};
use icn_base::limits::{
    MODULE_BODY_BYTES_MAX, MODULE_BRANCH_TARGETS_MAX, MODULE_LOCALS_MAX, MODULE_NESTING_MAX,
};
use icn_base::run::RefusalCode;
use wasmparser::{FuncValidator, FunctionBody, Operator, ValidatorResources};

/// Checks the bounds that need no types, in time linear in the body.
pub(super) fn bounds(body: &FunctionBody<'_>) -> Result<(), Stop> {
    let at = body.range().start;
    let bytes = body.range().len();
    bound(RefusalCode::BodyBytes, bytes, MODULE_BODY_BYTES_MAX, at)?;
    let mut locals: u64 = 0;
    for group in body.get_locals_reader().map_err(malformed)? {
        let (count, _) = group.map_err(malformed)?;
        locals += u64::from(count);
    }
    bound(RefusalCode::Locals, locals, MODULE_LOCALS_MAX, at)?;
    let mut open: u32 = 0;
    let mut ops = body.get_operators_reader().map_err(malformed)?;
    while !ops.eof() {
        let (op, at) = ops.read_with_offset().map_err(malformed)?;
        match op {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                open += 1;
                bound(RefusalCode::Nesting, open, MODULE_NESTING_MAX, at)?;
            }
            Operator::End => open = open.saturating_sub(1),
            Operator::BrTable { targets } => {
                let (found, allowed) = (targets.len(), MODULE_BRANCH_TARGETS_MAX);
                bound(RefusalCode::BranchTargets, found, allowed, at)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Validates a body whose bounds hold, and says how many operands it has on the stack at most.
pub(super) fn height(
    body: &FunctionBody<'_>,
    validator: &mut FuncValidator<ValidatorResources>,
) -> wasmparser::Result<u32> {
    let mut locals = body.get_binary_reader();
    validator.read_locals(&mut locals)?;
    let mut height = 0;
    let mut ops = body.get_operators_reader()?;
    while !ops.eof() {
        let (op, at) = ops.read_with_offset()?;
        validator.op(at, &op)?;
        height = height.max(validator.operand_stack_height());
    }
    ops.finish()?;
    Ok(height)
}
