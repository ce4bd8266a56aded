//! Frozen forms of the words of a run, as `golden.rs` has those of the ground: each variant of
//! each word once, with every field that may be left out both there and left out.

use expect_test::{ExpectFile, expect_file};
use icn_base::gov::{
    Ballot, DelegateRequest, ProposalKind, ProposalRequest, ProposalStatus, RevokeRequest, Scope,
    VoteRequest,
};
use icn_base::run::{
    Agreement, Answer, CallStats, Claim, Effect, Exit, Grant, Input, JobSpec, Journal, Layout,
    Listed, Outcome, Receipt, RefusalCode, Requires, Snapshot, TrapCode,
};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, NetworkId, ProposalId, Time};
use icn_vectors::golden::Page;

fn check(frozen: &ExpectFile, write: impl FnOnce(&mut Page)) {
    let mut page = Page::default();
    write(&mut page);
    frozen.assert_eq(page.text());
}

fn cid(text: &str) -> Cid {
    Cid::of(Codec::Raw, text.as_bytes())
}

fn did(seed: u8) -> Did {
    Keypair::from_seed([seed; 32]).did()
}

fn mana(units: u64) -> Mana {
    Mana::new(units).expect("small")
}

fn time(ms: u64) -> Time {
    Time::from_ms(ms).expect("early")
}

fn plain_spec() -> JobSpec {
    JobSpec {
        module: cid("module"),
        entry: "run".into(),
        input: Input::Inline(Bytes(b"hello".to_vec())),
        reads: Vec::new(),
        fuel_limit: 1_000_000,
        memory_pages: 17,
        max_price: mana(5),
        bid_window_ms: 200,
        deadline: time(1_000),
        agreement: Agreement::default(),
        requires: Requires::default(),
        grants: Vec::new(),
        coordinator: did(1),
        retry_of: None,
    }
}

fn full_spec() -> JobSpec {
    JobSpec {
        input: Input::Cid(cid("input")),
        reads: vec![Listed {
            cid: cid("read"),
            size: 4,
        }],
        agreement: Agreement {
            executors: 3,
            quorum: 2,
        },
        requires: Requires {
            capabilities: ["gpu".to_owned(), "big".to_owned()].into(),
            reputation: 10,
            allow: [did(2)].into(),
            labels: [("zone".to_owned(), "a".to_owned())].into(),
        },
        grants: grants(),
        retry_of: Some(JobId::new(cid("job before"))),
        ..plain_spec()
    }
}

fn grants() -> Vec<Grant> {
    vec![
        Grant::ManaSpend {
            limit: mana(7),
            to: None,
        },
        Grant::ManaSpend {
            limit: mana(7),
            to: Some(did(2)),
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
        Grant::GovernanceVote {
            count: 3,
            proposal: Some(proposal()),
        },
    ]
}

fn proposal() -> ProposalId {
    ProposalId::new(cid("proposal"))
}

fn effects() -> Vec<Effect> {
    vec![
        Effect::PutBlock {
            cid: cid("block"),
            bytes: 5,
        },
        Effect::SpendMana { amount: mana(1) },
        Effect::PayMana {
            to: did(2),
            amount: mana(2),
        },
        Effect::SubmitJob {
            spec: Box::new(plain_spec()),
        },
        Effect::Propose(Box::new(ProposalRequest {
            title: "a title".into(),
            text: String::new(),
            kind: ProposalKind::Text {},
        })),
        Effect::OpenVoting {
            proposal: proposal(),
        },
        Effect::Vote(VoteRequest {
            proposal: proposal(),
            ballot: Ballot::Yes,
            preview: None,
        }),
        Effect::CloseVoting {
            proposal: proposal(),
            status: ProposalStatus::Accepted,
        },
        Effect::Execute {
            proposal: proposal(),
        },
        Effect::Delegate(DelegateRequest {
            to: did(2),
            scope: Scope::All,
            until: time(5),
        }),
        Effect::Revoke(RevokeRequest { scope: Scope::All }),
    ]
}

fn outcome(exit: Exit, effects: Vec<Effect>) -> Outcome {
    Outcome {
        exit,
        output: cid("output"),
        log: cid("log"),
        effects,
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

fn receipt(outcome: Outcome) -> Receipt {
    let snapshot = Snapshot {
        height: 3,
        root: cid("root"),
    };
    let claim = Claim::new(
        JobId::new(cid("job")),
        cid("module"),
        cid("input"),
        snapshot,
        outcome,
    );
    let (keys, network) = (Keypair::from_seed([4; 32]), NetworkId::new(cid("network")));
    Receipt::sign(claim, time(10), time(20), &keys, &network).expect("it has a canonical form")
}

#[test]
fn exits() {
    check(&expect_file!["../golden/exit.txt"], |page| {
        for value in [0, -1, i64::MIN, i64::MAX] {
            page.value(&format!("ok {value}"), &Exit::Ok(value));
        }
        for exit in [Exit::OutOfFuel, Exit::OutOfMemory, Exit::TooDeep] {
            page.value(&format!("{exit:?}"), &exit);
        }
        for code in TrapCode::ALL {
            page.value(&format!("trap {}", code.number()), &Exit::Trap(*code));
        }
        for code in RefusalCode::ALL {
            page.value(&format!("refused {}", code.number()), &Exit::Refused(*code));
        }
    });
}

#[test]
fn specs_and_grants() {
    check(&expect_file!["../golden/spec.txt"], |page| {
        for grant in grants() {
            page.value("a grant", &grant).also("text", &grant);
        }
        page.value("a spec with nothing that may be left out", &plain_spec());
        page.value("a spec with everything", &full_spec());
    });
}

#[test]
fn outcomes_and_effects() {
    check(&expect_file!["../golden/outcome.txt"], |page| {
        for effect in effects() {
            page.value("an effect", &effect);
        }
        let anchored = Box::new(receipt(outcome(Exit::Ok(0), Vec::new())));
        page.value("an effect", &Effect::AnchorReceipt { receipt: anchored });
        page.value("an outcome", &outcome(Exit::Ok(7), effects()));
        page.value(
            "a trap",
            &outcome(Exit::Trap(TrapCode::Unreachable), Vec::new()),
        );
        let told = |call, bytes: Option<&[u8]>| Answer {
            call,
            result: 7,
            bytes: bytes.map(|bytes| Bytes(bytes.to_vec())),
        };
        let journal = Journal {
            answers: vec![told(5, None), told(8, Some(b"told"))],
            arguments: Bytes(vec![1; 32]),
        };
        page.value("a journal", &journal);
    });
}

/// Also freezes what an executor signs, and the name of a claim that two executors share.
#[test]
fn receipts() {
    check(&expect_file!["../golden/receipt.txt"], |page| {
        let receipt = receipt(outcome(Exit::Ok(7), effects()));
        let name = |cid: Result<Cid, _>| cid.expect("it has a canonical form");
        page.value("a claim", &receipt.claim)
            .also("cid", &name(receipt.claim.cid()));
        page.value("a receipt", &receipt)
            .also("cid", &name(receipt.cid()));
    });
}

#[test]
fn layouts() {
    check(&expect_file!["../golden/layout.txt"], |page| {
        let parts = vec![cid("first part"), cid("second part")];
        page.value("a file of two parts", &Layout { parts, size: 21 });
    });
}
