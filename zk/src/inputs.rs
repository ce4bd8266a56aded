//! Public inputs: a list of elements of the scalar field.

use crate::curve::Engine;
use crate::error::{Malformed, Place};
use crate::json::{self, element};
use crate::limits::INPUTS_BYTES_MAX;

/// Reads `public.json`.
pub(crate) fn read<E: Engine>(
    bytes: &[u8],
    expected: usize,
) -> Result<Vec<E::ScalarField>, Malformed> {
    let texts: Vec<&str> = json::read("the list of public inputs", bytes, INPUTS_BYTES_MAX)?;
    if texts.len() != expected {
        return Err(Malformed::InputCount {
            expected,
            found: texts.len(),
        });
    }
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| element::read(text, Place::nth("input", index)))
        .collect()
}

/// Writes `public.json`.
#[cfg(feature = "prove")]
pub(crate) fn to_json<E: Engine>(inputs: &[E::ScalarField]) -> String {
    let texts: Vec<String> = inputs.iter().map(element::write).collect();
    json::write(&texts)
}
