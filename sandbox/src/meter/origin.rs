//! From the rewritten module back to the guest's own.

use super::module::{Shape, origins};
use wasmparser::BinaryReaderError;

/// Where each operator of a rewritten function came from.
pub(crate) struct Origins {
    imported_functions: u32,
    /// For each function with a body, in order: offset from the start of the rewritten body, and
    /// offset in the guest's module.
    bodies: Vec<Vec<(usize, usize)>>,
}

impl Origins {
    /// Rewrites a module once more, taking notes.
    pub(crate) fn new(module: &[u8], shape: &Shape) -> Result<Self, BinaryReaderError> {
        let (imported_functions, bodies) = origins(module, shape)?;
        Ok(Self {
            imported_functions,
            bodies,
        })
    }

    /// The offset in the guest's module of the operator that was at or before this place in a
    /// rewritten function.
    pub(crate) fn find(&self, function: u32, offset: usize) -> Option<usize> {
        let body = function.checked_sub(self.imported_functions)?;
        let body = self.bodies.get(body as usize)?;
        let after = body.partition_point(|(rewritten, _)| *rewritten <= offset);
        Some(body.get(after.checked_sub(1)?)?.1)
    }
}
