//! The holder is a leaf of the members' tree.

use super::Circuit;
use super::credential::Credential;
use super::poseidon::{Kind, hash, hash_var};
use super::presentation::{Presentation, PresentationVar};
use super::tree::{Path, TREE_DEPTH, Tree, place_var, root_var};
use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The leaf of a member whose commitment is known and whose secret is not.
pub fn committed_leaf(holder: Fr, commitment: Fr, valid_until_ms: Fr) -> Fr {
    hash(Kind::Member, &[holder, commitment, valid_until_ms])
}

/// The leaf of a member: whose, a commitment to the member's secret, and until when.
pub fn member_leaf(holder: Fr, secret: Fr, valid_until_ms: Fr) -> Fr {
    committed_leaf(holder, Credential::commitment(secret), valid_until_ms)
}

/// The holder is a leaf of the members' tree.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Who presents this, to whom and when.
    pub presentation: Presentation,
    /// The root of the members' tree.
    pub root: Fr,
    /// The member's secret.
    pub secret: Fr,
    /// Until when the membership lasts.
    pub valid_until_ms: Fr,
    /// The place of the leaf.
    pub place: u64,
    /// Its path.
    pub path: Path<TREE_DEPTH>,
}

impl Circuit for Membership {
    const NAME: &'static str = "membership";
    const VERSION: u32 = 1;
    const INPUTS: &'static [&'static str] =
        &["nullifier", "scope", "challenge", "holder", "at_ms", "root"];

    fn public(&self) -> Vec<Fr> {
        self.presentation.followed_by(&[self.root])
    }

    fn constrain(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        public: &[FpVar<Fr>],
    ) -> Result<(), SynthesisError> {
        let [root] = &public[Presentation::COUNT..] else {
            return Err(SynthesisError::Unsatisfiable);
        };
        let secret = FpVar::new_witness(cs.clone(), || Ok(self.secret))?;
        let presentation = PresentationVar::constrain(cs, Self::NAME, public, &secret)?;
        let valid_until_ms = FpVar::new_witness(cs.clone(), || Ok(self.valid_until_ms))?;
        presentation.not_after(cs, &valid_until_ms)?;
        let commitment = hash_var(cs, Kind::Commitment, &[secret])?;
        let leaf = [presentation.holder, commitment, valid_until_ms];
        let leaf = hash_var(cs, Kind::Member, &leaf)?;
        let place = place_var(cs, self.place, TREE_DEPTH)?;
        root_var(cs, &leaf, &place, &self.path)?.enforce_equal(root)
    }

    fn shape() -> Self {
        let tree = Tree::<TREE_DEPTH>::default();
        Self {
            presentation: Presentation::default(),
            root: tree.root(),
            secret: Fr::from(0),
            valid_until_ms: Fr::from(0),
            place: 0,
            path: tree.path(0),
        }
    }
}
