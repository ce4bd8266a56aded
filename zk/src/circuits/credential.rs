//! Credentials as circuits see them: claims under one root, signed by the issuer's circuit key.

use super::poseidon::{Kind, hash, hash_var};
use super::presentation::PresentationVar;
use super::schnorr::{PublicKey, SecretKey, Signature, issuer_var};
use super::tree::{Path, Tree, root_var};
use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::boolean::Boolean;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// A credential has room for eight claims.
const DEPTH: usize = 3;

/// What a claim is about. The number is its name and its place among the claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Claim {
    /// Whose credential this is. Every credential has this claim.
    Holder = 0,
    /// The day of birth, as the number YYYYMMDD.
    Born = 1,
    /// An amount of mana.
    Balance = 2,
    /// A reputation.
    Reputation = 3,
}

impl Claim {
    fn name(self) -> Fr {
        Fr::from(self as u8)
    }

    fn leaf(self, value: Fr) -> Fr {
        hash(Kind::Claim, &[self.name(), value])
    }
}

/// What an issuer states and signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub(super) claims: Tree<DEPTH>,
    pub(super) values: Vec<(Claim, Fr)>,
    pub(super) commitment: Fr,
    pub(super) valid_until_ms: Fr,
    pub(super) revocation_id: Fr,
}

impl Credential {
    /// A credential for a holder, who sends the issuer a commitment to a secret and not the secret.
    pub fn new(holder: Fr, commitment: Fr, valid_until_ms: Fr, revocation_id: Fr) -> Self {
        Self {
            claims: Tree::default(),
            values: Vec::new(),
            commitment,
            valid_until_ms,
            revocation_id,
        }
        .with(Claim::Holder, holder)
    }

    /// The commitment to a holder's secret.
    pub fn commitment(secret: Fr) -> Fr {
        hash(Kind::Commitment, &[secret])
    }

    /// Adds a claim, or replaces it.
    pub fn with(mut self, claim: Claim, value: Fr) -> Self {
        self.claims.set(claim as u64, claim.leaf(value));
        self.values.retain(|(other, _)| *other != claim);
        self.values.push((claim, value));
        self
    }

    /// What the issuer signs.
    pub fn message(&self) -> Fr {
        let parts = [
            self.claims.root(),
            self.commitment,
            self.valid_until_ms,
            self.revocation_id,
        ];
        hash(Kind::Credential, &parts)
    }

    /// Signs the credential and gives it to the holder of the secret.
    pub fn issue(self, key: &SecretKey, secret: Fr) -> Held {
        Held {
            signature: key.sign(self.message()),
            issuer: key.public(),
            credential: self,
            secret,
        }
    }
}

/// A credential in the hands of its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What was signed.
    pub credential: Credential,
    /// Who signed it.
    pub issuer: PublicKey,
    /// The signature.
    pub signature: Signature,
    /// The holder's secret.
    pub secret: Fr,
}

impl Held {
    /// A credential that says nothing, for the shape of circuits.
    pub(crate) fn shape() -> Self {
        let zero = Fr::from(0);
        let key = SecretKey::from_seed(&[0; 32]);
        Credential::new(zero, Credential::commitment(zero), zero, zero).issue(&key, zero)
    }

    /// The value of a claim, or zero, which no issuer signed, where there is none.
    pub(crate) fn value(&self, claim: Claim) -> Fr {
        let mut values = self.credential.values.iter();
        let found = values.find(|(other, _)| *other == claim);
        found.map_or_else(|| Fr::from(0), |(_, value)| *value)
    }

    fn path(&self, claim: Claim) -> Path<DEPTH> {
        self.credential.claims.path(claim as u64)
    }
}

/// A credential that was shown to be signed, unexpired and the presenter's own.
#[derive(Debug)]
pub(crate) struct HeldVar {
    /// Who signed it.
    pub(crate) issuer: FpVar<Fr>,
    pub(crate) revocation_id: FpVar<Fr>,
    claims_root: FpVar<Fr>,
}

impl HeldVar {
    /// Constrains a credential to be signed by the issuer that is returned, to be the presenting
    /// holder's, to belong to the secret behind the nullifier, and not to have ended.
    pub(crate) fn constrain(
        cs: &ConstraintSystemRef<Fr>,
        circuit: &str,
        public: &[FpVar<Fr>],
        held: &Held,
    ) -> Result<Self, SynthesisError> {
        let witness = |value: Fr| FpVar::new_witness(cs.clone(), || Ok(value));
        let secret = witness(held.secret)?;
        let presentation = PresentationVar::constrain(cs, circuit, public, &secret)?;
        let valid_until_ms = witness(held.credential.valid_until_ms)?;
        presentation.not_after(cs, &valid_until_ms)?;
        let revocation_id = witness(held.credential.revocation_id)?;
        let claims_root = root_of(cs, Claim::Holder, &presentation.holder, held)?;
        let commitment = hash_var(cs, Kind::Commitment, &[secret])?;
        let parts = [
            claims_root.clone(),
            commitment,
            valid_until_ms,
            revocation_id.clone(),
        ];
        let message = hash_var(cs, Kind::Credential, &parts)?;
        Ok(Self {
            issuer: issuer_var(cs, &held.issuer, &message, &held.signature)?,
            revocation_id,
            claims_root,
        })
    }

    /// The value of a claim, constrained to stand in the credential.
    pub(crate) fn claim(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        claim: Claim,
        held: &Held,
    ) -> Result<FpVar<Fr>, SynthesisError> {
        let value = FpVar::new_witness(cs.clone(), || Ok(held.value(claim)))?;
        root_of(cs, claim, &value, held)?.enforce_equal(&self.claims_root)?;
        Ok(value)
    }
}

fn root_of(
    cs: &ConstraintSystemRef<Fr>,
    claim: Claim,
    value: &FpVar<Fr>,
    held: &Held,
) -> Result<FpVar<Fr>, SynthesisError> {
    let leaf = hash_var(
        cs,
        Kind::Claim,
        &[FpVar::Constant(claim.name()), value.clone()],
    )?;
    let place: Vec<_> = (0..DEPTH)
        .map(|bit| Boolean::constant(claim as u8 >> bit & 1 == 1))
        .collect();
    root_var(cs, &leaf, &place, &held.path(claim))
}
