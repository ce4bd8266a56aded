use super::*;
use icn_base::Keypair;

fn account(seed: u8, member: bool, power: u64) -> GenesisAccount {
    let did = Keypair::from_seed([seed; 32]).did();
    let mana = Mana::new(100).unwrap();
    GenesisAccount {
        did,
        mana,
        member,
        power,
    }
}

fn genesis(mut accounts: Vec<GenesisAccount>) -> Genesis {
    accounts.sort_by_key(|account| account.did);
    Genesis {
        accounts,
        treasury: Mana::new(7).unwrap(),
        ..Genesis::default()
    }
}

#[test]
fn the_first_state_adds_up_and_is_named_by_its_genesis() {
    let genesis = genesis(vec![account(1, true, 10), account(2, false, 0)]);
    let state = genesis.state().unwrap();
    assert_eq!(state.audit(), Ok(()));
    assert_eq!(state.chain().supply.minted(), Mana::new(207).unwrap());
    assert_eq!(state.chain().network, genesis.network());
    assert_eq!(state.power(&account(1, true, 10).did), 10);
    let other = Genesis {
        treasury: Mana::ZERO,
        ..genesis
    };
    assert_ne!(other.network(), state.chain().network);
}

#[test]
fn a_genesis_that_contradicts_itself_makes_no_state() {
    let one = account(1, true, 0);
    let twice = genesis(vec![one.clone(), one.clone()]).state();
    assert_eq!(twice.unwrap_err(), GenesisError::Order(one.did));
    let power = genesis(vec![account(1, false, 1)]).state();
    assert_eq!(power.unwrap_err(), GenesisError::Power(one.did));
    let mut rich = genesis(vec![one]);
    rich.accounts[0].mana = Mana::MAX;
    assert!(matches!(rich.state(), Err(GenesisError::Mana(_))));
    rich.accounts.clear();
    rich.parameters.insert(Parameter::TxFee, u64::MAX);
    assert!(matches!(rich.state(), Err(GenesisError::Parameter(_))));
}

#[test]
fn genesis_keeps_the_bounds_that_members_keep() {
    let strong = genesis(vec![account(1, true, 1_001)]);
    let did = strong.accounts[0].did;
    assert_eq!(strong.state().unwrap_err(), GenesisError::TooStrong(did));
    let crowd = |members: u16, power| {
        let person = |seed: u16| {
            let mut key = [0; 32];
            key[..2].copy_from_slice(&seed.to_be_bytes());
            GenesisAccount {
                did: Keypair::from_seed(key).did(),
                mana: Mana::ZERO,
                member: true,
                power,
            }
        };
        genesis((0..members).map(person).collect())
    };
    assert!(crowd(128, 1).state().is_ok());
    assert_eq!(crowd(129, 1).state().unwrap_err(), GenesisError::TooMany);
    assert_eq!(crowd(10_001, 0).state().unwrap_err(), GenesisError::TooMany);
}

#[test]
fn several_members_decide_without_delay_on_development_networks_only() {
    let hasty = |members: u8, development| {
        let accounts = (0..members).map(|seed| account(seed, true, 1)).collect();
        let mut genesis = genesis(accounts);
        genesis.parameters.insert(Parameter::MinVotingMs, 0);
        genesis.development = development;
        genesis.state()
    };
    assert!(hasty(1, false).is_ok());
    assert!(hasty(2, true).is_ok());
    let refused = hasty(2, false).unwrap_err();
    assert_eq!(refused, GenesisError::ZeroTime(Parameter::MinVotingMs));
}
