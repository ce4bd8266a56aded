//! Multiples of fixed points, so that a key's inputs cost additions only.

use crate::limits::TABLES_MAX;
use ark_ec::{AdditiveGroup, AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{BigInteger, PrimeField};

/// Bits of a scalar that one addition takes care of.
const WINDOW_BITS: usize = 4;
const MULTIPLES: usize = (1 << WINDOW_BITS) - 1;

/// A list of fixed points, ready for sums of their multiples.
#[derive(Clone, Debug)]
pub(crate) enum FixedPoints<P: AffineRepr> {
    /// For each point, all multiples that its windows can ask for.
    Tables(Vec<Table<P>>),
    /// Many points as they are.
    Bare(Vec<P>),
}

impl<P: AffineRepr<Group: VariableBaseMSM<MulBase = P>>> FixedPoints<P> {
    /// Prepares points.
    pub(crate) fn new(points: &[P]) -> Self {
        if points.len() <= TABLES_MAX {
            Self::Tables(points.iter().map(Table::new).collect())
        } else {
            Self::Bare(points.to_vec())
        }
    }

    /// The sum of each point times its scalar. There are as many scalars as points.
    pub(crate) fn sum(&self, scalars: &[P::ScalarField]) -> P::Group {
        match self {
            Self::Tables(tables) => {
                let mut sum = P::Group::ZERO;
                for (table, scalar) in tables.iter().zip(scalars) {
                    table.add_multiple(scalar, &mut sum);
                }
                sum
            }
            Self::Bare(points) => P::Group::msm_unchecked(points, scalars),
        }
    }
}

/// `multiples[w * 15 + d - 1]` is the point times d * 16^w.
#[derive(Clone, Debug)]
pub(crate) struct Table<P> {
    multiples: Vec<P>,
}

impl<P: AffineRepr> Table<P> {
    fn new(point: &P) -> Self {
        let bits = usize::try_from(P::ScalarField::MODULUS_BIT_SIZE).expect("some hundred bits");
        let windows = bits.div_ceil(WINDOW_BITS);
        let mut multiples = Vec::with_capacity(windows * MULTIPLES);
        let mut base = point.into_group();
        for _ in 0..windows {
            let mut multiple = base;
            for _ in 0..MULTIPLES {
                multiples.push(multiple);
                multiple += base;
            }
            base = multiple;
        }
        Self {
            multiples: P::Group::normalize_batch(&multiples),
        }
    }

    fn add_multiple(&self, scalar: &P::ScalarField, sum: &mut P::Group) {
        let bytes = scalar.into_bigint().to_bytes_le();
        let digits = bytes.iter().flat_map(|byte| [byte & 15, byte >> 4]);
        for (window, digit) in self.multiples.chunks(MULTIPLES).zip(digits) {
            if let Some(at) = usize::from(digit).checked_sub(1) {
                *sum += window[at];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fr, G1Affine, G1Projective};
    use ark_ff::{Field, One, Zero};

    fn agrees(count: u64) {
        let generator = G1Affine::generator();
        let points: Vec<_> = (1..=count)
            .map(|n| (generator * Fr::from(n * n)).into_affine())
            .collect();
        let mut scalars: Vec<_> = (1..=count)
            .map(|n| Fr::from(n).inverse().unwrap())
            .collect();
        scalars[0] = -Fr::one();
        if let Some(second) = scalars.get_mut(1) {
            *second = Fr::zero();
        }
        let mut expected = G1Projective::zero();
        for (point, scalar) in points.iter().zip(&scalars) {
            expected += *point * scalar;
        }
        assert_eq!(FixedPoints::new(&points).sum(&scalars), expected, "{count}");
    }

    #[test]
    fn sums_are_those_of_plain_multiplication() {
        for count in [1, 2, 8, 32, 33, 70] {
            agrees(count);
        }
    }

    #[test]
    fn no_points_have_no_sum() {
        assert!(FixedPoints::<G1Affine>::new(&[]).sum(&[]).is_zero());
    }
}
