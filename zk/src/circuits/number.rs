//! Numbers of 64 bits inside a field of 254: every comparison is between numbers that were shown
//! to be small, so that no wrap of the field makes a small number of a large one.

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};
use ark_r1cs_std::GR1CSVar;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// Bits of a number.
const BITS: usize = 64;

/// Constrains a variable to be below 2^64.
pub(crate) fn enforce_u64(
    cs: &ConstraintSystemRef<Fr>,
    number: &FpVar<Fr>,
) -> Result<(), SynthesisError> {
    bits(cs, number, BITS).map(|_| ())
}

/// Constrains one number to be at most another. Both must be below 2^64 already: the difference
/// of two such numbers is below 2^64 only if it is not negative.
pub(crate) fn enforce_at_most(
    cs: &ConstraintSystemRef<Fr>,
    lesser: &FpVar<Fr>,
    greater: &FpVar<Fr>,
) -> Result<(), SynthesisError> {
    enforce_u64(cs, &(greater - lesser))
}

/// The lowest bits of a variable, which is constrained to have no others.
pub(crate) fn bits(
    cs: &ConstraintSystemRef<Fr>,
    number: &FpVar<Fr>,
    count: usize,
) -> Result<Vec<Boolean<Fr>>, SynthesisError> {
    // A cheating prover's number may have more bits: the lowest are taken, and do not add up.
    let value = number.value().map(|value| value.into_bigint());
    let bits = (0..count)
        .map(|at| Boolean::new_witness(cs.clone(), || value.map(|value| value.get_bit(at))))
        .collect::<Result<Vec<_>, _>>()?;
    Boolean::le_bits_to_fp(&bits)?.enforce_equal(number)?;
    Ok(bits)
}
