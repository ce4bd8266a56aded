//! Points as three coordinates, the third of which is 1.

use super::element;
use super::{G1, G2};
use crate::curve::{Engine, Point};
use crate::error::{Malformed, Place};
use ark_ec::{AdditiveGroup, AffineRepr};
use ark_ff::Field;

/// What three coordinates say.
#[derive(Debug)]
pub(crate) enum Read<P> {
    /// A point on the curve, perhaps outside the group.
    Point(P),
    /// The point at infinity, as snarkjs spells it: (0 : 1 : 0).
    Infinity,
}

/// Reads a point of G1.
pub(crate) fn read_g1<E: Engine>(
    [x, y, z]: &G1<&str>,
    at: Place,
) -> Result<Read<E::G1Affine>, Malformed> {
    read([&[*x], &[*y], &[*z]], at)
}

/// Reads a point of G2.
pub(crate) fn read_g2<E: Engine>(
    [x, y, z]: &G2<&str>,
    at: Place,
) -> Result<Read<E::G2Affine>, Malformed> {
    read([x, y, z], at)
}

fn read<P: Point>(coordinates: [&[&str]; 3], at: Place) -> Result<Read<P>, Malformed> {
    let [x, y, z] = coordinates.map(|parts| coordinate::<P::BaseField>(parts, at));
    let (x, y, z) = (x?, y?, z?);
    let (zero, one) = (P::BaseField::ZERO, P::BaseField::ONE);
    if (x, y, z) == (zero, one, zero) {
        return Ok(Read::Infinity);
    }
    if z != one {
        return Err(Malformed::NotAffine { at });
    }
    let point = P::at(x, y);
    if point.on_curve() {
        Ok(Read::Point(point))
    } else {
        Err(Malformed::OffCurve { at })
    }
}

fn coordinate<F: Field>(parts: &[&str], at: Place) -> Result<F, Malformed> {
    let mut elements = Vec::with_capacity(parts.len());
    for part in parts {
        elements.push(element::read::<F::BasePrimeField>(part, at)?);
    }
    Ok(F::from_base_prime_field_elems(elements)
        .expect("a coordinate has as many parts as its field's degree"))
}

/// Writes a point of G1.
pub(crate) fn write_g1<E: Engine>(point: &E::G1Affine) -> G1<String> {
    write(point).map(|[part]| part)
}

/// Writes a point of G2.
pub(crate) fn write_g2<E: Engine>(point: &E::G2Affine) -> G2<String> {
    write(point)
}

fn write<P: AffineRepr, const N: usize>(point: &P) -> [[String; N]; 3] {
    let (zero, one) = (P::BaseField::ZERO, P::BaseField::ONE);
    let coordinates = match point.xy() {
        Some((x, y)) => [x, y, one],
        None => [zero, one, zero],
    };
    coordinates.map(|coordinate| {
        let mut parts = coordinate.to_base_prime_field_elements();
        std::array::from_fn(|_| {
            let part = parts.next().expect("N is the degree of the field");
            element::write(&part)
        })
    })
}
