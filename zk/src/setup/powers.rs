//! The first phase: powers of a number that nobody knows, alone and times two others.

use super::KeyFileError;
use super::file::{Reader, Writer};
use super::pledge::{Before, Pledge, Secret};
use super::ratio::{factors, same_ratio, sums_g1, sums_g2};
use super::transcript::{PowersStep, SetupFault};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use sha2::{Digest, Sha256};

/// The largest domain that powers are made for: twice what the largest built-in circuit needs.
pub const POWERS_MAX: usize = 1 << 15;

const MAGIC: &[u8; 16] = b"icn/zk/powers/1\n";

/// Powers of tau for domains up to a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Powers {
    /// tau^i, i below 2n - 1.
    pub(super) tau_g1: Vec<G1Affine>,
    /// tau^i, i below n.
    pub(super) tau_g2: Vec<G2Affine>,
    /// alpha tau^i, i below n.
    pub(super) alpha_g1: Vec<G1Affine>,
    /// beta tau^i, i below n.
    pub(super) beta_g1: Vec<G1Affine>,
    /// beta.
    pub(super) beta_g2: G2Affine,
}

impl Powers {
    /// Where every ceremony begins: all numbers are 1. The size is a power of two, at least 2 and
    /// at most [`POWERS_MAX`].
    pub fn first(size: usize) -> Option<Self> {
        if !size.is_power_of_two() || !(2..=POWERS_MAX).contains(&size) {
            return None;
        }
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        Some(Self {
            tau_g1: vec![g1; 2 * size - 1],
            tau_g2: vec![g2; size],
            alpha_g1: vec![g1; size],
            beta_g1: vec![g1; size],
            beta_g2: g2,
        })
    }

    /// The largest domain that they serve.
    pub fn size(&self) -> usize {
        self.tau_g2.len()
    }

    /// Multiplies everything by three numbers of the contributor's, and says so in the transcript's
    /// words. `before` are the steps so far.
    pub fn contribute(&self, before: &[PowersStep], secret: &Secret) -> (Self, PowersStep) {
        let [tau, alpha, beta] = ["tau", "alpha", "beta"].map(|name| secret.number(name));
        let powers = consecutive(tau, self.tau_g1.len());
        let times = |factor: Fr| -> Vec<Fr> {
            let short = powers[..self.size()].iter();
            short.map(|power| *power * factor).collect()
        };
        let after = Self {
            tau_g1: multiplied_g1(&self.tau_g1, &powers),
            tau_g2: multiplied_g2(&self.tau_g2, &powers),
            alpha_g1: multiplied_g1(&self.alpha_g1, &times(alpha)),
            beta_g1: multiplied_g1(&self.beta_g1, &times(beta)),
            beta_g2: (self.beta_g2 * beta).into_affine(),
        };
        let before = PowersStep::chain(before);
        let step = PowersStep {
            pledges: [("tau", tau), ("alpha", alpha), ("beta", beta)]
                .map(|(name, number)| Pledge::new(&before, name, number)),
            heads: after.heads(),
            powers: after.digest(),
        };
        (after, step)
    }

    /// What of the powers the chain of contributions is about: tau, alpha and beta.
    pub(super) fn heads(&self) -> [G1Affine; 3] {
        [self.tau_g1[1], self.alpha_g1[0], self.beta_g1[0]]
    }

    /// sha2-256 of the file.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }

    /// Checks that these are powers of one number, alone and times two others, and that the
    /// contributions lead to exactly these.
    pub(super) fn check(&self, steps: &[PowersStep]) -> Result<(), SetupFault> {
        let digest = self.digest();
        let last = steps.last().ok_or(SetupFault::NoContribution("powers"))?;
        if last.powers != digest || last.heads != self.heads() {
            return Err(SetupFault::OtherPowers);
        }
        let mut old = [G1Affine::generator(); 3];
        for (index, step) in steps.iter().enumerate() {
            let before = PowersStep::chain(&steps[..index]);
            if !step.follows(&before, &old) {
                return Err(SetupFault::Contribution("powers", index));
            }
            old = step.heads;
        }
        if self.is_consistent(&digest) {
            Ok(())
        } else {
            Err(SetupFault::Inconsistent("the powers"))
        }
    }

    fn is_consistent(&self, seed: &Before) -> bool {
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let tau = (g2, self.tau_g2[1]);
        let shifted = |name: &str, points: &[G1Affine]| {
            let (last, first) = (points.len() - 1, &points[1..]);
            let factors = factors(seed, name, last);
            same_ratio(sums_g1(&factors, &points[..last], first), tau)
        };
        let last = self.size() - 1;
        let in_g2 = sums_g2(
            &factors(seed, "tau in G2", last),
            &self.tau_g2[..last],
            &self.tau_g2[1..],
        );
        self.tau_g1[0] == g1
            && self.tau_g2[0] == g2
            && shifted("tau", &self.tau_g1)
            && shifted("alpha", &self.alpha_g1)
            && shifted("beta", &self.beta_g1)
            && same_ratio((g1, self.tau_g1[1]), in_g2)
            && same_ratio((g1, self.beta_g1[0]), (g2, self.beta_g2))
    }

    /// The file of these powers.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = Writer::new(MAGIC, &[self.size()]);
        file.points(&self.tau_g1);
        file.points(&self.tau_g2);
        file.points(&self.alpha_g1);
        file.points(&self.beta_g1);
        file.points(&[self.beta_g2]);
        file.finish()
    }

    /// Reads a file of powers: every point is shown to be in its group.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyFileError> {
        let (mut file, [size]) = Reader::new(MAGIC, bytes)?;
        if Self::first(2.max(size)).is_none() || size < 2 {
            return Err(KeyFileError::Counts);
        }
        let powers = Self {
            tau_g1: file.points(2 * size - 1)?,
            tau_g2: file.points(size)?,
            alpha_g1: file.points(size)?,
            beta_g1: file.points(size)?,
            beta_g2: file.point()?,
        };
        file.end()?;
        Ok(powers)
    }
}

/// 1, x, x^2...
fn consecutive(x: Fr, count: usize) -> Vec<Fr> {
    std::iter::successors(Some(Fr::ONE), |power| Some(*power * x))
        .take(count)
        .collect()
}

pub(super) fn multiplied_g1(points: &[G1Affine], factors: &[Fr]) -> Vec<G1Affine> {
    let pairs = points.iter().zip(factors);
    let multiples: Vec<_> = pairs.map(|(point, factor)| *point * factor).collect();
    G1Projective::normalize_batch(&multiples)
}

fn multiplied_g2(points: &[G2Affine], factors: &[Fr]) -> Vec<G2Affine> {
    let pairs = points.iter().zip(factors);
    let multiples: Vec<_> = pairs.map(|(point, factor)| *point * factor).collect();
    G2Projective::normalize_batch(&multiples)
}
