//! A verification key over either curve, checked and prepared.

use crate::batch;
use crate::curve::{Curve, Engine};
use crate::error::{Malformed, Refusal};
use crate::inputs;
use crate::prepared::{Claim, Prepared};
use crate::proof::{self, Proof};
use crate::verdict::Verdict;
use crate::verifying;
use ark_bls12_381::Bls12_381;
use ark_bn254::Bn254;
#[cfg(feature = "prove")]
use ark_ec::pairing::Pairing;

/// A verification key that may be trusted as far as its setup may be: well-formed, every point in
/// its group, none of the faults that let anybody forge.
///
/// Making one costs as much as some ten verifications, for the tables that make each of these
/// cheaper: keep it.
#[derive(Clone, Debug)]
pub struct Key(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Bn254(Box<Prepared<Bn254>>),
    Bls12381(Box<Prepared<Bls12_381>>),
}

impl Key {
    /// Reads `verification_key.json`.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Refusal> {
        let (curve, file) = verifying::open(bytes)?;
        Ok(Self(match curve {
            Curve::Bn254 => Kind::Bn254(Box::new(Prepared::read(&file)?)),
            Curve::Bls12381 => Kind::Bls12381(Box::new(Prepared::read(&file)?)),
        }))
    }

    /// Writes `verification_key.json`, as snarkjs does.
    pub fn to_json(&self) -> String {
        match &self.0 {
            Kind::Bn254(key) => key.to_json(),
            Kind::Bls12381(key) => key.to_json(),
        }
    }

    /// The curve that the key is over.
    pub const fn curve(&self) -> Curve {
        match self.0 {
            Kind::Bn254(_) => Curve::Bn254,
            Kind::Bls12381(_) => Curve::Bls12381,
        }
    }

    /// How many public inputs a proof must have.
    pub fn input_count(&self) -> usize {
        match &self.0 {
            Kind::Bn254(key) => key.input_count(),
            Kind::Bls12381(key) => key.input_count(),
        }
    }

    /// True of a key whose secrets everybody knows, see [`crate::setup::development_key`].
    #[cfg(feature = "prove")]
    pub fn is_development(&self) -> bool {
        match &self.0 {
            Kind::Bn254(key) => crate::setup::is_development(key.verifying()),
            Kind::Bls12381(_) => false,
        }
    }

    /// The verification key of a proving key.
    #[cfg(feature = "prove")]
    pub fn of(proving: &crate::setup::ProvingKey) -> Result<Self, Refusal> {
        let pairing = Bn254::pairing(proving.vk.alpha_g1, proving.vk.beta_g2);
        let json = verifying::to_json(&proving.vk, &pairing);
        Self::from_json(json.as_bytes())
    }

    /// Judges `proof.json` with `public.json`.
    pub fn judge(&self, proof: &[u8], public: &[u8]) -> Verdict {
        match &self.0 {
            Kind::Bn254(key) => judge(key, proof, public),
            Kind::Bls12381(key) => judge(key, proof, public),
        }
    }

    /// Judges many pairs of `proof.json` and `public.json`: the same verdicts in the same order as
    /// [`Key::judge`] gives one by one, for a third of the work or less when most are valid.
    pub fn judge_all(&self, claims: &[(&[u8], &[u8])]) -> Vec<Verdict> {
        match &self.0 {
            Kind::Bn254(key) => judge_all(key, claims),
            Kind::Bls12381(key) => judge_all(key, claims),
        }
    }
}

fn judge<E: Engine>(key: &Prepared<E>, proof: &[u8], public: &[u8]) -> Verdict {
    match read(key, proof, public) {
        Ok(claim) => Verdict::of(key.holds(&claim)),
        Err(malformed) => Verdict::Malformed(malformed),
    }
}

fn judge_all<E: Engine>(key: &Prepared<E>, claims: &[(&[u8], &[u8])]) -> Vec<Verdict> {
    let mut well_formed = Vec::with_capacity(claims.len());
    let read: Vec<Result<(), Malformed>> = claims
        .iter()
        .map(|(proof, public)| read(key, proof, public).map(|claim| well_formed.push(claim)))
        .collect();
    let mut holds = batch::verdicts(key, &well_formed).into_iter();
    read.into_iter()
        .map(|read| match read {
            Ok(()) => Verdict::of(holds.next().expect("every claim read has its verdict")),
            Err(malformed) => Verdict::Malformed(malformed),
        })
        .collect()
}

/// Reads a claim: the form of both files, then the inputs, then the points, which cost most.
fn read<E: Engine>(key: &Prepared<E>, proof: &[u8], public: &[u8]) -> Result<Claim<E>, Malformed> {
    let (curve, file) = proof::open(proof)?;
    if curve != E::CURVE {
        return Err(Malformed::OtherCurve {
            proof: curve,
            key: E::CURVE,
        });
    }
    let inputs = inputs::read::<E>(public, key.input_count())?;
    let proof = Proof::read(&file)?;
    Ok(Claim { proof, inputs })
}
