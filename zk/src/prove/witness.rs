//! Witnesses as words: what a holder writes down to have a proof made, in one form for all
//! built-in circuits.

use crate::circuits::{
    AgeOver, BalanceAtLeast, Circuit, Held, Membership, NotRevoked, Path, Presentation,
    ReputationAtLeast, holder,
};
use crate::credential::{Credential, HolderSecret};
use crate::words::Numeral;
use icn_base::{Bytes, Did};
use serde::{Deserialize, Serialize};

/// Bytes of a witness as JSON.
pub const WITNESS_BYTES_MAX: usize = 64 * 1024;

/// All that a proof is made from. Whoever sees it can do what its holder can.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// 32 bytes that nobody else knows, new for each proof.
    pub salt: Bytes,
    /// The holder's secret.
    pub secret: HolderSecret,
    /// Whose proof it is.
    pub holder: Did,
    /// What the nullifier is unique in.
    pub scope: Numeral,
    /// What the verifier asked the proof to carry.
    pub challenge: Numeral,
    /// The time at which what is proved holds, in ms; the proof is good until then.
    pub at_ms: u64,
    /// The credential, for the circuits that show one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Box<Credential>>,
    /// The last day of birth, or the least amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<u64>,
    /// A place in a tree, for the circuits that show one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<Leaf>,
}

/// A place in a tree, and what leads from there to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Which leaf.
    pub place: u32,
    /// Its siblings, the lowest first.
    pub path: Vec<Numeral>,
    /// The root.
    pub root: Numeral,
}

/// Until when a membership lasts that ends only by leaving: the end of time.
pub const MEMBER_UNTIL_MS: u64 = icn_base::limits::TIME_MS_MAX;

/// What is missing in a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// A part that the circuit needs.
    #[error("the witness has no `{0}`, which this circuit needs")]
    Missing(&'static str),
    /// A part that the circuit does not take.
    #[error("the witness has `{0}`, which this circuit does not take")]
    Unwanted(&'static str),
    /// The credential commits to another secret.
    #[error("the credential is another holder's")]
    OtherHolder,
    /// A path of another length.
    #[error("the path has not as many parts as the tree has levels")]
    Path,
    /// A salt of another length.
    #[error("the salt has not 32 bytes")]
    Salt,
}

/// A statement that can be read from a witness.
pub trait FromWitness: Circuit {
    /// The statement with its secrets.
    fn from_witness(witness: &Witness) -> Result<Self, WitnessError>
    where
        Self: Sized;
}

impl Witness {
    /// The salt.
    pub(crate) fn salt(&self) -> Result<[u8; 32], WitnessError> {
        self.salt.as_array().copied().ok_or(WitnessError::Salt)
    }

    fn presentation<C: Circuit>(&self) -> Presentation {
        Presentation::new(
            C::NAME,
            self.secret.0.0,
            self.scope.0,
            self.challenge.0,
            holder(&self.holder),
            self.at_ms,
        )
    }

    fn held(&self) -> Result<Held, WitnessError> {
        let credential = self.credential.as_ref();
        let credential = credential.ok_or(WitnessError::Missing("credential"))?;
        let held = credential.held(&self.secret);
        held.map_err(|_| WitnessError::OtherHolder)
    }

    /// The parts of a circuit that shows one claim of a credential.
    fn of_claim(&self) -> Result<(Held, u64), WitnessError> {
        if self.leaf.is_some() {
            return Err(WitnessError::Unwanted("leaf"));
        }
        let bound = self.bound.ok_or(WitnessError::Missing("bound"))?;
        Ok((self.held()?, bound))
    }

    fn leaf<const DEPTH: usize>(&self) -> Result<(&Leaf, Path<DEPTH>), WitnessError> {
        if self.bound.is_some() {
            return Err(WitnessError::Unwanted("bound"));
        }
        let leaf = self.leaf.as_ref().ok_or(WitnessError::Missing("leaf"))?;
        let path: Result<[Numeral; DEPTH], _> = leaf.path.as_slice().try_into();
        let path = path.map_err(|_| WitnessError::Path)?;
        Ok((leaf, Path(path.map(|node| node.0))))
    }
}

impl FromWitness for AgeOver {
    fn from_witness(witness: &Witness) -> Result<Self, WitnessError> {
        let (held, bound) = witness.of_claim()?;
        Ok(Self {
            presentation: witness.presentation::<Self>(),
            issuer: held.issuer.issuer(),
            born_by: bound.into(),
            held,
        })
    }
}

impl FromWitness for BalanceAtLeast {
    fn from_witness(witness: &Witness) -> Result<Self, WitnessError> {
        let (held, bound) = witness.of_claim()?;
        Ok(Self {
            presentation: witness.presentation::<Self>(),
            issuer: held.issuer.issuer(),
            minimum: bound.into(),
            held,
        })
    }
}

impl FromWitness for ReputationAtLeast {
    fn from_witness(witness: &Witness) -> Result<Self, WitnessError> {
        let (held, bound) = witness.of_claim()?;
        Ok(Self {
            presentation: witness.presentation::<Self>(),
            issuer: held.issuer.issuer(),
            minimum: bound.into(),
            held,
        })
    }
}

impl FromWitness for NotRevoked {
    fn from_witness(witness: &Witness) -> Result<Self, WitnessError> {
        let (leaf, path) = witness.leaf()?;
        let held = witness.held()?;
        Ok(Self {
            presentation: witness.presentation::<Self>(),
            issuer: held.issuer.issuer(),
            root: leaf.root.0,
            held,
            path,
        })
    }
}

impl FromWitness for Membership {
    fn from_witness(witness: &Witness) -> Result<Self, WitnessError> {
        if witness.credential.is_some() {
            return Err(WitnessError::Unwanted("credential"));
        }
        let (leaf, path) = witness.leaf()?;
        Ok(Self {
            presentation: witness.presentation::<Self>(),
            root: leaf.root.0,
            secret: witness.secret.0.0,
            valid_until_ms: MEMBER_UNTIL_MS.into(),
            place: leaf.place.into(),
            path,
        })
    }
}
