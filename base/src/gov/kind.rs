//! What a proposal would change.

use super::Scope;
use crate::{Bytes, Cid, Codec, Did, Mana};
use serde::{Deserialize, Serialize};

/// What is decided. Closed and numbered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProposalKind {
    /// Nothing in the book: what the text says.
    Text {},
    /// A governed parameter.
    SetParameter {
        /// Its name.
        name: String,
        /// What it is to be.
        value: u64,
    },
    /// Somebody becomes a member.
    AdmitMember {
        /// Who.
        did: Did,
    },
    /// Somebody is a member no longer.
    RemoveMember {
        /// Who.
        did: Did,
    },
    /// A member's power in ordering.
    SetValidator {
        /// Whose.
        did: Did,
        /// How much; 0 takes part no longer.
        power: u64,
    },
    /// Mana from the treasury.
    Budget {
        /// Whom it goes to.
        to: Did,
        /// How much.
        amount: Mana,
        /// What for.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        memo: String,
    },
    /// A circuit of which guests may have proofs verified. Its id is the CID of its key.
    RegisterCircuit(Box<CircuitOffer>),
    /// A circuit of which no more proofs are verified.
    RetireCircuit {
        /// Its id.
        circuit: Cid,
    },
    /// One of several, by ranking.
    Choice {
        /// What there is to choose from.
        options: Vec<ChoiceOption>,
    },
    /// Several, all or none.
    Bundle(Vec<Self>),
}

/// A circuit as it is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CircuitOffer {
    /// The bytes of `verification_key.json`.
    pub key: Bytes,
    /// The names of its public inputs, in order.
    pub inputs: Vec<String>,
    /// How many constraints it has: what its proofs cost is reckoned from it.
    pub constraints: u64,
    /// What a proof of it states, for people.
    pub statement: String,
    /// The built-in prover that makes its proofs, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prover: Option<Prover>,
}

/// A built-in prover, and the key that it proves with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prover {
    /// The circuit's name.
    pub name: String,
    /// Counts changes of its constraints.
    pub version: u32,
    /// The proving key's file.
    pub key: Cid,
}

impl CircuitOffer {
    /// The circuit's id: the CID of its key's bytes.
    pub fn id(&self) -> Cid {
        Cid::of(Codec::Raw, &self.key)
    }
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceOption {
    /// What people call it.
    pub label: String,
    /// What is done if it wins, all or none. Nothing, if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<ProposalKind>,
}

impl ProposalKind {
    /// Its number, which never changes.
    pub const fn number(&self) -> u16 {
        self.scope().number()
    }

    /// Its name, as in JSON and dag-cbor.
    pub const fn name(&self) -> &'static str {
        self.scope().name()
    }

    /// The scope of delegations for this kind alone.
    pub const fn scope(&self) -> Scope {
        match self {
            Self::Text {} => Scope::Text,
            Self::SetParameter { .. } => Scope::SetParameter,
            Self::AdmitMember { .. } => Scope::AdmitMember,
            Self::RemoveMember { .. } => Scope::RemoveMember,
            Self::SetValidator { .. } => Scope::SetValidator,
            Self::Budget { .. } => Scope::Budget,
            Self::RegisterCircuit(_) => Scope::RegisterCircuit,
            Self::RetireCircuit { .. } => Scope::RetireCircuit,
            Self::Choice { .. } => Scope::Choice,
            Self::Bundle(_) => Scope::Bundle,
        }
    }
}
