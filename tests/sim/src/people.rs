//! Who takes part: nodes and users, their keys, and the genesis that names them.

use icn_base::{Cid, Codec, Did, Keypair, Mana, Time};
use icn_governance::Parameter;
use icn_ledger::{Genesis, GenesisAccount};

/// Users that are members.
pub const MEMBERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// Users that are not: the last one has nothing.
pub const STRANGERS: [&str; 2] = ["eve", "pauper"];

/// What a node has at first, and a member.
const PLENTY: u64 = 20_000;

/// The power of a validator.
pub const POWER: u64 = 10;

/// A key grows from a name.
pub fn keys(name: &str) -> Keypair {
    Keypair::from_seed(*Cid::of(Codec::Raw, name.as_bytes()).digest())
}

/// The key of a node.
pub fn node_keys(number: usize) -> Keypair {
    keys(&format!("node {number}"))
}

/// The genesis of a mesh in which the first nodes order, and the other nodes are members that do
/// not. Times of voting are short.
pub fn genesis(validators: usize, followers: usize, begin: Time) -> Genesis {
    let account = |did: Did, units, member, power| GenesisAccount {
        did,
        mana: Mana::new(units).expect("a small amount"),
        member,
        power,
    };
    let node = |number: usize| {
        let power = if number < validators { POWER } else { 0 };
        account(node_keys(number).did(), PLENTY, true, power)
    };
    let nodes = (0..validators + followers).map(node);
    let members = MEMBERS.map(|name| account(keys(name).did(), PLENTY, true, 0));
    let strangers = STRANGERS.map(|name| {
        let units = if name == "pauper" { 0 } else { PLENTY };
        account(keys(name).did(), units, false, 0)
    });
    let mut accounts: Vec<_> = nodes.chain(members).chain(strangers).collect();
    accounts.sort_by_key(|account| account.did);
    let parameters = [
        (Parameter::RegenAmount, 3),
        (Parameter::RegenIntervalMs, 1_000),
        (Parameter::Capacity, PLENTY + 50),
        (Parameter::MinDeliberationMs, 0),
        (Parameter::MaxDeliberationMs, 20_000),
        (Parameter::MinVotingMs, 0),
        (Parameter::MaxVotingMs, 10_000),
        (Parameter::ExecutionDelayMs, 0),
        (Parameter::ChangeDelayMs, 0),
        (Parameter::ExecuteByMs, 20_000),
        (Parameter::AnchorTtlMs, 60_000),
        (Parameter::AssignGraceMs, 2_000),
        (Parameter::RevealWindowMs, 4_000),
        (Parameter::MinRunMs, 1_000),
    ];
    Genesis {
        time: begin,
        accounts,
        treasury: Mana::new(1_000).expect("a small amount"),
        parameters: parameters.into(),
        development: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_genesis_makes_a_state() {
        let genesis = genesis(4, 1, Time::ZERO);
        let state = genesis.state().unwrap();
        assert_eq!(state.validators().len(), 4);
        assert_eq!(state.actors().count(), 5 + MEMBERS.len() + STRANGERS.len());
        state.audit().unwrap();
    }
}
