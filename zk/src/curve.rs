//! The two pairing-friendly curves, and the one list of what differs between them.

use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use std::fmt;

mod bn254_g2;

/// A curve that proofs may be over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Curve {
    /// BN254, also called alt_bn128; `bn128` to snarkjs.
    Bn254,
    /// BLS12-381; `bls12381` to snarkjs.
    Bls12381,
}

impl Curve {
    /// The name that stands in the `curve` field of JSON files.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Bn254 => "bn128",
            Self::Bls12381 => "bls12381",
        }
    }

    /// Finds the curve that a tag names.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Bn254, Self::Bls12381]
            .into_iter()
            .find(|curve| curve.tag() == tag)
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A curve's pairing.
pub(crate) trait Engine: Pairing<G1Affine: Point, G2Affine: Point> {
    /// Which curve this is.
    const CURVE: Curve;

    /// True if a point on the curve of G1 is in G1.
    fn in_g1(point: &Self::G1Affine) -> bool {
        point.in_group()
    }

    /// True if a point on the curve of G2 is in G2.
    fn in_g2(point: &Self::G2Affine) -> bool {
        point.in_group()
    }
}

impl Engine for Bn254 {
    const CURVE: Curve = Curve::Bn254;

    fn in_g2(point: &Self::G2Affine) -> bool {
        bn254_g2::contains(point)
    }
}

impl Engine for Bls12_381 {
    const CURVE: Curve = Curve::Bls12381;
}

/// A point by its coordinates, not yet known to be on any curve.
pub(crate) trait Point: AffineRepr {
    /// The point with these coordinates, unchecked.
    fn at(x: Self::BaseField, y: Self::BaseField) -> Self;

    /// True if the coordinates satisfy the curve's equation.
    fn on_curve(&self) -> bool;

    /// True if a point on the curve is in the subgroup of prime order.
    fn in_group(&self) -> bool;
}

impl<C: SWCurveConfig> Point for Affine<C> {
    fn at(x: C::BaseField, y: C::BaseField) -> Self {
        Self::new_unchecked(x, y)
    }

    /// The coordinates (0, 0) satisfy neither curve's equation; arkworks keeps infinity there.
    fn on_curve(&self) -> bool {
        !self.is_zero() && self.is_on_curve()
    }

    fn in_group(&self) -> bool {
        self.is_in_correct_subgroup_assuming_on_curve()
    }
}
