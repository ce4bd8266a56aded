//! Whether points stand in the same proportion: what can be checked of numbers that nobody knows.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::PrimeField;
use sha2::{Digest, Sha256};

/// True if b is as much times a as d is times c, and none of them is zero.
pub(super) fn same_ratio((a, b): (G1Affine, G1Affine), (c, d): (G2Affine, G2Affine)) -> bool {
    let zero = a.is_zero() || b.is_zero() || c.is_zero() || d.is_zero();
    !zero && Bn254::pairing(a, d) == Bn254::pairing(b, c)
}

/// Factors that nobody could know who chose what they are multiplied with.
pub(super) fn factors(seed: &[u8; 32], name: &str, count: usize) -> Vec<Fr> {
    let of = |index: u64| {
        let hash = Sha256::new_with_prefix(b"icn/zk/setup/factor/1");
        let digest = hash
            .chain_update(seed)
            .chain_update(name)
            .chain_update(index.to_le_bytes())
            .finalize();
        Fr::from_le_bytes_mod_order(&digest[..16])
    };
    (0u64..).take(count).map(of).collect()
}

/// One sum that stands for all points of a list, and one for all points of another.
pub(super) fn sums_g1(
    factors: &[Fr],
    left: &[G1Affine],
    right: &[G1Affine],
) -> (G1Affine, G1Affine) {
    let sum = |points| G1Projective::msm_unchecked(points, factors).into_affine();
    (sum(left), sum(right))
}

/// The same in G2.
pub(super) fn sums_g2(
    factors: &[Fr],
    left: &[G2Affine],
    right: &[G2Affine],
) -> (G2Affine, G2Affine) {
    let sum = |points| G2Projective::msm_unchecked(points, factors).into_affine();
    (sum(left), sum(right))
}
