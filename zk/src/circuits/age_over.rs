//! The holder was born on or before a day.

use super::credential::{Claim, Held, HeldVar};
use super::presentation::Presentation;
use super::{Circuit, number};
use ark_bn254::Fr;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The holder was born on or before a day.
#[derive(Clone, Debug)]
pub struct AgeOver {
    /// Who presents this, to whom and when.
    pub presentation: Presentation,
    /// The issuer's key as one element, see [`super::PublicKey::issuer`].
    pub issuer: Fr,
    /// The last day of birth that counts, as the number YYYYMMDD.
    pub born_by: Fr,
    /// The credential.
    pub held: Held,
}

impl Circuit for AgeOver {
    const NAME: &'static str = "age_over";
    const VERSION: u32 = 1;
    const INPUTS: &'static [&'static str] = &[
        "nullifier",
        "scope",
        "challenge",
        "holder",
        "at_ms",
        "issuer",
        "born_by",
    ];

    fn public(&self) -> Vec<Fr> {
        self.presentation.followed_by(&[self.issuer, self.born_by])
    }

    fn constrain(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        public: &[FpVar<Fr>],
    ) -> Result<(), SynthesisError> {
        let held = HeldVar::constrain(cs, Self::NAME, public, &self.held)?;
        let [issuer, born_by] = &public[Presentation::COUNT..] else {
            return Err(SynthesisError::Unsatisfiable);
        };
        held.issuer.enforce_equal(issuer)?;
        let born = held.claim(cs, Claim::Born, &self.held)?;
        number::enforce_u64(cs, &born)?;
        number::enforce_u64(cs, born_by)?;
        number::enforce_at_most(cs, &born, born_by)
    }

    fn shape() -> Self {
        let held = Held::shape();
        Self {
            presentation: Presentation::default(),
            issuer: held.issuer.issuer(),
            born_by: Fr::from(0),
            held,
        }
    }
}
