//! The built-in circuits: what can be proved about a holder without showing the credential.
//!
//! Each is over BN254 and stands in a file of its own; `docs/circuits/` says of each what is
//! public, what is secret and what is proved. All share [`Presentation`]: a proof is bound to one
//! holder, one challenge and one moment, and leaves one nullifier per scope.
//!
//! - [`AgeOver`], [`BalanceAtLeast`], [`ReputationAtLeast`]: a claim that an issuer signed.
//! - [`Membership`]: a leaf of the members' tree.
//! - [`NotRevoked`]: a credential whose place in the revocation tree is empty.

mod age_over;
mod balance_at_least;
mod built_in;
mod credential;
mod membership;
mod not_revoked;
mod number;
mod poseidon;
mod presentation;
mod reputation_at_least;
mod schnorr;
mod tree;

pub use age_over::AgeOver;
pub use balance_at_least::BalanceAtLeast;
pub use built_in::{BuiltIn, Task};
pub use credential::{Claim, Credential, Held};
pub use membership::{Membership, committed_leaf, member_leaf};
pub use not_revoked::{NotRevoked, REVOKED};
pub use presentation::{Presentation, element_of, holder};
pub use reputation_at_least::ReputationAtLeast;
pub use schnorr::{PublicKey, SecretKey, Signature};
pub use tree::{Path, TREE_DEPTH, TREE_LEVELS, Tree, empty_nodes, parent};

use ark_bn254::Fr;
use ark_r1cs_std::alloc::AllocVar;
use ark_r1cs_std::fields::fp::FpVar;
use ark_relations::gr1cs::{
    ConstraintSynthesizer, ConstraintSystem, ConstraintSystemRef, OptimizationGoal, SynthesisError,
    SynthesisMode,
};

/// An element of the circuits' field, the scalar field of BN254.
pub type Element = Fr;

/// A statement together with what its prover knows.
pub trait Circuit {
    /// The circuit's name.
    const NAME: &'static str;
    /// Counts changes of its constraints: other constraints need other keys.
    const VERSION: u32;
    /// The names of the public inputs, in order.
    const INPUTS: &'static [&'static str];

    /// The public inputs, in order.
    fn public(&self) -> Vec<Element>;

    /// The constraints, given the public inputs as variables.
    fn constrain(
        &self,
        cs: &ConstraintSystemRef<Element>,
        public: &[FpVar<Element>],
    ) -> Result<(), SynthesisError>;

    /// A statement of the circuit's shape that proves nothing: for setting up and counting.
    fn shape() -> Self
    where
        Self: Sized;
}

/// A circuit as arkworks takes it.
#[derive(Debug)]
pub(crate) struct Synthesis<'a, C>(pub(crate) &'a C);

impl<C: Circuit> ConstraintSynthesizer<Fr> for Synthesis<'_, C> {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        let public = self
            .0
            .public()
            .into_iter()
            .map(|input| FpVar::new_input(cs.clone(), || Ok(input)))
            .collect::<Result<Vec<_>, _>>()?;
        self.0.constrain(&cs, &public)
    }
}

/// True if a statement's witness satisfies every constraint.
pub fn is_satisfied<C: Circuit>(circuit: &C) -> bool {
    let cs = ConstraintSystem::new_ref();
    Synthesis(circuit).generate_constraints(cs.clone()).is_ok()
        && cs.is_satisfied().is_ok_and(|satisfied| satisfied)
}

/// What is said about a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: &'static str,
    /// Counts changes of its constraints.
    pub version: u32,
    /// The names of its public inputs, in order.
    pub inputs: &'static [&'static str],
    /// How many constraints it has: what a proof's price is reckoned from.
    pub constraints: usize,
}

/// How large a circuit's key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Public inputs, and the constant.
    pub instance: usize,
    /// Secret variables.
    pub witness: usize,
    /// Constraints.
    pub constraints: usize,
    /// Points of the domain that they are interpolated over: a power of two.
    pub domain: usize,
}

impl Layout {
    /// Lays a circuit out.
    pub fn of<C: Circuit>() -> Self {
        let cs = ConstraintSystem::new_ref();
        cs.set_optimization_goal(OptimizationGoal::Constraints);
        cs.set_mode(SynthesisMode::Setup);
        Synthesis(&C::shape())
            .generate_constraints(cs.clone())
            .expect("a shape can be laid out");
        cs.finalize();
        let (instance, constraints) = (cs.num_instance_variables(), cs.num_constraints());
        Self {
            instance,
            witness: cs.num_witness_variables(),
            constraints,
            domain: (instance + constraints).next_power_of_two(),
        }
    }
}

#[cfg(test)]
mod tests;
