//! What a proposal would change.

use super::Scope;
use crate::{Did, Mana};
use serde::{Deserialize, Serialize};

/// What is decided. Closed and numbered; 7 and 8 are kept for circuits.
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
    /// One of several, by ranking.
    Choice {
        /// What there is to choose from.
        options: Vec<ChoiceOption>,
    },
    /// Several, all or none.
    Bundle(Vec<Self>),
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
            Self::Choice { .. } => Scope::Choice,
            Self::Bundle(_) => Scope::Bundle,
        }
    }
}
