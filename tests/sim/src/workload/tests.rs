use super::*;
use crate::people::{genesis, keys, node_keys};
use icn_ledger::apply_block;

/// Everything that is signed is applied at once: all expectations are met, or the workload is wrong.
#[test]
fn what_is_expected_is_what_a_book_does() {
    let begin = Time::from_ms(5_000).unwrap();
    let genesis = genesis(4, 1, begin);
    let mut state = genesis.state().unwrap();
    drop(state.commit());
    let mut workload = Workload::new(genesis.network());
    let nodes: Vec<_> = (0..5).map(|number| node_keys(number).did()).collect();
    let (mut rng, mut at) = (Rng::new(5), begin);
    let mut kinds = std::collections::BTreeSet::new();
    for height in 1..=400 {
        at = at.after_ms(100).unwrap();
        let view = View {
            state: &state,
            at,
            nodes: &nodes,
            validators: 4,
        };
        let deed = workload.next(&view, &mut rng);
        let txs: Vec<_> = deed
            .iter()
            .filter_map(|deed| match &deed.how {
                How::Submit(tx) => Some(tx.clone()),
                How::Act { .. } => None,
            })
            .collect();
        kinds.extend(deed.map(|deed| deed.what));
        let applied = apply_block(&mut state, height, at, &txs).unwrap();
        workload.decided(height, &txs, &applied.verdicts).unwrap();
    }
    assert!(workload.is_settled(), "{}", workload.waiting());
    workload.end().unwrap();
    assert!(kinds.len() > 30, "{kinds:?}");
}

#[test]
fn a_number_that_was_refused_at_the_door_is_given_again() {
    let begin = Time::from_ms(5_000).unwrap();
    let network = genesis(4, 1, begin).network();
    let mut workload = Workload::new(network);
    let poor = || Action::Transfer {
        to: keys("bob").did(),
        amount: icn_base::Mana::new(1_000_000).unwrap(),
        memo: String::new(),
    };
    let (_, tx) = workload
        .sign(0, poor(), begin, Expect::Failed(102))
        .unwrap();
    let reject = || {
        NotTaken::Book(icn_ledger::Reject::NotEnough {
            needed: icn_base::Mana::ZERO,
            spendable: icn_base::Mana::ZERO,
        })
    };
    workload.not_taken(&tx, &reject(), begin).unwrap();
    assert!(workload.is_settled());
    let (_, again) = workload.sign(0, poor(), begin, Expect::Applied).unwrap();
    assert_eq!(again.body.nonce, tx.body.nonce);
    let wrong = workload.not_taken(&again, &reject(), begin);
    assert!(wrong.is_err(), "it was to be applied");
}

#[test]
fn what_waits_for_long_is_sent_again_and_what_is_refused_then_is_replaced() {
    let begin = Time::from_ms(5_000).unwrap();
    let mut workload = Workload::new(genesis(4, 1, begin).network());
    let cid = icn_base::Cid::of(icn_base::Codec::Raw, b"x");
    let (_, tx) = workload
        .sign(0, Action::Anchor { cid }, begin, Expect::Applied)
        .unwrap();
    assert!(workload.again(begin).is_empty());
    let later = begin.after_ms(3_000).unwrap();
    assert_eq!(workload.again(later).len(), 1);
    let reject = icn_ledger::Reject::AmountZero {};
    workload
        .not_taken(&tx, &NotTaken::Book(reject), later)
        .unwrap();
    let latest = later.after_ms(3_000).unwrap();
    let again = workload.again(latest);
    assert_eq!(again.len(), 1);
    assert!(again[0].1 != tx && again[0].1.body.nonce == tx.body.nonce);
}
