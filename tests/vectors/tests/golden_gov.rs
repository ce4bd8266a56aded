//! Frozen forms of the words of governance, as `golden.rs` has those of the ground.

use expect_test::expect_file;
use icn_base::gov::{
    Ballot, ChoiceOption, DelegateRequest, FailedView, PollView, ProposalKind, ProposalRequest,
    ProposalStatus, ProposalView, RevokeRequest, Scope, TallyView, VoteRequest,
};
use icn_base::{Cid, Codec, Did, Keypair, Mana, ProposalId, Time};
use icn_vectors::golden::Page;

fn did() -> Did {
    Keypair::from_seed([1; 32]).did()
}

fn kinds() -> Vec<ProposalKind> {
    let did = did();
    let budget = |memo: &str| ProposalKind::Budget {
        to: did,
        amount: Mana::new(5).expect("small"),
        memo: memo.into(),
    };
    let set = ProposalKind::SetParameter {
        name: "tx_fee".into(),
        value: 2,
    };
    let option = |label: &str, kinds: &[ProposalKind]| ChoiceOption {
        label: label.into(),
        kinds: kinds.to_vec(),
    };
    vec![
        ProposalKind::Text {},
        set.clone(),
        ProposalKind::AdmitMember { did },
        ProposalKind::RemoveMember { did },
        ProposalKind::SetValidator { did, power: 3 },
        budget(""),
        budget("for seeds"),
        ProposalKind::Choice {
            options: vec![
                option("two", std::slice::from_ref(&set)),
                option("as it is", &[]),
            ],
        },
        ProposalKind::Bundle(vec![set, budget("")]),
    ]
}

fn poll() -> PollView {
    PollView {
        opened: Time::ZERO,
        eligible: 4,
        quorum_bp: 3_334,
        threshold_bp: Some(5_001),
        reopened: false,
        tally: TallyView {
            direct: 2,
            delegated: 1,
            ranked: 3,
            rounds: vec![vec![1, 1, 1], vec![0, 1, 2]],
            winner: Some(2),
            ..TallyView::default()
        },
        passes: true,
    }
}

fn failed() -> FailedView {
    FailedView {
        number: 772,
        message: "600 mana is needed and the treasury has 5".into(),
    }
}

#[test]
fn words_of_governance() {
    let mut page = Page::default();
    for kind in kinds() {
        page.value("a kind", &kind).also("number", &kind.number());
    }
    for scope in Scope::ALL {
        page.value("a scope", scope).also("number", &scope.number());
    }
    for status in ProposalStatus::ALL {
        page.value("a status", status);
    }
    for ballot in [
        Ballot::Yes,
        Ballot::No,
        Ballot::Abstain,
        Ballot::Ranked(vec![2, 0]),
    ] {
        page.value("a ballot", &ballot).also("text", &ballot);
    }
    for text in ["", "because"] {
        let request = ProposalRequest {
            title: "a title".into(),
            text: text.into(),
            kind: ProposalKind::Text {},
        };
        page.value("a proposal", &request);
    }
    let proposal = ProposalId::new(Cid::of(Codec::DagCbor, b"\xa0"));
    for preview in [None, Some(*proposal.cid())] {
        let vote = VoteRequest {
            proposal,
            ballot: Ballot::Yes,
            preview,
        };
        page.value("a vote", &vote);
    }
    let delegation = DelegateRequest {
        to: did(),
        scope: Scope::Budget,
        until: Time::from_ms(1_000).expect("early"),
    };
    page.value("a delegation", &delegation);
    for (poll, failed) in [(None, None), (Some(poll()), Some(failed()))] {
        let (ended, until) = (failed.is_some(), Time::from_ms(9).expect("early"));
        let view = ProposalView {
            proposal,
            status: ProposalStatus::Failed,
            proposer: did(),
            title: "a title".into(),
            text: "because".into(),
            kind: ProposalKind::Text {},
            fee: Mana::new(10).expect("small"),
            proposed: Time::ZERO,
            from: (!ended).then_some(Time::ZERO),
            until: (!ended).then_some(until),
            poll,
            preview: (!ended).then_some(*proposal.cid()),
            failed,
        };
        page.value("a proposal as it is shown", &view);
    }
    page.value("a revocation", &RevokeRequest { scope: Scope::All });
    expect_file!["../golden/governance.txt"].assert_eq(page.text());
}
