//! The rows as words.

use icn_base::gov::Prover;
use icn_base::{Bytes, Did, JobId, Time};
use icn_zk::circuits::{BuiltIn, PublicKey};
use icn_zk::words::Numeral;
use serde::{Deserialize, Serialize};

/// A circuit that members have registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circuit {
    /// The bytes of `verification_key.json`.
    pub key: Bytes,
    /// Its curve, as in that file.
    pub curve: String,
    /// The names of its public inputs, in order.
    pub inputs: Vec<String>,
    /// How many constraints it has.
    pub constraints: u64,
    /// What a proof of it states, for people.
    pub statement: String,
    /// The built-in prover that makes its proofs, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prover: Option<Prover>,
    /// Since when.
    pub registered: Time,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<Time>,
}

impl Circuit {
    /// The built-in circuit that it is, if it says so: its inputs then mean what that circuit's do.
    pub fn built_in(&self) -> Option<BuiltIn> {
        let prover = self.prover.as_ref()?;
        BuiltIn::find(&prover.name, prover.version)
    }

    /// The place of an input.
    pub fn input(&self, name: &str) -> Option<usize> {
        self.inputs.iter().position(|input| input == name)
    }
}

/// One who issues credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// What people call it.
    pub name: String,
    /// The key under which circuits check what it signed.
    pub circuit_key: PublicKey,
    /// Since when.
    pub since: Time,
}

/// A credential, of which the book knows no more than that it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// By whom.
    pub issuer: Did,
    /// Its place in the issuer's revocation tree.
    pub place: u32,
    /// When.
    pub at: Time,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Time>,
}

/// A member's leaf in the members' tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// Which leaf.
    pub place: u32,
    /// The commitment to the member's secret.
    pub commitment: Numeral,
    /// When the leaf was emptied, because its member is one no longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Time>,
}

/// How full a tree is, and its roots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// The place of the next leaf.
    pub next: u32,
    /// Its roots.
    pub roots: Roots,
}

/// A root, and those that it has replaced lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roots {
    /// The root.
    pub now: Numeral,
    /// Earlier ones, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<PastRoot>,
}

/// A root that another has replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PastRoot {
    /// The root.
    pub root: Numeral,
    /// When.
    pub replaced: Time,
}

impl Roots {
    /// True of the root, and of one that was replaced at most so long before a time.
    pub fn counts(&self, root: &Numeral, at: Time, grace_ms: u64) -> bool {
        let lately = |past: &PastRoot| past.root == *root && at.ms_since(past.replaced) < grace_ms;
        self.now == *root || self.past.iter().any(lately)
    }
}

/// What a nullifier was taken by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// The job.
    pub job: JobId,
    /// The index of the effect.
    pub effect: u32,
    /// When.
    pub at: Time,
}
