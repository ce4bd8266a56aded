//! Why related keys are refused: with each of them the pairing equation itself is fooled.

use super::*;
use crate::json::element;
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_groth16::{Groth16, Proof, prepare_verifying_key};

fn g1(scalar: u64) -> G1Affine {
    (G1Affine::generator() * Fr::from(scalar)).into_affine()
}

fn g2(scalar: u64) -> G2Affine {
    (G2Affine::generator() * Fr::from(scalar)).into_affine()
}

/// A key whose secrets nobody below makes use of: points only.
fn key(beta: G2Affine, gamma: G2Affine, delta: G2Affine) -> VerifyingKey<Bn254> {
    VerifyingKey {
        alpha_g1: g1(1_234_567),
        beta_g2: beta,
        gamma_g2: gamma,
        delta_g2: delta,
        gamma_abc_g1: vec![g1(31), g1(77)],
    }
}

/// The sum that stands for the inputs, for the input 5 that nobody proved anything about.
fn input_sum(key: &VerifyingKey<Bn254>) -> G1Affine {
    (key.gamma_abc_g1[0] + key.gamma_abc_g1[1] * Fr::from(5)).into_affine()
}

fn is_fooled(key: &VerifyingKey<Bn254>, proof: &Proof<Bn254>) {
    let prepared = prepare_verifying_key(key);
    let inputs = [Fr::from(5)];
    assert!(Groth16::<Bn254>::verify_proof(&prepared, proof, &inputs).unwrap());
    let refused = unrelated(key);
    assert!(
        matches!(refused, Err(KeyFault::Related { .. })),
        "{refused:?}"
    );
}

#[test]
fn with_gamma_equal_or_opposite_to_delta_anybody_forges() {
    for sign in [Fr::from(1), -Fr::from(1)] {
        let delta = (g2(999) * sign).into_affine();
        let key = key(g2(55), g2(999), delta);
        // e(L, gamma) e(C, delta) is 1 for this C, and A, B are alpha, beta.
        let c = (input_sum(&key) * -sign).into_affine();
        let (a, b) = (key.alpha_g1, key.beta_g2);
        is_fooled(&key, &Proof { a, b, c });
    }
}

#[test]
fn with_beta_equal_or_opposite_to_gamma_anybody_forges() {
    for sign in [Fr::from(1), -Fr::from(1)] {
        let gamma = (g2(55) * sign).into_affine();
        let key = key(g2(55), gamma, g2(999));
        // e(alpha, beta) e(L, gamma) is e(A, beta) for this A; B = beta + delta owes e(A, delta).
        let a = (key.alpha_g1 + input_sum(&key) * sign).into_affine();
        let b = (key.beta_g2 + key.delta_g2).into_affine();
        is_fooled(&key, &Proof { a, b, c: a });
    }
}

#[test]
fn with_beta_equal_or_opposite_to_delta_anybody_forges() {
    for sign in [Fr::from(1), -Fr::from(1)] {
        let delta = (g2(55) * sign).into_affine();
        let key = key(g2(55), g2(999), delta);
        // For A = L, B = beta + gamma owes e(L, beta), which C pays as far as alpha does not.
        let a = input_sum(&key);
        let b = (key.beta_g2 + key.gamma_g2).into_affine();
        let c = ((a.into_group() - key.alpha_g1) * sign).into_affine();
        is_fooled(&key, &Proof { a, b, c });
    }
}

#[test]
fn the_pairing_stands_in_the_file_part_by_part() {
    let pairing = prepare_verifying_key(&key(g2(55), g2(56), g2(57))).alpha_g1_beta_g2;
    let parts: Vec<String> = pairing
        .to_base_prime_field_elements()
        .map(|part| element::write(&part))
        .collect();
    let part = |at: usize| parts[at].as_str();
    let stated: Gt<&str> = std::array::from_fn(|i| {
        std::array::from_fn(|j| std::array::from_fn(|k| part(i * 6 + j * 2 + k)))
    });
    assert_eq!(alpha_beta::<Bn254>(Some(&stated), &pairing), Ok(()));
    let mut wrong = stated;
    wrong[1][0][1] = "0";
    let refused = Err(KeyFault::AlphaBeta.into());
    assert_eq!(alpha_beta::<Bn254>(Some(&wrong), &pairing), refused);
}
