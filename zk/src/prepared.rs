//! Keys made ready, and the pairing equation.

use crate::curve::Engine;
use crate::error::Refusal;
use crate::json::KeyFile;
use crate::proof::Proof;
use crate::table::FixedPoints;
use crate::verifying;
use ark_ec::pairing::{PairingOutput, prepare_g1, prepare_g2};
use ark_ec::{AffineRepr, CurveGroup};
use ark_groth16::{PreparedVerifyingKey, VerifyingKey, prepare_verifying_key};

/// A checked key with what every verification needs of it.
#[derive(Clone, Debug)]
pub(crate) struct Prepared<E: Engine> {
    pub(crate) key: PreparedVerifyingKey<E>,
    inputs: FixedPoints<E::G1Affine>,
    pub(crate) beta: E::G2Prepared,
}

/// What a proof claims: the proof and its public inputs, as many as the key has.
#[derive(Clone, Debug)]
pub(crate) struct Claim<E: Engine> {
    pub(crate) proof: Proof<E>,
    pub(crate) inputs: Vec<E::ScalarField>,
}

impl<E: Engine> Prepared<E> {
    /// Checks a key file and prepares it.
    pub(crate) fn read(file: &KeyFile<&str>) -> Result<Self, Refusal> {
        let key = prepare_verifying_key(&verifying::read::<E>(file)?);
        verifying::alpha_beta::<E>(file.vk_alphabeta_12.as_ref(), &key.alpha_g1_beta_g2)?;
        Ok(Self {
            inputs: FixedPoints::new(&key.vk.gamma_abc_g1[1..]),
            beta: prepare_g2::<E>(key.vk.beta_g2),
            key,
        })
    }

    /// The key itself.
    pub(crate) const fn verifying(&self) -> &VerifyingKey<E> {
        &self.key.vk
    }

    /// How many public inputs a proof must have.
    pub(crate) fn input_count(&self) -> usize {
        self.key.vk.gamma_abc_g1.len() - 1
    }

    /// Writes the key again.
    pub(crate) fn to_json(&self) -> String {
        verifying::to_json(&self.key.vk, &PairingOutput(self.key.alpha_g1_beta_g2))
    }

    /// Each input times its point, without the constant's.
    pub(crate) fn input_sum(&self, inputs: &[E::ScalarField]) -> E::G1 {
        self.inputs.sum(inputs)
    }

    /// True if e(A, B) = e(alpha, beta) e(L, gamma) e(C, delta).
    pub(crate) fn holds(&self, claim: &Claim<E>) -> bool {
        let constant = self.key.vk.gamma_abc_g1[0].into_group();
        let inputs = (constant + self.input_sum(&claim.inputs)).into_affine();
        let ark_groth16::Proof { a, b, c } = claim.proof.0;
        let product = E::multi_miller_loop(
            [a, inputs, c].map(prepare_g1::<E>),
            [
                prepare_g2::<E>(b),
                self.key.gamma_g2_neg_pc.clone(),
                self.key.delta_g2_neg_pc.clone(),
            ],
        );
        E::final_exponentiation(product).is_some_and(|end| end.0 == self.key.alpha_g1_beta_g2)
    }
}
