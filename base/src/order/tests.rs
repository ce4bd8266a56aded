use super::*;
use crate::{Cid, Codec, Did, Keypair, NetworkId, codec};
use std::collections::BTreeMap;

fn network(name: &str) -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, name.as_bytes()))
}

fn block(name: &str) -> Cid {
    Cid::of(Codec::DagCbor, name.as_bytes())
}

fn keys(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

fn vote(block: Option<Cid>) -> Vote {
    Vote {
        height: 7,
        round: 1,
        step: Step::Precommit,
        block,
    }
}

/// A certificate for `block`, signed by these seeds in the order of their DIDs.
fn certificate(seeds: &[u8], network: &NetworkId) -> Certificate {
    let vote = vote(Some(block("good")));
    let mut seats: Vec<_> = seeds
        .iter()
        .map(|seed| Signed::sign(vote, &keys(*seed), network))
        .map(|said| Seat {
            by: said.by,
            signature: said.signature,
        })
        .collect();
    seats.sort_by_key(|seat| seat.by);
    Certificate {
        height: 7,
        round: 1,
        step: Step::Precommit,
        block: block("good"),
        seats,
    }
}

fn powers(powers: &[u64]) -> BTreeMap<Did, u64> {
    (1..)
        .zip(powers)
        .map(|(seed, power)| (keys(seed).did(), *power))
        .collect()
}

#[test]
fn a_certificate_takes_more_than_two_thirds_of_the_power() {
    let net = network("a");
    for (seeds, set, holds) in [
        (&[1][..], &[1][..], true),
        (&[1, 2, 3], &[1, 1, 1, 1], true),
        (&[1, 2], &[1, 1, 1], false),
        (&[1, 2], &[1, 1, 1, 1], false),
        (&[1], &[3, 1], true),
        (&[1], &[2, 1], false),
        (&[1, 2], &[u64::MAX, u64::MAX, 1], true),
        (&[], &[0], false),
    ] {
        let verdict = certificate(seeds, &net).check(&net, &powers(set));
        assert_eq!(verdict.is_ok(), holds, "{seeds:?} of {set:?}: {verdict:?}");
    }
}

#[test]
fn a_certificate_proves_nothing_with_a_seat_that_did_not_vote_so() {
    let (net, set) = (network("a"), powers(&[1, 1, 1, 1]));
    let good = certificate(&[1, 2, 3], &net);
    assert_eq!(good.check(&net, &set), Ok(()));

    let spoil = |change: &dyn Fn(&mut Certificate)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.check(&net, &set).unwrap_err()
    };
    assert!(matches!(
        spoil(&|c| c.height = 8),
        CertificateError::Signature(_)
    ));
    assert!(matches!(
        spoil(&|c| c.round = 2),
        CertificateError::Signature(_)
    ));
    assert!(matches!(
        spoil(&|c| c.step = Step::Prevote),
        CertificateError::Signature(_)
    ));
    assert!(matches!(
        spoil(&|c| c.block = block("bad")),
        CertificateError::Signature(_)
    ));
    assert!(matches!(
        spoil(&|c| c.seats.swap(0, 1)),
        CertificateError::Order(_)
    ));
    assert!(matches!(
        spoil(&|c| c.seats[1] = c.seats[0]),
        CertificateError::Order(_)
    ));
    assert_eq!(
        certificate(&[1, 2, 9], &net).check(&net, &set),
        Err(CertificateError::Stranger(keys(9).did()))
    );
    assert!(matches!(
        good.check(&network("b"), &set),
        Err(CertificateError::Signature(_))
    ));
}

#[test]
fn evidence_is_two_statements_where_one_is_allowed() {
    let net = network("a");
    let say = |vote| Signed::sign(vote, &keys(1), &net);
    let (a, b, nil) = (vote(Some(block("a"))), vote(Some(block("b"))), vote(None));
    let evidence = Evidence::votes(say(a), say(b)).unwrap();
    assert_eq!(evidence, Evidence::votes(say(b), say(a)).unwrap());
    assert_eq!(evidence.check(&net), Ok(()));
    assert_eq!((evidence.accused(), evidence.height()), (keys(1).did(), 7));
    let against_nil = Evidence::votes(say(a), say(nil)).unwrap();
    assert_eq!(against_nil.check(&net), Ok(()));

    for (other, why) in [
        (say(a), EvidenceError::Order),
        (say(Vote { height: 8, ..b }), EvidenceError::Apart),
        (say(Vote { round: 2, ..b }), EvidenceError::Apart),
        (
            say(Vote {
                step: Step::Prevote,
                ..b
            }),
            EvidenceError::Apart,
        ),
        (Signed::sign(b, &keys(2), &net), EvidenceError::Apart),
    ] {
        assert_eq!(Evidence::votes(say(a), other), Err(why));
    }
    let elsewhere = Signed::sign(b, &keys(1), &network("b"));
    assert_eq!(
        Evidence::votes(say(a), elsewhere).unwrap().check(&net),
        Err(EvidenceError::Signature(keys(1).did()))
    );
    let Evidence::Votes { first, second } = evidence else {
        unreachable!("two votes were given")
    };
    let swapped = Evidence::Votes {
        first: second,
        second: first,
    };
    assert_eq!(swapped.check(&net), Err(EvidenceError::Order));
}

#[test]
fn a_proposal_with_another_valid_round_is_another_proposal() {
    let net = network("a");
    let say = |valid_round| {
        let proposal = Proposal {
            height: 7,
            round: 3,
            block: block("a"),
            valid_round,
        };
        Signed::sign(proposal, &keys(1), &net)
    };
    let evidence = Evidence::proposals(say(None), say(Some(1))).unwrap();
    assert_eq!(evidence.check(&net), Ok(()));
}

/// Domains differ, so neither can be passed off as the other even if bytes were to agree.
#[test]
fn a_vote_is_not_a_proposal() {
    assert_ne!(Vote::DOMAIN, Proposal::DOMAIN);
}

#[test]
fn words_of_order_have_one_spelling() {
    let net = network("a");
    let said = Signed::sign(vote(None), &keys(1), &net);
    let bytes = codec::encode(&said).unwrap();
    assert_eq!(codec::decode::<Signed<Vote>>(&bytes).unwrap(), said);

    let good = certificate(&[1, 2, 3], &net);
    let bytes = codec::encode(&good).unwrap();
    assert_eq!(codec::decode::<Certificate>(&bytes).unwrap(), good);
    let mut swapped = good;
    swapped.seats.swap(0, 1);
    let bytes = codec::encode(&swapped).unwrap();
    assert!(codec::decode::<Certificate>(&bytes).is_err());

    let far = Vote {
        round: crate::limits::ORDER_ROUND_MAX + 1,
        ..vote(None)
    };
    let bytes = codec::encode(&far).unwrap();
    assert!(codec::decode::<Vote>(&bytes).is_err());
}
