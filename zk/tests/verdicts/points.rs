//! Points that no file of snarkjs has: outside the group, or moved.

use crate::edit::Files;
use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::pairing::Pairing;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, PrimeField};
use serde_json::{Value, json};

/// A point of the curve of G1 outside the group, if there is one (BN254 has none).
pub(crate) fn outside_g1(curve: &str) -> Option<Value> {
    (curve == "bls12381").then(outside::<ark_bls12_381::g1::Config>)
}

/// A point of the curve of G2 outside the group.
pub(crate) fn outside_g2(curve: &str) -> Value {
    if curve == "bn128" {
        outside::<ark_bn254::g2::Config>()
    } else {
        outside::<ark_bls12_381::g2::Config>()
    }
}

fn outside<C: SWCurveConfig>() -> Value {
    let point = (1u64..).find_map(|seed| {
        let x = C::BaseField::from(seed);
        let point = Affine::<C>::get_point_from_x_unchecked(x, true)?;
        (!point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
    });
    written(&point.unwrap())
}

/// Two proofs, C moved by the generator and by its opposite.
pub(crate) fn cancelling(files: &Files) -> (Vec<u8>, Vec<u8>) {
    if files.curve == "bn128" {
        moved_both_ways::<Bn254>(files)
    } else {
        moved_both_ways::<Bls12_381>(files)
    }
}

fn moved_both_ways<E: Pairing>(files: &Files) -> (Vec<u8>, Vec<u8>) {
    let mut proof: Value = serde_json::from_slice(&files.proof).unwrap();
    let old = proof["pi_c"].clone();
    let generator = E::G1Affine::generator();
    let mut moved = |by: E::G1Affine| {
        let multiples = (1u64..100).map(|n| (generator * E::ScalarField::from(n)).into_affine());
        // C is not a small multiple, so the sum is no special case of the addition.
        assert!(multiples.clone().all(|point| written(&point) != old));
        let c: E::G1Affine = read::<E>(&old);
        proof["pi_c"] = written(&(c + by).into_affine());
        proof.to_string().into_bytes()
    };
    (
        moved(generator),
        moved(-generator.into_group().into_affine()),
    )
}

fn read<E: Pairing>(point: &Value) -> E::G1Affine {
    let element = |at: usize| -> E::BaseField { point[at].as_str().unwrap().parse().ok().unwrap() };
    let (x, y) = (element(0), element(1));
    let mut bytes = Vec::new();
    ark_serialize::CanonicalSerialize::serialize_uncompressed(&x, &mut bytes).unwrap();
    let with_sign = E::G1Affine::from_random_bytes(&bytes).unwrap();
    if with_sign.y() == Some(y) {
        with_sign
    } else {
        -with_sign.into_group().into_affine()
    }
}

fn written<P: AffineRepr>(point: &P) -> Value {
    let coordinate = |value: P::BaseField| {
        let parts: Vec<_> = value
            .to_base_prime_field_elements()
            .map(|part| Value::from(part.into_bigint().to_string()))
            .collect();
        match parts.as_slice() {
            [part] => part.clone(),
            _ => Value::from(parts),
        }
    };
    let (x, y) = point.xy().unwrap();
    json!([coordinate(x), coordinate(y), coordinate(P::BaseField::ONE)])
}
