//! Proofs as guests show them and ask for them, and what they cost.

use crate::{Cid, Did, Mana};
use serde::{Deserialize, Serialize};

/// What calls 25 and 30 read. `T` is how the files of a proof are held: they are read further on,
/// letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest<T> {
    /// The registered circuit.
    pub circuit: Cid,
    /// `proof.json`.
    pub proof: T,
    /// `public.json`.
    pub public: T,
    /// Issuers of which one must have signed the credential: for circuits with an input `issuer`.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<Did>,
    /// Whose proof it must be: for circuits with an input `holder`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Did>,
    /// True to take the nullifier, so that the proof's holder can show no second proof of this
    /// circuit in its scope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
}

/// What call 26 reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProveRequest<T> {
    /// The registered circuit.
    pub circuit: Cid,
    /// What the proof is made from.
    pub witness: T,
}

/// What call 26 answers: both files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProveAnswer<T> {
    /// `proof.json`.
    pub proof: T,
    /// `public.json`.
    pub public: T,
}

/// The mana of one proof that was verified or made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofPayment {
    /// The host call: 25, 26 or 30.
    pub call: u16,
    /// The circuit.
    pub circuit: Cid,
    /// Its price.
    pub mana: Mana,
    /// The nullifier that this use takes, if it takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Nullifier>,
}

/// What a scope sees once: decimal field elements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nullifier {
    /// What it is unique in.
    pub scope: String,
    /// The nullifier.
    pub nullifier: String,
}
