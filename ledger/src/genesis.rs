//! The first state: who is a member, who has what, who orders, and what the parameters are.

use crate::State;
use crate::state::{Actor, Chain};
use crate::table::Table;
use icn_base::mana::ManaError;
use icn_base::{Cid, Codec, Did, Mana, NetworkId, Time, codec};
use icn_economics::{AccountError, Regeneration, Supply};
use icn_governance::limits::{MEMBERS_MAX, POWER_MAX, VALIDATORS_MAX};
use icn_governance::{self as governance, Parameter, ParameterError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All that a network begins with. Its CID is the network's id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// When it begins.
    pub time: Time,
    /// Accounts, ascending by DID.
    pub accounts: Vec<GenesisAccount>,
    /// The treasury's first mana.
    pub treasury: Mana,
    /// Parameters that differ from their defaults.
    pub parameters: BTreeMap<Parameter, u64>,
    /// True for a network to try things out on: several members may then decide without delay, and
    /// circuits may have development keys.
    #[serde(default, skip_serializing_if = "is_false")]
    pub development: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// An account at genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAccount {
    /// Whose it is.
    pub did: Did,
    /// Its first mana.
    pub mana: Mana,
    /// True if it regenerates and may work.
    pub member: bool,
    /// Its power in ordering; members only.
    pub power: u64,
}

/// Why a genesis makes no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// An account stands twice, or they are not in order.
    #[error("{0} is out of order: list accounts ascending by DID, each once")]
    Order(Did),
    /// Power for one who is no member.
    #[error("{0} has power but is no member: make it a member")]
    Power(Did),
    /// More mana than there can be.
    #[error("genesis makes more mana than there can be: {0}")]
    Mana(#[from] ManaError),
    /// A parameter out of its bounds.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// More power than one may have.
    #[error("{0} has more power than {POWER_MAX}, which is the most")]
    TooStrong(Did),
    /// More members or validators than there may be.
    #[error("at most {MEMBERS_MAX} members and {VALIDATORS_MAX} validators may begin a network")]
    TooMany,
    /// Several members who could decide without delay.
    #[error("{0} is 0, which is for networks of one member or for `development`: give a time")]
    ZeroTime(Parameter),
}

impl From<AccountError> for GenesisError {
    fn from(_: AccountError) -> Self {
        Self::Mana(ManaError::Overflow)
    }
}

impl Genesis {
    /// The network's id.
    pub fn network(&self) -> NetworkId {
        let bytes = codec::encode(self).expect("a genesis has a canonical spelling");
        NetworkId::new(Cid::of(Codec::DagCbor, &bytes))
    }

    fn members(&self) -> impl Iterator<Item = Did> {
        let members = self.accounts.iter().filter(|account| account.member);
        members.map(|account| account.did)
    }

    /// The first state, at height 0.
    pub fn state(&self) -> Result<State, GenesisError> {
        let mut parameters = BTreeMap::new();
        for parameter in Parameter::ALL {
            let row = parameter.row();
            let value = *self.parameters.get(parameter).unwrap_or(&row.default);
            parameter.check(value)?;
            parameters.insert(*parameter, value);
        }
        let amount = Mana::new(parameters[&Parameter::RegenAmount])?;
        let interval_ms = parameters[&Parameter::RegenIntervalMs];
        let mut supply = Supply::default();
        supply.mint_treasury(self.treasury)?;
        let (mut actors, mut validators) = (Table::new(), BTreeMap::new());
        for account in &self.accounts {
            let did = account.did;
            if actors.get_max().is_some_and(|(last, _)| *last >= did) {
                return Err(GenesisError::Order(did));
            }
            if account.power > POWER_MAX {
                return Err(GenesisError::TooStrong(did));
            }
            let mut actor = Actor::default();
            supply.mint_genesis(&mut actor.account, account.mana)?;
            if account.member {
                supply.admit(&mut actor.account, 0);
            }
            if account.power > 0 {
                if !account.member {
                    return Err(GenesisError::Power(did));
                }
                validators.insert(did, account.power);
            }
            actors.insert(did, actor);
        }
        let members: Vec<_> = self.members().collect();
        if members.len() as u64 > MEMBERS_MAX || validators.len() > VALIDATORS_MAX {
            return Err(GenesisError::TooMany);
        }
        let zero = |one: &&Parameter| one.is_time_of_voting() && parameters[*one] == 0;
        if let Some(zero) = Parameter::ALL.iter().find(zero)
            && members.len() > 1
            && !self.development
        {
            return Err(GenesisError::ZeroTime(*zero));
        }
        let chain = Chain {
            network: self.network(),
            height: 0,
            time: self.time,
            supply,
            regeneration: Regeneration::new(self.time, amount, interval_ms),
            development: self.development,
        };
        let mut state = State::new(chain);
        (state.parameters, state.actors, state.validators) = (parameters, actors, validators);
        state.governance = Arc::new(governance::State::genesis(members, self.time));
        state.touch_all();
        Ok(state)
    }
}

#[cfg(test)]
mod tests;
