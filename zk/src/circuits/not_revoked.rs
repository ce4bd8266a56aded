//! The holder has a credential that its issuer has not revoked.

use super::credential::{Held, HeldVar};
use super::presentation::Presentation;
use super::tree::{Path, TREE_DEPTH, Tree, root_var};
use super::{Circuit, number};
use ark_bn254::Fr;
use ark_r1cs_std::eq::EqGadget;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{ConstraintSystemRef, SynthesisError};

/// The leaf of a credential that is revoked; of all others it is zero.
pub const REVOKED: u64 = 1;

/// The holder has a credential that its issuer has not revoked.
#[derive(Clone, Debug)]
pub struct NotRevoked {
    /// Who presents this, to whom and when.
    pub presentation: Presentation,
    /// The issuer's key as one element, see [`super::PublicKey::issuer`].
    pub issuer: Fr,
    /// The root of the issuer's revocation tree.
    pub root: Fr,
    /// The credential.
    pub held: Held,
    /// The path of the place that the credential's revocation id names.
    pub path: Path<TREE_DEPTH>,
}

impl Circuit for NotRevoked {
    const NAME: &'static str = "not_revoked";
    const VERSION: u32 = 1;
    const INPUTS: &'static [&'static str] = &[
        "nullifier",
        "scope",
        "challenge",
        "holder",
        "at_ms",
        "issuer",
        "root",
    ];

    fn public(&self) -> Vec<Fr> {
        self.presentation.followed_by(&[self.issuer, self.root])
    }

    fn constrain(
        &self,
        cs: &ConstraintSystemRef<Fr>,
        public: &[FpVar<Fr>],
    ) -> Result<(), SynthesisError> {
        let held = HeldVar::constrain(cs, Self::NAME, public, &self.held)?;
        let [issuer, root] = &public[Presentation::COUNT..] else {
            return Err(SynthesisError::Unsatisfiable);
        };
        held.issuer.enforce_equal(issuer)?;
        let place = number::bits(cs, &held.revocation_id, TREE_DEPTH)?;
        let empty = FpVar::Constant(Fr::from(0));
        root_var(cs, &empty, &place, &self.path)?.enforce_equal(root)
    }

    fn shape() -> Self {
        let (held, tree) = (Held::shape(), Tree::<TREE_DEPTH>::default());
        Self {
            presentation: Presentation::default(),
            issuer: held.issuer.issuer(),
            root: tree.root(),
            held,
            path: tree.path(0),
        }
    }
}
