//! The holder has at least so much reputation, as an issuer states.

use super::credential::{Claim, Held, HeldVar};
use super::presentation::Presentation;
use super::{Circuit, number};
use ark_bn254::Fr;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The holder has at least so much reputation, as an issuer states.
#[derive(Clone, Debug)]
pub struct ReputationAtLeast {
    /// Who presents this, to whom and when.
    pub presentation: Presentation,
    /// The issuer's key as one element, see [`super::PublicKey::issuer`].
    pub issuer: Fr,
    /// The least reputation that counts.
    pub minimum: Fr,
    /// The credential.
    pub held: Held,
}

impl Circuit for ReputationAtLeast {
    const NAME: &'static str = "reputation_at_least";
    const VERSION: u32 = 1;
    const INPUTS: &'static [&'static str] = &[
        "nullifier",
        "scope",
        "challenge",
        "holder",
        "at_ms",
        "issuer",
        "minimum",
    ];

    fn public(&self) -> Vec<Fr> {
        self.presentation.followed_by(&[self.issuer, self.minimum])
    }

    fn constrain(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        public: &[FpVar<Fr>],
    ) -> Result<(), SynthesisError> {
        let held = HeldVar::constrain(cs, Self::NAME, public, &self.held)?;
        let [issuer, minimum] = &public[Presentation::COUNT..] else {
            return Err(SynthesisError::Unsatisfiable);
        };
        held.issuer.enforce_equal(issuer)?;
        let reputation = held.claim(cs, Claim::Reputation, &self.held)?;
        number::enforce_u64(cs, &reputation)?;
        number::enforce_u64(cs, minimum)?;
        number::enforce_at_most(cs, minimum, &reputation)
    }

    fn shape() -> Self {
        let held = Held::shape();
        Self {
            presentation: Presentation::default(),
            issuer: held.issuer.issuer(),
            minimum: Fr::from(0),
            held,
        }
    }
}
