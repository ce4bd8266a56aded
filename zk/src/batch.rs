//! Many proofs of one key in one equation.
//!
//! Each claim's equation is raised to a number of its own and all are multiplied: n proofs cost
//! n + 3 Miller loops and one final exponentiation instead of 3n and n. If every claim holds, so
//! does the product. If one does not, the product holds for one choice of numbers in 2^128. The
//! numbers are hashed from the key and every claim, so whoever made the claims could not know
//! them, and every machine uses the same.

use crate::curve::Engine;
use crate::prepared::{Claim, Prepared};
use ark_ec::pairing::prepare_g2;
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{Field, PrimeField};
use ark_serialize::CanonicalSerialize;
use sha2::{Digest, Sha256};

/// Up to so many claims of a product that failed are judged one by one.
const SINGLES: usize = 4;

/// Whether each claim holds: what [`Prepared::holds`] says of each.
pub(crate) fn verdicts<E: Engine>(key: &Prepared<E>, claims: &[Claim<E>]) -> Vec<bool> {
    let mut verdicts = vec![true; claims.len()];
    if !claims.is_empty() {
        settle(key, claims, &factors(key, claims), &mut verdicts);
    }
    verdicts
}

/// Bisects until only products that hold and few claims are left. The factors of a part are those
/// of the whole: each was fixed after all claims were.
fn settle<E: Engine>(key: &Prepared<E>, claims: &[Claim<E>], factors: &[Factor], out: &mut [bool]) {
    if claims.len() > 1 && product_holds(key, claims, factors) {
        return;
    }
    if claims.len() <= SINGLES {
        for (claim, out) in claims.iter().zip(out) {
            *out = key.holds(claim);
        }
        return;
    }
    let middle = claims.len() / 2;
    let (left, right) = out.split_at_mut(middle);
    settle(key, &claims[..middle], &factors[..middle], left);
    settle(key, &claims[middle..], &factors[middle..], right);
}

/// A number below 2^128, by its halves, the lower first.
type Factor = [u64; 2];

fn factors<E: Engine>(key: &Prepared<E>, claims: &[Claim<E>]) -> Vec<Factor> {
    let mut hash = Sha256::new_with_prefix(b"icn/zk/batch/1");
    absorb(&mut hash, key.verifying());
    for claim in claims {
        absorb(&mut hash, &claim.proof.0);
        absorb(&mut hash, &claim.inputs);
    }
    let seed = hash.finalize();
    (0u64..)
        .take(claims.len())
        .map(|index| {
            let hash = Sha256::new_with_prefix(seed).chain_update(index.to_le_bytes());
            let [low, high, ..] = words(hash.finalize().into());
            [low, high]
        })
        .collect()
}

/// Everything absorbed says its own length or has a fixed one, so no two lists look the same.
fn absorb(hash: &mut Sha256, value: &impl CanonicalSerialize) {
    let mut bytes = Vec::with_capacity(value.uncompressed_size());
    value
        .serialize_uncompressed(&mut bytes)
        .expect("memory takes all bytes");
    hash.update(bytes);
}

fn words(digest: [u8; 32]) -> [u64; 4] {
    let (words, _) = digest.as_chunks::<8>();
    std::array::from_fn(|at| u64::from_le_bytes(words[at]))
}

/// The product of all e(rA, B), of e(-sum rL, gamma), e(-sum rC, delta) and e(-sum r alpha, beta)
/// is one.
fn product_holds<E: Engine>(key: &Prepared<E>, claims: &[Claim<E>], factors: &[Factor]) -> bool {
    let scalars: Vec<E::ScalarField> = factors.iter().map(scalar).collect();
    let total: E::ScalarField = scalars.iter().sum();
    let mut inputs = vec![E::ScalarField::ZERO; key.input_count()];
    for (claim, scalar) in claims.iter().zip(&scalars) {
        for (sum, input) in inputs.iter_mut().zip(&claim.inputs) {
            *sum += *input * scalar;
        }
    }
    let vk = key.verifying();
    let input_sum = vk.gamma_abc_g1[0] * total + key.input_sum(&inputs);
    let points: Vec<_> = claims.iter().map(|claim| claim.proof.0.c).collect();
    let mut in_g1 = vec![
        input_sum,
        weighted_sum::<E>(&points, factors),
        -(vk.alpha_g1 * total),
    ];
    in_g1.extend(
        claims
            .iter()
            .zip(factors)
            .map(|(claim, factor)| claim.proof.0.a.mul_bigint(factor)),
    );
    let fixed = [
        key.key.gamma_g2_neg_pc.clone(),
        key.key.delta_g2_neg_pc.clone(),
        key.beta.clone(),
    ];
    let in_g2 = claims.iter().map(|claim| prepare_g2::<E>(claim.proof.0.b));
    let product = E::multi_miller_loop(
        E::G1::normalize_batch(&in_g1),
        fixed.into_iter().chain(in_g2),
    );
    E::final_exponentiation(product).is_some_and(|end| end.0 == E::TargetField::ONE)
}

fn scalar<F: PrimeField>([low, high]: &Factor) -> F {
    F::from(u128::from(*high) << 64 | u128::from(*low))
}

/// The sum of each point times its factor, by the halves of the factors.
fn weighted_sum<E: Engine>(points: &[E::G1Affine], factors: &[Factor]) -> E::G1 {
    let [low, high] = [0, 1].map(|half| {
        let halves: Vec<u64> = factors.iter().map(|factor| factor[half]).collect();
        E::G1::msm_u64(points, &halves)
    });
    let mut sum = high;
    for _ in 0..64 {
        sum.double_in_place();
    }
    sum + low
}
