//! Proofs: what circuits there are, what the book knows of issuers and credentials, and verdicts.

use icn_base::{Bytes, Cid, Did, Mana, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A circuit that members have registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CircuitView {
    /// Its id: the CID of its verification key's bytes.
    #[schema(value_type = String)]
    pub circuit: Cid,
    /// Its curve, as snarkjs names it.
    pub curve: String,
    /// The names of its public inputs, in order.
    pub inputs: Vec<String>,
    /// How many constraints it has.
    pub constraints: u64,
    /// The mana that one proof costs in a job that opens now.
    #[schema(value_type = String)]
    pub price: Mana,
    /// What a proof of it states, for people.
    pub statement: String,
    /// The built-in prover that makes its proofs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prover: Option<ProverView>,
    /// Since when.
    #[schema(value_type = u64)]
    pub registered: Time,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub retired: Option<Time>,
}

/// A built-in prover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProverView {
    /// The circuit's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// The CID of its proving key.
    #[schema(value_type = String)]
    pub key: Cid,
}

/// A circuit and its verification key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CircuitShown {
    /// What is known of it.
    #[serde(flatten)]
    pub circuit: CircuitView,
    /// The bytes of `verification_key.json`, in base64.
    #[schema(value_type = String)]
    pub key: Bytes,
}

/// A proof that is to be verified. A circuit is named, or its key is sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofAsk {
    /// The registered circuit.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub circuit: Option<Cid>,
    /// The text of `verification_key.json`.
    #[serde(default)]
    pub vk: Option<String>,
    /// The text of `proof.json`.
    pub proof: String,
    /// The text of `public.json`.
    pub public: String,
}

/// What can be said of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProofVerdict {
    /// `valid`, `invalid`, `malformed` or `bad_key`.
    pub verdict: String,
    /// Why, if it is one of the last two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// One who issues credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuerView {
    /// Who.
    #[schema(value_type = String)]
    pub did: Did,
    /// What people call it.
    pub name: String,
    /// The key under which circuits check what it signs, in base64.
    #[schema(value_type = String)]
    pub circuit_key: Bytes,
    /// Since when.
    #[schema(value_type = u64)]
    pub since: Time,
    /// The place that its next credential takes in its revocation tree.
    pub next: u32,
}

/// What the book knows of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CredentialView {
    /// Its CID.
    #[schema(value_type = String)]
    pub credential: Cid,
    /// Who issued it.
    #[schema(value_type = String)]
    pub issuer: Did,
    /// When.
    #[schema(value_type = u64)]
    pub issued: Time,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub revoked: Option<Time>,
    /// Its place in its issuer's revocation tree.
    pub leaf: LeafView,
}

/// A member in the members' tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolledView {
    /// Who.
    #[schema(value_type = String)]
    pub did: Did,
    /// The leaf; none if the member has not enrolled, or is a member no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<LeafView>,
}

/// A place in a tree, and what leads from there to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeafView {
    /// Which leaf.
    pub place: u32,
    /// Its siblings, the lowest first: field elements in decimal.
    pub path: Vec<String>,
    /// The root.
    pub root: String,
}

/// A credential that is to be checked, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct CredentialAsk(pub Value);

/// What can be said of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CredentialVerdict {
    /// Its CID.
    #[schema(value_type = String)]
    pub credential: Cid,
    /// `valid`, `invalid`, `unknown`, `expired` or `revoked`.
    pub verdict: String,
    /// Why, if it is not valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}
