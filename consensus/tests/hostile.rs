//! Bytes from strangers at the one door where they become messages.
#![allow(clippy::unwrap_used, reason = "tests")]

use icn_base::codec::{self, CodecError};
use icn_base::limits::ORDER_MESSAGE_BYTES_MAX;
use icn_base::order::{Certificate, Proposal, Seat, Signed, Step, Vote};
use icn_base::{Cid, Codec, Keypair, NetworkId, Time};
use icn_consensus::{
    Consensus, Effect, Entry, Input, Message, MessageError, Pace, RoundCertificate, RoundKind,
    Validators,
};
use proptest::prelude::*;

fn keys(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

fn network() -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, b"a mesh"))
}

fn block() -> Cid {
    Cid::of(Codec::DagCbor, b"a block")
}

fn vote(step: Step, block: Option<Cid>, by: u8) -> Signed<Vote> {
    let vote = Vote {
        height: 1,
        round: 0,
        step,
        block,
    };
    Signed::sign(vote, &keys(by), &network())
}

fn certificate(step: Step, count: u8) -> Certificate {
    let seat = |said: Signed<Vote>| Seat {
        by: said.by,
        signature: said.signature,
    };
    let mut seats: Vec<_> = (0..count)
        .map(|by| seat(vote(step, Some(block()), by)))
        .collect();
    seats.sort_by_key(|seat| seat.by);
    Certificate {
        height: 1,
        round: 0,
        step,
        block: block(),
        seats,
    }
}

fn round(kind: RoundKind, count: u8) -> RoundCertificate {
    let votes = (0..count).map(|by| vote(Step::Precommit, None, by));
    RoundCertificate::new(kind, votes.collect()).unwrap()
}

fn proposal(by: u8) -> Signed<Proposal> {
    let proposal = Proposal {
        height: 1,
        round: 0,
        block: block(),
        valid_round: None,
    };
    Signed::sign(proposal, &keys(by), &network())
}

/// One message of each kind, from four validators.
fn messages() -> Vec<Message> {
    vec![
        Message::Proposal(proposal(1)),
        Message::Vote(vote(Step::Prevote, None, 1)),
        Message::Vote(vote(Step::Precommit, Some(block()), 2)),
        Message::Polka(certificate(Step::Prevote, 4)),
        Message::Round(round(RoundKind::Skip, 2)),
        Message::Round(round(RoundKind::Precommit, 3)),
    ]
}

/// Node 0 of four, at its first height.
fn node() -> Consensus {
    let mut node = Consensus::new(keys(0), network(), None, Vec::new());
    let validators = Validators::new((0..4).map(|seed| (keys(seed).did(), 1))).unwrap();
    let begin = Input::Begin {
        height: 1,
        validators,
        pace: Pace::default(),
    };
    let begun = node.handle(begin, Time::ZERO).unwrap();
    assert_eq!(begun.effects, [Effect::Forget { below: 1 }]);
    node
}

fn hear(node: &mut Consensus, message: Message) -> Vec<Effect> {
    node.handle(Input::Heard(message), Time::ZERO)
        .unwrap()
        .effects
}

#[test]
fn a_message_has_one_spelling() {
    for message in messages() {
        let bytes = message.encode();
        assert_eq!(Message::decode(&bytes), Ok(message));
    }
}

#[test]
fn the_largest_honest_message_fits_with_room() {
    let bytes = Message::Round(round(RoundKind::Skip, 128)).encode();
    assert!(bytes.len() * 2 < ORDER_MESSAGE_BYTES_MAX, "{}", bytes.len());
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    let bytes = vec![0x9f; ORDER_MESSAGE_BYTES_MAX + 1];
    let length = bytes.len();
    assert_eq!(Message::decode(&bytes), Err(MessageError::Length(length)));
}

#[test]
fn claimed_lengths_allocate_nothing() {
    for head in [
        &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
        &[0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0xbb, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff],
    ] {
        let refusal = Message::decode(head).unwrap_err();
        assert!(matches!(refusal, MessageError::Codec(_)), "{refusal}");
    }
    let nested = vec![0x81; ORDER_MESSAGE_BYTES_MAX];
    let refusal = Message::decode(&nested).unwrap_err();
    assert!(
        matches!(
            refusal,
            MessageError::Codec(CodecError::Depth { .. } | CodecError::Type { .. })
        ),
        "{refusal}"
    );
}

/// Certificates of rounds have a form besides the bytes: votes of one round, one by each.
#[test]
fn a_round_certificate_is_of_one_round_and_in_order() {
    let (a, b) = (
        vote(Step::Precommit, None, 1),
        vote(Step::Precommit, None, 2),
    );
    let prevote = vote(Step::Prevote, None, 2);
    let mut elsewhere = b;
    elsewhere.body.height = 2;
    let mut later = b;
    later.body.round = 1;
    for (kind, votes) in [
        (RoundKind::Skip, vec![]),
        (RoundKind::Skip, vec![a, a]),
        (RoundKind::Skip, vec![a, elsewhere]),
        (RoundKind::Skip, vec![a, later]),
        (RoundKind::Precommit, vec![a, prevote]),
    ] {
        assert_eq!(RoundCertificate::new(kind, votes), None);
    }
    assert!(RoundCertificate::new(RoundKind::Skip, vec![a, prevote]).is_some());

    let good = RoundCertificate::new(RoundKind::Skip, vec![a, b]).unwrap();
    let bytes = codec::encode(&good).unwrap();
    assert_eq!(codec::decode::<RoundCertificate>(&bytes), Ok(good.clone()));
    let one = codec::encode(&good.votes()[0]).unwrap();
    let two = codec::encode(&good.votes()[1]).unwrap();
    let at = bytes.windows(one.len()).position(|w| w == one).unwrap();
    let mut swapped = bytes.clone();
    swapped[at..at + two.len()].copy_from_slice(&two);
    swapped[at + two.len()..at + two.len() + one.len()].copy_from_slice(&one);
    assert!(codec::decode::<RoundCertificate>(&swapped).is_err());
}

#[test]
fn forged_messages_are_named_and_do_nothing() {
    let forged = |message: Message| match message {
        Message::Vote(said) => Message::Vote(Signed {
            by: keys(3).did(),
            ..said
        }),
        Message::Proposal(said) => Message::Proposal(Signed {
            by: keys(2).did(),
            ..said
        }),
        Message::Polka(mut certificate) => {
            certificate.height = 1;
            certificate.block = Cid::of(Codec::DagCbor, b"another");
            Message::Polka(certificate)
        }
        Message::Round(certificate) => {
            let mut votes = certificate.votes().to_vec();
            votes[0].body.block = Some(block());
            let kind = certificate.kind();
            Message::Round(RoundCertificate::new(kind, votes).unwrap())
        }
    };
    for message in messages() {
        let mut waiting = node();
        assert_eq!(
            hear(&mut waiting, forged(message.clone())),
            [Effect::Forged]
        );
        assert_eq!(waiting.round(), None, "a forgery starts nothing");
    }
    for message in messages() {
        let mut running = node();
        let started = running.handle(Input::Work, Time::ZERO).unwrap();
        assert!(started.log.is_empty());
        let effects = hear(&mut running, forged(message.clone()));
        // A proposal out of turn and a reason to enter the round under way are dropped before a
        // signature is looked at.
        let dropped = match &message {
            Message::Proposal(_) => true,
            Message::Round(certificate) => certificate.kind() == RoundKind::Skip,
            Message::Vote(_) | Message::Polka(_) => false,
        };
        assert!(effects == [Effect::Forged] || dropped && effects.is_empty());
        assert_eq!(running.round(), Some(0));
    }
}

#[test]
fn strangers_are_not_listened_to() {
    let mut node = node();
    for by in 10..20 {
        let said = vote(Step::Prevote, None, by);
        assert_eq!(hear(&mut node, Message::Vote(said)), []);
    }
    assert_eq!(node.round(), None);
    let mut crowd = certificate(Step::Prevote, 12);
    crowd.seats.retain(|seat| seat.by != keys(0).did());
    assert_eq!(hear(&mut node, Message::Polka(crowd)), [Effect::Forged]);
}

#[test]
fn a_height_starts_when_an_honest_validator_has_started_it() {
    let mut by_votes = node();
    assert_eq!(
        hear(&mut by_votes, Message::Vote(vote(Step::Prevote, None, 1))),
        []
    );
    assert_eq!(by_votes.round(), None, "one of four may be a liar");
    hear(&mut by_votes, Message::Vote(vote(Step::Prevote, None, 2)));
    assert_eq!(by_votes.round(), Some(0));

    let mut by_certificate = node();
    let round = Message::Round(round(RoundKind::Skip, 2));
    hear(&mut by_certificate, round);
    assert_eq!(by_certificate.round(), Some(0));

    let validators = Validators::new((0..4).map(|seed| (keys(seed).did(), 1))).unwrap();
    let first = validators.proposer(1, 0);
    let in_turn = (1..4).find(|seed| keys(*seed).did() == first).unwrap();
    let out_of_turn = (1..4).find(|seed| *seed != in_turn).unwrap();
    let mut unmoved = node();
    let early = Message::Proposal(proposal(out_of_turn));
    assert_eq!(hear(&mut unmoved, early), []);
    let mut by_proposal = node();
    let asked = Effect::Judge {
        height: 1,
        round: 0,
        proposer: first,
        block: block(),
    };
    let said = Message::Proposal(proposal(in_turn));
    assert_eq!(hear(&mut by_proposal, said.clone()), [asked]);
    assert_eq!(hear(&mut by_proposal, said), [], "once is enough");
    let judged = |valid| Input::Judged {
        height: 1,
        block: block(),
        valid,
    };
    let bad = by_proposal.handle(judged(false), Time::ZERO).unwrap();
    assert_eq!((bad.effects, by_proposal.round()), (vec![], None));
    let good = by_proposal.handle(judged(true), Time::ZERO).unwrap();
    let prevote =
        |e: &Effect| matches!(e, Effect::Send(Message::Vote(v)) if v.body.block == Some(block()));
    assert!(good.effects.iter().any(prevote), "{:?}", good.effects);
}

#[test]
fn heights_only_go_up() {
    let mut node = node();
    let validators = Validators::new([(keys(0).did(), 1)]).unwrap();
    let begin = |height| Input::Begin {
        height,
        validators: validators.clone(),
        pace: Pace::default(),
    };
    assert!(node.handle(begin(1), Time::ZERO).is_err());
    assert!(node.handle(begin(0), Time::ZERO).is_err());
    assert!(node.handle(begin(2), Time::ZERO).is_ok());
}

#[test]
fn a_proof_that_proves_nothing_is_refused_and_forgotten() {
    let mut waiting = node();
    for bad in [
        certificate(Step::Precommit, 2),
        certificate(Step::Prevote, 4),
        {
            let mut other = certificate(Step::Precommit, 4);
            other.block = Cid::of(Codec::DagCbor, b"another");
            other
        },
        certificate(Step::Precommit, 5),
    ] {
        let out = waiting.handle(Input::Decided(bad), Time::ZERO).unwrap();
        let refused = |e: &Effect| matches!(e, Effect::Refused { height: 1, .. });
        let decided = |e: &Effect| matches!(e, Effect::Decided(_));
        assert!(out.effects.iter().any(refused), "{:?}", out.effects);
        assert!(!out.effects.iter().any(decided));
    }
    let good = certificate(Step::Precommit, 3);
    let out = waiting
        .handle(Input::Decided(good.clone()), Time::ZERO)
        .unwrap();
    assert!(out.effects.contains(&Effect::Decided(good)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_get_a_verdict(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes.clone());
        }
        if let Ok(entry) = Entry::decode(&bytes) {
            prop_assert_eq!(entry.encode(), bytes);
        }
    }

    /// A changed byte is refused or makes another message, which harms nobody.
    #[test]
    fn damaged_messages_harm_nobody(
        which in 0usize..6,
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        started in any::<bool>(),
    ) {
        let mut bytes = messages()[which].encode();
        let at = at.index(bytes.len());
        let changed = bytes[at] != byte;
        bytes[at] = byte;
        if let Ok(message) = Message::decode(&bytes) {
            prop_assert_eq!(message.encode(), bytes);
            let mut node = node();
            if started {
                let _started = node.handle(Input::Work, Time::ZERO).unwrap();
            }
            let effects = hear(&mut node, message);
            let decided = |e: &Effect| matches!(e, Effect::Decided(_) | Effect::Accuse(_));
            prop_assert!(!changed || !effects.iter().any(decided));
        }
    }
}
