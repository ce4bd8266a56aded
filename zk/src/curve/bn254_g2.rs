//! Membership in G2 of BN254 with one multiplication by the curve's 63-bit parameter; arkworks
//! multiplies by a number of twice that length.
//!
//! With ψ the endomorphism "untwist, Frobenius, twist" and x the parameter, a point P of the twist
//! is in G2 if and only if [x+1]P + ψ([x]P) + ψ²([x]P) = ψ³([2x]P): Dai, Lin, Zhao and Zhou,
//! eprint 2022/348, section 3.

use ark_bn254::{Config, G2Affine, G2Projective};
use ark_ec::bn::BnConfig;
use ark_ec::{AdditiveGroup, AffineRepr};
use ark_ff::Field;

/// True if a point on the twist is in G2.
pub(super) fn contains(point: &G2Affine) -> bool {
    let x_times = point.mul_bigint(Config::X);
    let once = psi(x_times);
    let twice = psi(once);
    let thrice_doubled = psi(twice.double());
    x_times + point + once + twice == thrice_doubled
}

/// In Jacobian coordinates: conjugation goes through, and the two factors meet X and Y.
fn psi(mut point: G2Projective) -> G2Projective {
    for coordinate in [&mut point.x, &mut point.y, &mut point.z] {
        coordinate.frobenius_map_in_place(1);
    }
    point.x *= Config::TWIST_MUL_BY_Q_X;
    point.y *= Config::TWIST_MUL_BY_Q_Y;
    point
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Point;
    use ark_bn254::{Fq, Fq2};
    use ark_ec::CurveGroup;

    #[test]
    fn it_agrees_with_arkworks_on_points_in_and_out_of_the_group() {
        let (mut inside, mut outside) = (0, 0);
        for seed in 0..40u64 {
            let x = Fq2::new(Fq::from(seed), Fq::from(seed * seed + 1));
            let Some(point) = G2Affine::get_point_from_x_unchecked(x, seed % 2 == 0) else {
                continue;
            };
            let cleared = point.mul_by_cofactor();
            let mixed = (cleared + point).into_affine();
            for candidate in [point, cleared, mixed, -cleared] {
                let expected = candidate.in_group();
                assert_eq!(contains(&candidate), expected, "{candidate}");
                *(if expected { &mut inside } else { &mut outside }) += 1;
            }
        }
        assert!(inside > 20 && outside > 20, "{inside} {outside}");
    }

    #[test]
    fn points_of_small_order_are_outside() {
        // 10069 divides the cofactor: this is a point of exactly that order.
        let order = 10_069u64;
        let rest = {
            let mut cofactor = num_over(order);
            cofactor.reverse();
            cofactor
        };
        let point = (0..).find_map(|seed| {
            let x = Fq2::new(Fq::from(seed), Fq::from(1u64));
            let point = G2Affine::get_point_from_x_unchecked(x, true)?;
            let in_cofactor = point.mul_bigint(ark_bn254::Fr::characteristic());
            let small = in_cofactor.into_affine().mul_bigint(&rest).into_affine();
            (!small.is_zero()).then_some(small)
        });
        let point: G2Affine = point.expect("most points have a part of this order");
        assert!(point.mul_bigint([order]).into_affine().is_zero());
        assert!(!contains(&point));
    }

    /// The cofactor over a divisor, limbs from the highest.
    fn num_over(divisor: u64) -> Vec<u64> {
        use ark_ec::CurveConfig;
        let mut remainder = 0u128;
        let quotient = ark_bn254::g2::Config::COFACTOR
            .iter()
            .rev()
            .map(|limb| {
                let wide = (remainder << 64) | u128::from(*limb);
                remainder = wide % u128::from(divisor);
                u64::try_from(wide / u128::from(divisor)).expect("long division")
            })
            .collect();
        assert_eq!(remainder, 0, "it divides");
        quotient
    }
}
