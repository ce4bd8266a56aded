use super::*;
use crate::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, NetworkId, ProposalId, Time, codec};
use expect_test::{Expect, expect};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

fn cid(text: &str) -> Cid {
    Cid::of(Codec::Raw, text.as_bytes())
}

fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

fn did(seed: u8) -> Did {
    Keypair::from_seed([seed; 32]).did()
}

fn spec() -> JobSpec {
    JobSpec {
        module: cid("module"),
        entry: "run".into(),
        input: Input::Inline(Bytes(b"hello".to_vec())),
        reads: vec![Listed {
            cid: cid("read"),
            size: 4,
        }],
        fuel_limit: 1_000_000,
        memory_pages: 17,
        max_price: mana(5),
        bid_window_ms: 200,
        deadline: Time::from_ms(1_000).unwrap(),
        agreement: Agreement::default(),
        requires: Requires::default(),
        grants: vec![
            Grant::ManaSpend {
                limit: mana(7),
                to: None,
            },
            Grant::MeshSubmit {
                count: 2,
                budget: mana(9),
            },
            Grant::DagWrite { bytes: 10 },
            Grant::DagRead {},
            Grant::GovernancePropose {
                count: 2,
                fees: mana(20),
            },
            Grant::GovernanceVote {
                count: 3,
                proposal: None,
            },
        ],
        coordinator: did(1),
        retry_of: None,
    }
}

fn outcome() -> Outcome {
    Outcome {
        exit: Exit::Trap(TrapCode::DivisionByZero),
        output: cid("output"),
        log: cid("log"),
        effects: vec![
            Effect::SpendMana { amount: mana(1) },
            Effect::PayMana {
                to: did(2),
                amount: mana(2),
            },
            Effect::PutBlock {
                cid: cid("block"),
                bytes: 5,
            },
            Effect::SubmitJob {
                spec: Box::new(spec()),
            },
        ],
        fuel_used: 123,
        memory_peak: 65_536,
        host_calls: vec![CallStats {
            call: 11,
            count: 1,
            fuel: 5_000,
            mana: mana(1),
            refunded: Mana::ZERO,
        }],
        journal: cid("journal"),
        engine: "wasmtime-48/icn-1".into(),
    }
}

fn receipt() -> Receipt {
    let snapshot = Snapshot {
        height: 3,
        root: cid("root"),
    };
    let claim = Claim::new(
        JobId::new(cid("job")),
        cid("module"),
        cid("input"),
        snapshot,
        outcome(),
    );
    let (started, finished) = (Time::from_ms(10).unwrap(), Time::from_ms(20).unwrap());
    Receipt::sign(
        claim,
        started,
        finished,
        &Keypair::from_seed([4; 32]),
        &network(5),
    )
    .unwrap()
}

fn network(seed: u8) -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, &[seed]))
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
    check(&spec());
    check(&outcome());
    check(&receipt());
    check(&Journal {
        answers: vec![Answer {
            call: 5,
            result: 7,
            bytes: None,
        }],
        arguments: Bytes(vec![1; 32]),
    });
    for code in TrapCode::ALL {
        check(&Exit::Trap(*code));
    }
    for code in RefusalCode::ALL {
        check(&Exit::Refused(*code));
    }
    for exit in [
        Exit::Ok(i64::MIN),
        Exit::OutOfFuel,
        Exit::OutOfMemory,
        Exit::TooDeep,
    ] {
        check(&exit);
    }
}

#[test]
fn the_shapes_are_frozen() {
    let json = |word: serde_json::Value, expect: Expect| expect.assert_eq(&word.to_string());
    json(
        serde_json::to_value(Exit::Trap(TrapCode::Unreachable)).unwrap(),
        expect![[r#"{"trap":"unreachable"}"#]],
    );
    json(
        serde_json::to_value(spec().grants).unwrap(),
        expect![[
            r#"[{"mana.spend":{"limit":"7"}},{"mesh.submit":{"budget":"9","count":2}},{"dag.write":{"bytes":10}},{"dag.read":{}},{"governance.propose":{"count":2,"fees":"20"}},{"governance.vote":{"count":3}}]"#
        ]],
    );
    let claim = receipt().claim.cid().unwrap().to_string();
    expect!["bafyreiep55y347jegrolotdjnkrnrqcvn4lfvrdtqcvsg3b45rbr52rnom"].assert_eq(&claim);
}

#[test]
fn codes_are_numbered_and_named_once() {
    assert!(TrapCode::ALL.is_sorted_by(|a, b| a.number() < b.number()));
    assert!(RefusalCode::ALL.is_sorted_by(|a, b| a.number() < b.number()));
    for (at, code) in RefusalCode::ALL.iter().enumerate() {
        assert!(
            RefusalCode::ALL[at + 1..]
                .iter()
                .all(|other| other.name() != code.name())
        );
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }
}

#[test]
fn a_request_takes_from_its_parent_what_it_leaves_out() {
    let parent = spec();
    let request = format!(
        r#"{{"module": "{}", "fuel_limit": 9, "max_price": "3"}}"#,
        cid("child")
    );
    let request: JobRequest = serde_json::from_str(&request).unwrap();
    let child = request.complete(Inherited::of(&parent));
    assert_eq!(
        (child.module, child.fuel_limit, child.max_price),
        (cid("child"), 9, mana(3))
    );
    assert_eq!((child.entry.as_str(), child.memory_pages), ("run", 512));
    assert_eq!(child.coordinator, parent.coordinator);
    assert_eq!(child.deadline, parent.deadline);
    assert!(
        child.grants.is_empty(),
        "grants are never inherited in silence"
    );
    for wrong in [r#"{"module": "x"}"#, "{}", "[]", r#"{"fuel_limit": -1}"#] {
        assert!(
            serde_json::from_str::<JobRequest>(wrong).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn children_of_one_parent_with_one_spec_are_told_apart_by_their_place() {
    let parent = JobId::new(cid("parent"));
    let id = |effect| spec().child_id(&parent, effect).unwrap();
    assert_ne!(id(0), id(1));
    assert_eq!(id(1), id(1));
    assert_ne!(
        id(0),
        spec().child_id(&JobId::new(cid("other")), 0).unwrap()
    );
}

#[test]
fn grants_have_a_short_form() {
    for grant in spec().grants {
        assert_eq!(grant.to_string().parse(), Ok(grant));
    }
    let to = Grant::ManaSpend {
        limit: mana(1),
        to: Some(did(3)),
    };
    assert_eq!(to.to_string().parse(), Ok(to));
    let on = Grant::GovernanceVote {
        count: 1,
        proposal: Some(ProposalId::new(cid("proposal"))),
    };
    assert_eq!(on.to_string().parse(), Ok(on));
    for wrong in [
        "",
        "mana",
        "mana.spend",
        "mana.spend:limit=",
        "mana.spend:limit=1,limit=2",
        "mana.spend:limit=-1",
        "mana.spend:limit=1,for=me",
        "dag.read:bytes=1",
        "mesh.submit:count=1",
        "governance.propose:count=1",
        "governance.vote:count=1,proposal=p",
    ] {
        assert!(wrong.parse::<Grant>().is_err(), "{wrong}");
    }
}

#[test]
fn a_receipt_holds_for_its_network_and_its_words_only() {
    let receipt = receipt();
    assert_eq!(receipt.verify(&network(5)), Ok(()));
    assert!(receipt.verify(&network(6)).is_err());
    let changed = |change: fn(&mut Receipt)| {
        let mut other = receipt.clone();
        change(&mut other);
        assert!(other.verify(&network(5)).is_err());
    };
    changed(|other| other.claim.fuel_used += 1);
    changed(|other| other.executor = did(9));
    changed(|other| other.finished = Time::ZERO);
}

#[test]
fn claims_of_two_executors_are_one() {
    let first = receipt();
    let keys = Keypair::from_seed([8; 32]);
    let second = Receipt::sign(
        first.claim.clone(),
        Time::ZERO,
        first.finished,
        &keys,
        &network(5),
    )
    .unwrap();
    assert_ne!(first.cid(), second.cid());
    assert_eq!(first.claim.cid(), second.claim.cid());
}

#[test]
fn content_is_one_block_until_it_no_longer_fits() {
    use crate::limits::{BLOCK_BYTES_MAX, PART_BYTES};
    let small = Content::raw(vec![7; BLOCK_BYTES_MAX]).unwrap();
    assert_eq!(small.cid(), Cid::of(Codec::Raw, small.bytes()));
    assert_eq!(small.blocks().len(), 1);
    let large = Content::raw(vec![7; BLOCK_BYTES_MAX + 1]).unwrap();
    assert_eq!(large.cid().codec(), Codec::DagCbor);
    let blocks = large.blocks();
    assert!(blocks.iter().all(|(cid, bytes)| cid.names(bytes)));
    let layout: Layout = codec::decode(blocks.last().unwrap().1).unwrap();
    assert_eq!(layout.size, BLOCK_BYTES_MAX as u64 + 1);
    assert_eq!(layout.parts.len(), BLOCK_BYTES_MAX / PART_BYTES + 1);
}
