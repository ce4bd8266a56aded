//! What an executed proposal changes: data for the ledger, and what a preview shows.

use crate::Parameter;
use icn_base::gov::CircuitOffer;
use icn_base::{Cid, Did, Mana};
use serde::{Deserialize, Serialize};

/// One change, with the value it replaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Enactment {
    /// A parameter, from the next block on.
    SetParameter {
        /// Which.
        parameter: Parameter,
        /// What it is.
        old: u64,
        /// What it will be.
        new: u64,
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
    /// A validator's power, from the next height on.
    SetValidator {
        /// Whose.
        did: Did,
        /// What it is.
        old: u64,
        /// What it will be; 0 for one who is a validator no longer.
        new: u64,
    },
    /// Mana from the treasury.
    Pay {
        /// Whom it goes to.
        to: Did,
        /// How much.
        amount: Mana,
        /// What for.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        memo: String,
    },
    /// A circuit of which proofs are verified.
    RegisterCircuit {
        /// The CID of its key.
        circuit: Cid,
        /// All that is said about it.
        offer: Box<CircuitOffer>,
    },
    /// A circuit of which no more proofs are verified.
    RetireCircuit {
        /// Which.
        circuit: Cid,
    },
}
