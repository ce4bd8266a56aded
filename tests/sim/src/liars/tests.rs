use super::*;
use crate::people::{genesis, node_keys};
use icn_base::order::{Evidence, Signed, Step, Vote};
use icn_base::{Codec, Mana};
use icn_consensus::Message;
use icn_economics::Offer;
use icn_ledger::Terms;
use icn_mesh::Offence;

/// What a liar says to three peers in the place of a message.
fn said(lie: Lie, said: &Gossip) -> Vec<Vec<Gossip>> {
    let genesis = genesis(4, 0, Time::ZERO);
    let (keys, state, network) = (node_keys(0), genesis.state().unwrap(), genesis.network());
    let seat = Seat {
        keys: &keys,
        network: &network,
        state: &state,
        now: Time::ZERO,
    };
    let (mut liar, mut hits) = (Liar::new(lie), Hits::default());
    let to = |to| liar.says(said, to, &seat, &mut hits);
    (0..3).map(to).collect()
}

fn vote() -> Gossip {
    let network = genesis(4, 0, Time::ZERO).network();
    let vote = Vote {
        height: 1,
        round: 0,
        step: Step::Prevote,
        block: Some(Cid::of(Codec::DagCbor, b"a block")),
    };
    Gossip::Order(Message::Vote(Signed::sign(vote, &node_keys(0), &network)))
}

fn only(said: &[Gossip]) -> Signed<Vote> {
    match said {
        [Gossip::Order(Message::Vote(vote))] => *vote,
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_votes_are_evidence() {
    let told = said(Lie::EquivocatingVoter, &vote());
    let (one, other) = (only(&told[0]), only(&told[1]));
    let evidence = Evidence::votes(one, other).unwrap();
    let network = genesis(4, 0, Time::ZERO).network();
    evidence.check(&network).unwrap();
    assert_eq!(told[2].len(), 2);
}

#[test]
fn a_nil_voter_votes_for_nothing_and_a_silent_one_not_at_all() {
    let nil = said(Lie::NilVoter, &vote());
    assert!(nil.iter().all(|told| only(told).body.block.is_none()));
    assert!(said(Lie::Silent, &vote()).concat().is_empty());
    let honest = said(Lie::FalseReceipt, &vote());
    assert_eq!(honest.concat(), vec![vote(); 3]);
}

#[test]
fn a_double_bidder_signs_both_its_bids() {
    let network = genesis(4, 0, Time::ZERO).network();
    let terms = Terms {
        job: icn_base::JobId::new(Cid::of(Codec::DagCbor, b"a job")),
        executor: node_keys(0).did(),
        offer: Offer::default(),
        engine: "any".into(),
        assign_before: Time::ZERO,
    };
    let bid = Bid::sign(terms, &node_keys(0), &network);
    let told = said(Lie::DoubleBidder, &Gossip::Bids(vec![bid]));
    let prices = told.concat().into_iter().map(|said| {
        match Gossip::read(&said.encode(), said.topic(), &network) {
            Ok(icn_mesh::Heard::Bids(bids)) => bids[0].terms.offer.base,
            other => panic!("{other:?}"),
        }
    });
    let prices: std::collections::BTreeSet<_> = prices.collect();
    assert_eq!(prices, [Mana::ZERO, Mana::new(1).unwrap()].into());
}

#[test]
fn what_a_lying_server_shows_proves_nothing() {
    let found = icn_mesh::message::Found {
        cid: Cid::of(Codec::Raw, b"asked"),
        bytes: icn_base::Bytes(b"asked".to_vec()),
    };
    let Answer::Blocks(found) = lying_server::answers(Answer::Blocks(vec![found])) else {
        panic!("blocks were asked for")
    };
    assert!(!found[0].cid.names(&found[0].bytes));
}

#[test]
fn rubbish_is_read_as_rubbish() {
    let network = genesis(4, 0, Time::ZERO).network();
    let letter = Letter::new(Topic::Txs, vec![1, 2, 3], &network);
    assert_eq!(letter.read, Err(Offence::Garbled));
    let elsewhere = Letter::new(Topic::Txs, vote().encode(), &network);
    assert!(elsewhere.read.is_err(), "it is no transaction");
}
