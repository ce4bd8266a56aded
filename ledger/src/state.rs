//! The state: everything that is agreed, as tables in memory.

use crate::key::Key;
use crate::standing::Standing;
use crate::table::{Rows, absorb};
use icn_base::{Did, NetworkId, Time};
use icn_economics::{Account, AuditError, Regeneration, Supply};
use icn_governance::Parameter;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is agreed. It changes by whole drafts only.
#[derive(Clone, Debug)]
pub struct State {
    pub(crate) chain: Chain,
    pub(crate) parameters: BTreeMap<Parameter, u64>,
    pub(crate) actors: BTreeMap<Did, Actor>,
    pub(crate) validators: BTreeMap<Did, u64>,
    /// Rows that changed since the state was last committed to.
    pub(crate) touched: BTreeSet<Key>,
}

/// What the chain as a whole is at: its row stands for the last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// The network.
    pub network: NetworkId,
    /// The last block's height; 0 is genesis.
    pub height: u64,
    /// The last block's time.
    pub time: Time,
    /// All mana that was made, and the treasury.
    pub supply: Supply,
    /// The index by which members' accounts refill.
    pub regeneration: Regeneration,
}

/// What the book knows of a DID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Its mana.
    pub account: Account,
    /// The nonce of its next transaction.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nonce: u64,
    /// Its reputation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub standing: Standing,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_default(standing: &Standing) -> bool {
    *standing == Standing::default()
}

/// What a draft has changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) chain: Option<Chain>,
    pub(crate) actors: Rows<Did, Actor>,
}

impl State {
    pub(crate) fn new(
        chain: Chain,
        parameters: BTreeMap<Parameter, u64>,
        actors: BTreeMap<Did, Actor>,
        validators: BTreeMap<Did, u64>,
    ) -> Self {
        let touched = [Key::Chain]
            .into_iter()
            .chain(parameters.keys().copied().map(Key::Parameter))
            .chain(actors.keys().copied().map(Key::Account))
            .chain(validators.keys().copied().map(Key::Validator))
            .collect();
        Self {
            chain,
            parameters,
            actors,
            validators,
            touched,
        }
    }

    /// The chain's row.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// A governed parameter's value.
    pub fn parameter(&self, parameter: Parameter) -> u64 {
        let default = parameter.row().default;
        self.parameters.get(&parameter).copied().unwrap_or(default)
    }

    /// What the book knows of a DID, as it was last touched.
    pub fn actor(&self, did: &Did) -> Option<&Actor> {
        self.actors.get(did)
    }

    /// Every DID that the book knows, ascending.
    pub fn actors(&self) -> impl Iterator<Item = (&Did, &Actor)> {
        self.actors.iter()
    }

    /// A validator's power; 0 for all others.
    pub fn power(&self, did: &Did) -> u64 {
        self.validators.get(did).copied().unwrap_or(0)
    }

    /// Adds everything up (invariant 1).
    pub fn audit(&self) -> Result<(), AuditError> {
        let accounts = self.actors.values().map(|actor| &actor.account);
        icn_economics::audit(accounts, &self.chain.supply)
    }

    /// Takes a draft's changes in.
    pub(crate) fn absorb(&mut self, changes: Changes) {
        let touched = &mut self.touched;
        if let Some(chain) = changes.chain {
            self.chain = chain;
            touched.insert(Key::Chain);
        }
        absorb(&mut self.actors, changes.actors, |did| {
            touched.insert(Key::Account(did));
        });
    }
}
