use super::*;
use crate::{Cid, Codec, Did, JobId, Keypair, Mana, ProposalId, Time, codec};
use expect_test::{Expect, expect};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

fn did(seed: u8) -> Did {
    Keypair::from_seed([seed; 32]).did()
}

fn kinds() -> Vec<ProposalKind> {
    let did = did(1);
    let set = ProposalKind::SetParameter {
        name: "tx_fee".into(),
        value: 2,
    };
    let options = vec![
        ChoiceOption {
            label: "two".into(),
            kinds: vec![set.clone()],
        },
        ChoiceOption {
            label: "as it is".into(),
            kinds: vec![],
        },
    ];
    let amount = Mana::new(5).unwrap();
    vec![
        ProposalKind::Text {},
        set,
        ProposalKind::AdmitMember { did },
        ProposalKind::RemoveMember { did },
        ProposalKind::SetValidator { did, power: 0 },
        ProposalKind::Budget {
            to: did,
            amount,
            memo: String::new(),
        },
        ProposalKind::Choice { options },
        ProposalKind::Bundle(vec![ProposalKind::Text {}]),
    ]
}

/// Both spellings lead back to the value, and neither takes a field it does not know.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let bytes = codec::encode(value).unwrap();
    assert_eq!(&codec::decode::<T>(&bytes).unwrap(), value);
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value);
    if let Some(fields) = json.strip_prefix('{') {
        let json = format!("{{\"surprise\":1,{fields}");
        assert!(serde_json::from_str::<T>(&json).is_err(), "{json}");
    }
}

#[test]
fn words_come_back_from_both_spellings() {
    for kind in kinds() {
        check(&ProposalRequest {
            title: "t".into(),
            text: String::new(),
            kind,
        });
    }
    for ballot in [
        Ballot::Yes,
        Ballot::No,
        Ballot::Abstain,
        Ballot::Ranked(vec![2, 0]),
    ] {
        let proposal = ProposalId::new(Cid::of(Codec::DagCbor, b"\xa0"));
        let preview = Some(*proposal.cid());
        check(&VoteRequest {
            proposal,
            ballot,
            preview,
        });
    }
    check(&DelegateRequest {
        to: did(2),
        scope: Scope::Budget,
        until: Time::ZERO,
    });
    check(&RevokeRequest { scope: Scope::All });
    ProposalStatus::ALL.iter().for_each(check);
}

#[test]
fn proposals_of_one_run_are_told_apart_by_their_place() {
    let request = ProposalRequest {
        title: "t".into(),
        text: String::new(),
        kind: ProposalKind::Text {},
    };
    let job = |text: &[u8]| JobId::new(Cid::of(Codec::Raw, text));
    let id = |effect| request.effect_id(&job(b"one"), effect).unwrap();
    assert_ne!(id(0), id(1));
    assert_eq!(id(1), id(1));
    assert_ne!(id(0), request.effect_id(&job(b"other"), 0).unwrap());
}

#[test]
fn the_shapes_are_frozen() {
    let json = |word: serde_json::Value, expect: Expect| expect.assert_eq(&word.to_string());
    json(
        serde_json::to_value(kinds()).unwrap(),
        expect![[
            r#"[{"text":{}},{"set_parameter":{"name":"tx_fee","value":2}},{"admit_member":{"did":"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"}},{"remove_member":{"did":"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"}},{"set_validator":{"did":"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX","power":0}},{"budget":{"amount":"5","to":"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"}},{"choice":{"options":[{"kinds":[{"set_parameter":{"name":"tx_fee","value":2}}],"label":"two"},{"label":"as it is"}]}},{"bundle":[{"text":{}}]}]"#
        ]],
    );
    let cid = Cid::of(Codec::DagCbor, &codec::encode(&kinds()).unwrap());
    expect!["bafyreih4uzobfpx6yv52774vkpv3ovtu6igwhxgejmycvlcvnjssuhzhb4"]
        .assert_eq(&cid.to_string());
}

#[test]
fn a_ballot_is_a_word_or_a_list_of_indexes() {
    let read = |json: &str| serde_json::from_str::<Ballot>(json).ok();
    assert_eq!(read("\"yes\""), Some(Ballot::Yes));
    assert_eq!(read("[1,0]"), Some(Ballot::Ranked(vec![1, 0])));
    assert_eq!(Ballot::Ranked(vec![1, 0]).to_string(), "[1, 0]");
    assert_eq!(Ballot::Abstain.to_string(), "abstain");
    for wrong in [
        "\"Yes\"", "\"\"", "true", "1", "null", "[256]", "[-1]", "[\"0\"]", "{}",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn kinds_are_numbered_and_named_once_and_their_scope_bears_their_name() {
    assert!(Scope::ALL.is_sorted_by(|a, b| a.number() < b.number()));
    for scope in Scope::ALL {
        assert_eq!(scope.to_string().parse(), Ok(*scope));
        assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
    }
    assert!("Budget".parse::<Scope>().is_err());
    for kind in kinds() {
        let json = serde_json::to_value(&kind).unwrap();
        assert!(json.get(kind.name()).is_some(), "{json}");
        assert_eq!(kind.number(), kind.scope().number());
    }
}

#[test]
fn a_status_is_the_bare_word_that_guests_compare() {
    for status in ProposalStatus::ALL {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
    }
    assert_eq!(ProposalStatus::Accepted.to_string(), "Accepted");
}
