use super::*;
use icn_base::gov::ChoiceOption;
use icn_base::{Did, Keypair, Mana};
use std::collections::{BTreeMap, BTreeSet};

fn did() -> Did {
    Keypair::from_seed([1; 32]).did()
}

fn set(name: &str) -> ProposalKind {
    ProposalKind::SetParameter {
        name: name.into(),
        value: 1,
    }
}

fn choice(kinds: Vec<ProposalKind>) -> ProposalKind {
    let nothing = ChoiceOption {
        label: "nothing".into(),
        kinds: vec![],
    };
    ProposalKind::Choice {
        options: vec![
            nothing,
            ChoiceOption {
                label: "all".into(),
                kinds,
            },
        ],
    }
}

#[test]
fn terms_and_delay_are_those_of_the_strictest_part() {
    const HOUR: u64 = 3_600_000;
    let (parameters, validators) = (BTreeMap::new(), BTreeMap::new());
    let world = World {
        parameters: &parameters,
        pending: &parameters,
        validators: &validators,
        circuits: &BTreeSet::new(),
        treasury: Mana::ZERO,
    };
    let (did, text) = (did(), ProposalKind::Text {});
    let power = ProposalKind::SetValidator { did, power: 1 };
    let remove = ProposalKind::RemoveMember { did };
    let admit = ProposalKind::AdmitMember { did };
    let budget = ProposalKind::Budget {
        to: did,
        amount: Mana::ZERO,
        memo: String::new(),
    };
    let (usual, strict) = ((3_334, Some(5_001)), (5_000, Some(6_667)));
    let bundle = |kinds: &[&ProposalKind]| {
        ProposalKind::Bundle(kinds.iter().map(|kind| (*kind).clone()).collect())
    };
    let cases = [
        (text.clone(), usual, 1),
        (set("tx_fee"), usual, 24),
        (set("quorum_bp"), strict, 24),
        (set("no_such_thing"), usual, 24),
        (admit.clone(), usual, 24),
        (budget.clone(), usual, 24),
        (power.clone(), strict, 24),
        (remove.clone(), strict, 24),
        (bundle(&[&text]), usual, 1),
        (bundle(&[&text, &budget]), usual, 24),
        (bundle(&[&text, &admit, &remove]), strict, 24),
        (choice(vec![]), (3_334, None), 1),
        (choice(vec![budget]), (3_334, None), 24),
        (choice(vec![power]), (5_000, None), 24),
    ];
    for (kind, (quorum_bp, threshold_bp), hours) in cases {
        assert_eq!(
            Terms::of(&kind, &world),
            Terms {
                quorum_bp,
                threshold_bp
            },
            "{kind:?}"
        );
        assert_eq!(delay_ms(&kind, &world), hours * HOUR, "{kind:?}");
    }
}

#[test]
fn what_is_met_exactly_is_met_and_one_less_is_not() {
    let terms = |quorum_bp, threshold_bp| Terms {
        quorum_bp,
        threshold_bp: Some(threshold_bp),
    };
    // (quorum, eligible, votes that just meet it)
    for (quorum, eligible, just) in [
        (5_000, 4, 2),
        (5_000, 5, 3),
        (3_334, 3, 2),
        (3_334, 10_000, 3_334),
        (10_000, 7, 7),
        (1, 1, 1),
    ] {
        let terms = terms(quorum, 5_001);
        assert!(
            terms.quorum_met(just, eligible),
            "{just} of {eligible} at {quorum}"
        );
        assert!(
            !terms.quorum_met(just - 1, eligible),
            "{just} - 1 of {eligible} at {quorum}"
        );
    }
    // (threshold, yes, the most no that it bears)
    for (threshold, yes, no) in [
        (5_001, 1, 0),
        (5_001, 2, 1),
        (6_667, 2, 0),
        (6_667, 3, 1),
        (6_667, 6_667, 3_333),
        (10_000, 9, 0),
    ] {
        let terms = terms(1, threshold);
        assert!(terms.threshold_met(yes, no), "{yes} to {no} at {threshold}");
        assert!(
            !terms.threshold_met(yes, no + 1),
            "{yes} to {no} + 1 at {threshold}"
        );
    }
    assert!(!terms(1, 5_001).threshold_met(0, 0), "nobody is for it");
    assert!(
        Terms {
            quorum_bp: 1,
            threshold_bp: None
        }
        .threshold_met(0, 0)
    );
    assert!(
        terms(10_000, 10_000).quorum_met(u64::MAX, u64::MAX),
        "large counts do not overflow"
    );
}
