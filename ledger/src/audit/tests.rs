use super::*;
use crate::{Genesis, GenesisAccount};
use icn_base::{Keypair, Mana};
use std::sync::Arc;

fn state() -> (State, Did) {
    let did = Keypair::from_seed([1; 32]).did();
    let mana = Mana::new(100).unwrap();
    let genesis = Genesis {
        accounts: vec![GenesisAccount {
            did,
            mana,
            member: true,
            power: 1,
        }],
        ..Genesis::default()
    };
    (genesis.state().unwrap(), did)
}

#[test]
fn what_is_set_aside_for_nothing_is_found() {
    let one = Mana::new(1).unwrap();
    let (mut state, did) = state();
    assert_eq!(state.audit(), Ok(()));
    let account = |state: &mut State| state.actors.remove(&did).unwrap();
    let mut held = account(&mut state);
    held.account.hold(one).unwrap();
    state.actors.insert(did, held);
    let (found, kept) = (1, 0);
    assert_eq!(state.audit(), Err(AuditError::Held { did, found, kept }));
    let mut bonded = account(&mut state);
    bonded.account.release(one).unwrap();
    bonded.account.bond(one).unwrap();
    state.actors.insert(did, bonded);
    assert_eq!(state.audit(), Err(AuditError::Bonded { did, found, kept }));
}

#[test]
fn lost_mana_and_members_in_one_book_only_are_found() {
    let (mut lost, did) = state();
    let mut actor = lost.actors[&did];
    actor.account.withdraw(Mana::new(1).unwrap()).unwrap();
    lost.actors.insert(did, actor);
    assert!(matches!(lost.audit(), Err(AuditError::Mana(_))));
    let (mut stranger, _) = state();
    stranger.governance = Arc::default();
    assert_eq!(stranger.audit(), Err(AuditError::Member(did)));
    let (mut ghost, _) = state();
    let other = Keypair::from_seed([2; 32]).did();
    let members = [did, other].map(|did| did);
    let governance = icn_governance::State::genesis(members, icn_base::Time::ZERO);
    ghost.governance = Arc::new(governance);
    assert_eq!(ghost.audit(), Err(AuditError::Member(other)));
    let (mut orders, _) = state();
    orders.validators.insert(other, 1);
    assert_eq!(orders.audit(), Err(AuditError::Validator(other)));
}
