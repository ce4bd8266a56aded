//! What every proof is bound to: one holder, one challenge, one moment; and what it leaves behind.

use super::number;
use super::poseidon::{Kind, hash, hash_var};
use ark_bn254::Fr;
use ark_ff::PrimeField;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};
use icn_base::Did;
use sha2::{Digest, Sha256};

/// The public inputs that every circuit begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presentation {
    /// The same for every proof of one circuit, scope and secret, however the proof was made: what
    /// a scope has seen once it can refuse the second time.
    pub nullifier: Fr,
    /// What the nullifier is unique in, for example one vote.
    pub scope: Fr,
    /// What the verifier asked this proof to carry.
    pub challenge: Fr,
    /// Whose proof this is, see [`holder`].
    pub holder: Fr,
    /// The verifier's time in ms: what is proved held then.
    pub at_ms: Fr,
}

/// The element that stands for a DID: 31 bytes of a hash.
pub fn holder(did: &Did) -> Fr {
    let digest = Sha256::new_with_prefix(b"icn/zk/holder/1")
        .chain_update(did.to_string())
        .finalize();
    Fr::from_le_bytes_mod_order(&digest[..31])
}

/// The element that stands for a text, as a scope or a challenge: 31 bytes of a hash.
pub fn element_of(text: &str) -> Fr {
    let digest = Sha256::new_with_prefix(b"icn/zk/text/1")
        .chain_update(text)
        .finalize();
    Fr::from_le_bytes_mod_order(&digest[..31])
}

impl Presentation {
    /// The names of the inputs, which begin every circuit's list.
    pub(crate) const COUNT: usize = 5;

    /// What a holder's secret presents to a verifier, for a circuit.
    pub fn new(
        circuit: &str,
        secret: Fr,
        scope: Fr,
        challenge: Fr,
        holder: Fr,
        at_ms: u64,
    ) -> Self {
        Self {
            nullifier: hash(Kind::Nullifier, &[number_of(circuit), scope, secret]),
            scope,
            challenge,
            holder,
            at_ms: at_ms.into(),
        }
    }

    /// In order, before the circuit's own.
    pub(crate) fn followed_by(&self, own: &[Fr]) -> Vec<Fr> {
        let common = [
            self.nullifier,
            self.scope,
            self.challenge,
            self.holder,
            self.at_ms,
        ];
        common.into_iter().chain(own.iter().copied()).collect()
    }
}

/// A circuit's name as an element: at most 31 bytes, little end first.
fn number_of(circuit: &str) -> Fr {
    Fr::from_le_bytes_mod_order(circuit.as_bytes())
}

/// The presentation's variables, of which the challenge needs no constraint: a proof holds for the
/// public inputs that it was made for and no others.
#[derive(Clone, Debug)]
pub(crate) struct PresentationVar {
    pub(crate) holder: FpVar<Fr>,
    at_ms: FpVar<Fr>,
}

impl PresentationVar {
    /// Takes the presentation's part of the public inputs, and constrains the nullifier to be that
    /// of the secret and the time to be a number.
    pub(crate) fn constrain(
        cs: &ConstraintSystemRef<Fr>,
        circuit: &str,
        public: &[FpVar<Fr>],
        secret: &FpVar<Fr>,
    ) -> Result<Self, SynthesisError> {
        let [nullifier, scope, _challenge, holder, at_ms] = &public[..Presentation::COUNT] else {
            return Err(SynthesisError::Unsatisfiable);
        };
        let circuit = FpVar::Constant(number_of(circuit));
        let preimage = [circuit, scope.clone(), secret.clone()];
        hash_var(cs, Kind::Nullifier, &preimage)?.enforce_equal(nullifier)?;
        number::enforce_u64(cs, at_ms)?;
        Ok(Self {
            holder: holder.clone(),
            at_ms: at_ms.clone(),
        })
    }

    /// Constrains what ends at a time not to have ended.
    pub(crate) fn not_after(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        valid_until_ms: &FpVar<Fr>,
    ) -> Result<(), SynthesisError> {
        number::enforce_u64(cs, valid_until_ms)?;
        number::enforce_at_most(cs, &self.at_ms, valid_until_ms)
    }
}
