//! What a verdict costs, beside plain arkworks in the same run, and what a refusal costs.
//!
//! `cargo bench -p icn-zk --bench verify`. Keys and proofs are made from known secrets, which is
//! quicker than a circuit and gives any number of inputs.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark has nobody to answer to"
)]

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, PrimeField};
use ark_groth16::{Groth16, Proof, VerifyingKey, prepare_verifying_key};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use criterion::Criterion;
use icn_zk::{Key, Verdict};
use serde_json::{Value, json};
use std::time::Duration;

const INPUTS: u64 = 8;

fn g1<E: Pairing>(scalar: E::ScalarField) -> E::G1Affine {
    (E::G1Affine::generator() * scalar).into_affine()
}

fn g2<E: Pairing>(scalar: E::ScalarField) -> E::G2Affine {
    (E::G2Affine::generator() * scalar).into_affine()
}

/// Numbers that look like chance.
fn scalar<F: PrimeField>(seed: u64) -> F {
    F::from(seed + 3).pow([0xdead_beef_cafe])
}

struct Statement<E: Pairing> {
    key: VerifyingKey<E>,
    inputs: Vec<E::ScalarField>,
    proof: Proof<E>,
}

fn statement<E: Pairing>(seed: u64) -> Statement<E> {
    let [alpha, beta, gamma, delta] = [1, 2, 3, 4].map(scalar::<E::ScalarField>);
    let of_inputs: Vec<E::ScalarField> = (0..=INPUTS).map(|at| scalar(100 + at)).collect();
    let inputs: Vec<E::ScalarField> = (0..INPUTS).map(|at| scalar(1_000 * seed + at)).collect();
    let rest: E::ScalarField = inputs
        .iter()
        .zip(&of_inputs[1..])
        .map(|(x, l)| *x * l)
        .sum();
    let (a, b) = (
        scalar::<E::ScalarField>(7 + seed),
        scalar::<E::ScalarField>(9 + seed),
    );
    let c = (a * b - alpha * beta - (of_inputs[0] + rest) * gamma) / delta;
    Statement {
        key: VerifyingKey {
            alpha_g1: g1::<E>(alpha),
            beta_g2: g2::<E>(beta),
            gamma_g2: g2::<E>(gamma),
            delta_g2: g2::<E>(delta),
            gamma_abc_g1: of_inputs.into_iter().map(g1::<E>).collect(),
        },
        inputs,
        proof: Proof {
            a: g1::<E>(a),
            b: g2::<E>(b),
            c: g1::<E>(c),
        },
    }
}

fn point<P: AffineRepr>(point: &P) -> Value {
    let coordinate = |value: P::BaseField| {
        let parts: Vec<Value> = value
            .to_base_prime_field_elements()
            .map(|part| part.into_bigint().to_string().into())
            .collect();
        match parts.as_slice() {
            [part] => part.clone(),
            _ => parts.into(),
        }
    };
    let (x, y) = point.xy().unwrap();
    json!([coordinate(x), coordinate(y), coordinate(P::BaseField::ONE)])
}

fn key_json<E: Pairing>(tag: &str, key: &VerifyingKey<E>) -> Vec<u8> {
    let ic: Vec<Value> = key.gamma_abc_g1.iter().map(point).collect();
    let [beta, gamma, delta] = [key.beta_g2, key.gamma_g2, key.delta_g2].map(|p| point(&p));
    json!({
        "protocol": "groth16", "curve": tag, "nPublic": INPUTS, "vk_alpha_1": point(&key.alpha_g1),
        "vk_beta_2": beta, "vk_gamma_2": gamma, "vk_delta_2": delta, "IC": ic,
    })
    .to_string()
    .into_bytes()
}

fn proof_json<E: Pairing>(tag: &str, proof: &Proof<E>) -> Value {
    json!({
        "pi_a": point(&proof.a), "pi_b": point(&proof.b), "pi_c": point(&proof.c),
        "protocol": "groth16", "curve": tag,
    })
}

fn public_json<F: PrimeField>(inputs: &[F]) -> Vec<u8> {
    let texts: Vec<String> = inputs
        .iter()
        .map(|input| input.into_bigint().to_string())
        .collect();
    json!(texts).to_string().into_bytes()
}

fn curve<E: Pairing>(criterion: &mut Criterion, tag: &str, outside: &Value) {
    let statements: Vec<Statement<E>> = (0..64).map(statement).collect();
    let first = &statements[0];
    let key_bytes = key_json(tag, &first.key);
    let key = Key::from_json(&key_bytes).unwrap();
    let files: Vec<(Vec<u8>, Vec<u8>)> = statements
        .iter()
        .map(|s| {
            (
                proof_json(tag, &s.proof).to_string().into_bytes(),
                public_json(&s.inputs),
            )
        })
        .collect();
    let claims: Vec<(&[u8], &[u8])> = files
        .iter()
        .map(|(p, i)| (p.as_slice(), i.as_slice()))
        .collect();
    assert!(
        key.judge_all(&claims)
            .iter()
            .all(|verdict| *verdict == Verdict::Valid)
    );

    let prepared = prepare_verifying_key(&first.key);
    let mut bytes = Vec::new();
    first.proof.serialize_uncompressed(&mut bytes).unwrap();
    let ark =
        |proof: &Proof<E>| Groth16::<E>::verify_proof(&prepared, proof, &first.inputs).unwrap();
    let mut group = criterion.benchmark_group(format!("zk/curve={tag}/inputs={INPUTS}"));
    group.bench_function("arkworks/points given", |b| {
        b.iter(|| assert!(ark(&first.proof)))
    });
    group.bench_function("arkworks/decoded and checked", |b| {
        b.iter(|| {
            assert!(ark(
                &Proof::deserialize_uncompressed(bytes.as_slice()).unwrap()
            ))
        });
    });
    group.bench_function("judge", |b| {
        b.iter(|| assert_eq!(key.judge(claims[0].0, claims[0].1), Verdict::Valid));
    });
    for count in [4, 16, 64] {
        group.bench_function(format!("judge_all/n={count}"), |b| {
            b.iter(|| assert!(key.judge_all(&claims[..count])[0] == Verdict::Valid));
        });
    }
    group.bench_function("prepare", |b| {
        b.iter(|| Key::from_json(&key_bytes).unwrap())
    });

    let mut edited = proof_json(tag, &first.proof);
    edited["pi_b"] = outside.clone();
    let outside = edited.to_string().into_bytes();
    edited["pi_a"][0] = json!("1");
    let off_curve = edited.to_string().into_bytes();
    edited["pi_c"][0] = json!("-1");
    let not_digits = edited.to_string().into_bytes();
    let public = claims[0].1;
    let fewer = public_json(&first.inputs[1..]);
    for (class, proof, public) in [
        ("not JSON", b"{".as_slice(), public),
        ("too large", &[b' '; 5_000], public),
        ("input count", claims[0].0, &fewer),
        ("not digits", &not_digits, public),
        ("off the curve", &off_curve, public),
        ("outside the group", &outside, public),
    ] {
        group.bench_function(format!("refuse/{class}"), |b| {
            b.iter(|| assert_eq!(key.judge(proof, public).word(), "malformed"));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let outside = |x: u64| {
        let point =
            (x..).find_map(|x| ark_bn254::G2Affine::get_point_from_x_unchecked(x.into(), true));
        point.unwrap()
    };
    curve::<Bn254>(&mut criterion, "bn128", &point(&outside(1)));
    let outside =
        (1u64..).find_map(|x| ark_bls12_381::G2Affine::get_point_from_x_unchecked(x.into(), true));
    curve::<Bls12_381>(&mut criterion, "bls12381", &point(&outside.unwrap()));
    criterion.final_summary();
}
