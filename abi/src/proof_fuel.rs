//! The fuel of proofs, beside what their rows say: known before any work is done, and the same
//! whether a proof holds or not.
//!
//! Set by `zk/benches` at some 150 ns for 1,000 units, as other host calls are.

/// What verifying a proof takes: pairings, and a sum over its inputs.
pub const fn verify_fuel(bls12_381: bool, inputs: u64) -> u64 {
    let (pairings, input) = if bls12_381 {
        (12_000_000, 200_000)
    } else {
        (8_000_000, 130_000)
    };
    inputs.saturating_mul(input).saturating_add(pairings)
}

/// What making a proof takes, of a circuit with so many constraints.
pub const fn prove_fuel(constraints: u64) -> u64 {
    constraints
        .saturating_mul(300_000)
        .saturating_add(50_000_000)
}
