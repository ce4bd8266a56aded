//! Verification keys: read, checked and written. What a key must not be stands in
//! [`KeyFault`](crate::KeyFault).

use crate::curve::{Curve, Engine};
use crate::error::{KeyFault, Malformed, Place, Refusal};
use crate::json::point::{self, Read};
use crate::json::{self, Gt, KeyFile, element};
use crate::limits::{INPUTS_MAX, KEY_BYTES_MAX};
use ark_ec::pairing::PairingOutput;
use ark_ff::Field;
use ark_groth16::VerifyingKey;

const WHAT: &str = "the verification key";
const ALPHA: Place = Place::of("vk_alpha_1");
const BETA: Place = Place::of("vk_beta_2");
const GAMMA: Place = Place::of("vk_gamma_2");
const DELTA: Place = Place::of("vk_delta_2");
const ALPHA_BETA: Place = Place::of("vk_alphabeta_12");

/// A key file, read as far as its form goes.
pub(crate) fn open(bytes: &[u8]) -> Result<(Curve, KeyFile<&str>), Malformed> {
    let file: KeyFile<&str> = json::read(WHAT, bytes, KEY_BYTES_MAX)?;
    let curve = json::tags(WHAT, file.protocol, file.curve)?;
    Ok((curve, file))
}

/// Checks everything about a key but [`alpha_beta`], which is for when the pairing is known.
pub(crate) fn read<E: Engine>(file: &KeyFile<&str>) -> Result<VerifyingKey<E>, Refusal> {
    count(file)?;
    let alpha_g1 = finite(point::read_g1::<E>(&file.vk_alpha_1, ALPHA)?, ALPHA)?;
    let beta_g2 = finite(point::read_g2::<E>(&file.vk_beta_2, BETA)?, BETA)?;
    let gamma_g2 = finite(point::read_g2::<E>(&file.vk_gamma_2, GAMMA)?, GAMMA)?;
    let delta_g2 = finite(point::read_g2::<E>(&file.vk_delta_2, DELTA)?, DELTA)?;
    let mut gamma_abc_g1 = Vec::with_capacity(file.ic.len());
    for (index, texts) in file.ic.iter().enumerate() {
        let at = Place::nth("IC", index);
        gamma_abc_g1.push(finite(point::read_g1::<E>(texts, at)?, at)?);
    }
    let key = VerifyingKey {
        alpha_g1,
        beta_g2,
        gamma_g2,
        delta_g2,
        gamma_abc_g1,
    };
    unrelated(&key)?;
    in_groups(&key)?;
    Ok(key)
}

fn count(file: &KeyFile<&str>) -> Result<(), Refusal> {
    let points = file.ic.len();
    if points > INPUTS_MAX + 1 {
        let (found, max) = (points - 1, INPUTS_MAX);
        return Err(Malformed::TooManyInputs { found, max }.into());
    }
    if points == 0 {
        return Err(KeyFault::NoInputPoints.into());
    }
    let n_public = file.n_public;
    if usize::try_from(n_public) != Ok(points - 1) {
        return Err(KeyFault::InputPoints { n_public, points }.into());
    }
    Ok(())
}

/// Without alpha, beta, gamma or delta at their place a part of the equation is gone; an input
/// whose point is at infinity could be anything.
fn finite<P>(read: Read<P>, at: Place) -> Result<P, KeyFault> {
    match read {
        Read::Point(point) => Ok(point),
        Read::Infinity => Err(KeyFault::Infinity { at }),
    }
}

/// The equation is e(A, B) = e(alpha, beta) e(L, gamma) e(C, delta). If two of the three points of
/// G2 are equal or opposite, the terms they stand in melt into one, and A, B and C that satisfy it
/// can be written down for any L.
fn unrelated<E: Engine>(key: &VerifyingKey<E>) -> Result<(), KeyFault> {
    let (beta, gamma, delta) = (key.beta_g2, key.gamma_g2, key.delta_g2);
    for (one, left, two, right) in [
        (GAMMA, gamma, DELTA, delta),
        (BETA, beta, GAMMA, gamma),
        (BETA, beta, DELTA, delta),
    ] {
        if left == right || left == -right {
            return Err(KeyFault::Related { one, two });
        }
    }
    Ok(())
}

fn in_groups<E: Engine>(key: &VerifyingKey<E>) -> Result<(), Malformed> {
    let points = key.gamma_abc_g1.iter().enumerate();
    let in_g1 = points.map(|(index, point)| (Place::nth("IC", index), point));
    for (at, point) in std::iter::once((ALPHA, &key.alpha_g1)).chain(in_g1) {
        if !E::in_g1(point) {
            return Err(Malformed::OffGroup { at });
        }
    }
    for (at, point) in [
        (BETA, &key.beta_g2),
        (GAMMA, &key.gamma_g2),
        (DELTA, &key.delta_g2),
    ] {
        if !E::in_g2(point) {
            return Err(Malformed::OffGroup { at });
        }
    }
    Ok(())
}

/// Checks that the pairing which a file states, if it does, is that of its alpha and beta: a key
/// must not say two things.
pub(crate) fn alpha_beta<E: Engine>(
    stated: Option<&Gt<&str>>,
    pairing: &E::TargetField,
) -> Result<(), Refusal> {
    let Some(stated) = stated else {
        return Ok(());
    };
    let parts = stated.iter().flatten().flatten();
    for (part, expected) in parts.zip(pairing.to_base_prime_field_elements()) {
        let part = element::read::<<E::TargetField as Field>::BasePrimeField>(part, ALPHA_BETA)?;
        if part != expected {
            return Err(KeyFault::AlphaBeta.into());
        }
    }
    Ok(())
}

/// Writes `verification_key.json`.
pub(crate) fn to_json<E: Engine>(key: &VerifyingKey<E>, pairing: &PairingOutput<E>) -> String {
    let (protocol, curve) = json::tags_of(E::CURVE);
    let mut parts = pairing.0.to_base_prime_field_elements();
    let mut part = || element::write(&parts.next().expect("the target field has twelve parts"));
    let points = key.gamma_abc_g1.len();
    json::write(&KeyFile {
        protocol,
        curve,
        n_public: u32::try_from(points - 1).expect("a key has few inputs"),
        vk_alpha_1: point::write_g1::<E>(&key.alpha_g1),
        vk_beta_2: point::write_g2::<E>(&key.beta_g2),
        vk_gamma_2: point::write_g2::<E>(&key.gamma_g2),
        vk_delta_2: point::write_g2::<E>(&key.delta_g2),
        vk_alphabeta_12: Some([(); 2].map(|()| [(); 3].map(|()| [(); 2].map(|()| part())))),
        ic: key.gamma_abc_g1.iter().map(point::write_g1::<E>).collect(),
    })
}

#[cfg(test)]
mod tests;
