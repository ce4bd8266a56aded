use super::*;
use icn_base::{Cid, Codec, Keypair, Mana};
use icn_ledger::{Action, Genesis, GenesisAccount, TxBody, apply_verified};
use proptest::prelude::*;

const NOW: u64 = 1_000;

fn at(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

fn keys(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

/// Three accounts with 100, 100 and 3 mana; a fee of 1.
fn state() -> State {
    let account = |(seed, units)| GenesisAccount {
        did: keys(seed).did(),
        mana: Mana::new(units).unwrap(),
        member: seed == 0,
        power: u64::from(seed == 0),
    };
    let mut accounts = [(0, 100), (1, 100), (2, 3)].map(account).to_vec();
    accounts.sort_by_key(|account| account.did);
    let genesis = Genesis {
        accounts,
        ..Genesis::default()
    };
    genesis.state().unwrap()
}

fn tx(state: &State, from: u8, nonce: Option<u64>, valid_until: u64, amount: u64) -> Waiting {
    let action = match nonce {
        Some(_) => Action::Transfer {
            to: keys(9).did(),
            amount: Mana::new(amount).unwrap(),
            memo: String::new(),
        },
        None => Action::DeclineJob {
            job: icn_base::JobId::new(*state.chain().network.cid()),
            reason: String::new(),
        },
    };
    let body = TxBody {
        network: state.chain().network,
        from: keys(from).did(),
        nonce,
        valid_until: at(valid_until),
        action,
    };
    Waiting::new(SignedTx::sign(body, &keys(from)), &state.chain().network).unwrap()
}

fn pay(state: &State, from: u8, nonce: u64) -> Waiting {
    tx(state, from, Some(nonce), 60_000, 1)
}

fn offer(pool: &mut Mempool, state: &State, waiting: &Waiting) -> Result<(), NotTaken> {
    pool.offer(waiting.clone(), state, at(NOW))
}

/// Who goes next, by account and nonce.
fn order(pool: &mut Mempool, state: &State, count: usize) -> Vec<(u8, u64)> {
    let chosen = pool.next(state, at(NOW), count, usize::MAX);
    let who = |waiting: &Waiting| {
        let from = (0..10)
            .find(|seed| keys(*seed).did() == waiting.from())
            .unwrap();
        (from, waiting.verified.body().nonce.unwrap())
    };
    chosen.iter().map(who).collect()
}

#[test]
fn first_come_first_served_and_nonces_in_their_order() {
    let (state, mut pool) = (state(), Mempool::default());
    for (from, nonce) in [(1, 0), (0, 1), (1, 1), (0, 0), (1, 3)] {
        offer(&mut pool, &state, &pay(&state, from, nonce)).unwrap();
    }
    // Account 0's second came before its first, and goes right behind it; 1's fourth has a gap.
    assert_eq!(
        order(&mut pool, &state, 9),
        [(1, 0), (1, 1), (0, 0), (0, 1)]
    );
    assert_eq!(order(&mut pool, &state, 2), [(1, 0), (1, 1)]);
    offer(&mut pool, &state, &pay(&state, 1, 2)).unwrap();
    assert_eq!(
        order(&mut pool, &state, 9),
        [(1, 0), (1, 1), (0, 0), (0, 1), (1, 2), (1, 3)]
    );
}

#[test]
fn a_block_has_room_for_so_many_bytes() {
    let (state, mut pool) = (state(), Mempool::default());
    let first = pay(&state, 0, 0);
    for waiting in [&first, &pay(&state, 0, 1), &pay(&state, 1, 0)] {
        offer(&mut pool, &state, waiting).unwrap();
    }
    let bytes = first.bytes() * 2 + 1;
    assert_eq!(pool.next(&state, at(NOW), 9, bytes).len(), 2);
    assert_eq!(pool.next(&state, at(NOW), 9, 0).len(), 0);
}

#[test]
fn what_the_book_takes_no_more_keeps_no_other_from_its_block() {
    let (state, mut pool) = (state(), Mempool::default());
    // They stood when they came, and their job has ended since.
    let late = [1_000, 1_001, 1_002].map(|ends| tx(&state, 0, None, ends + 60_000, 0));
    for waiting in late {
        pool.insert(waiting);
    }
    offer(&mut pool, &state, &pay(&state, 1, 0)).unwrap();
    assert_eq!(order(&mut pool, &state, 1), [(1, 0)]);
    assert_eq!(pool.len(), 1, "nobody looks at the others again");
}

#[test]
fn nobody_makes_blocks_for_what_the_book_takes_no_more() {
    let (mut state, mut pool) = (state(), Mempool::default());
    let all_it_has = tx(&state, 2, Some(0), 60_000, 2);
    for waiting in [&all_it_has, &pay(&state, 2, 1)] {
        offer(&mut pool, &state, waiting).unwrap();
    }
    assert!(pool.has_ready(&state, at(NOW)));
    apply_verified(&mut state, &all_it_has.verified, at(NOW)).unwrap();
    pool.settle(&[all_it_has.verified], &state, at(NOW));
    // A message of a job that has ended, as one that came twice would be.
    pool.insert(tx(&state, 1, None, 60_000, 0));
    assert_eq!(pool.len(), 2);
    assert!(!pool.has_ready(&state, at(NOW)));
    assert!(pool.is_empty());
}

#[test]
fn each_refusal_has_its_reason() {
    let (state, mut pool) = (state(), Mempool::default());
    let known = pay(&state, 0, 0);
    offer(&mut pool, &state, &known).unwrap();
    let far = MEMPOOL_ACCOUNT_TXS_MAX as u64;
    for (waiting, why) in [
        (known.clone(), NotTaken::Known),
        (
            tx(&state, 0, Some(0), 60_000, 2),
            NotTaken::NonceTaken { by: known.id() },
        ),
        (pay(&state, 0, far), NotTaken::NonceFarAhead { next: 0 }),
        (
            tx(&state, 0, Some(1), NOW - 1, 1),
            Reject::TimePassed {
                valid_until: at(NOW - 1),
            }
            .into(),
        ),
        (
            pay(&state, 2, 3),
            Reject::FeeNotPayable {
                fee: Mana::new(1).unwrap(),
                spendable: Mana::new(3).unwrap(),
            }
            .into(),
        ),
    ] {
        assert_eq!(offer(&mut pool, &state, &waiting), Err(why));
    }
    let no_job = offer(&mut pool, &state, &tx(&state, 0, None, 60_000, 1));
    assert!(matches!(no_job, Err(NotTaken::Book(_))), "{no_job:?}");
    let stranger = offer(&mut pool, &state, &pay(&state, 7, 0));
    assert!(
        matches!(stranger, Err(NotTaken::Book(Reject::FeeNotPayable { .. }))),
        "{stranger:?}"
    );
    assert_eq!(pool.len(), 1);
}

#[test]
fn an_account_and_the_whole_have_so_much_room() {
    let state = state();
    let mut pool = Mempool::default();
    for nonce in 0..MEMPOOL_ACCOUNT_TXS_MAX as u64 {
        offer(&mut pool, &state, &pay(&state, 0, nonce)).unwrap();
    }
    let more = tx(&state, 0, Some(0), 60_000, 2);
    assert!(offer(&mut pool, &state, &more).is_err());
    let one = pay(&state, 0, 0).bytes();
    for (txs, bytes, fits) in [(3, usize::MAX, 3), (99, 2 * one + 5, 2), (0, 0, 0)] {
        let mut small = Mempool::with_room(txs, bytes);
        let taken = (0..9).filter(|nonce| {
            let waiting = pay(&state, 1, *nonce);
            let said = offer(&mut small, &state, &waiting);
            assert!(matches!(said, Ok(()) | Err(NotTaken::Full)), "{said:?}");
            said.is_ok()
        });
        assert_eq!(taken.count(), fits);
    }
}

#[test]
fn a_party_of_many_jobs_is_heard_once_for_each() {
    let named = |number: u64| Cid::of(Codec::Raw, &number.to_be_bytes());
    let (job, id) = (
        |number| JobId::new(named(number)),
        |number| TxId::new(named(number)),
    );
    let (mut account, many) = (Account::default(), 3 * MEMPOOL_ACCOUNT_TXS_MAX as u64);
    for number in 0..many {
        assert!(account.has_room(Some(job(number))));
        account.add(job(number), id(number));
    }
    assert!(!account.has_room(Some(job(0))) && !account.has_room(None));
    account.drop(job(0), &id(1));
    assert!(
        !account.has_room(Some(job(0))),
        "that one was of another job"
    );
    account.drop(job(0), &id(0));
    assert!(account.has_room(Some(job(0))));
    for number in 0..many {
        account.drop(job(number), &id(number));
    }
    assert!(account.len() == 0 && account.by_job.is_empty());
}

#[test]
fn a_block_takes_away_what_it_decided_passed_by_or_outlived() {
    let (mut state, mut pool) = (state(), Mempool::default());
    let (first, second) = (pay(&state, 0, 0), pay(&state, 0, 1));
    let short = tx(&state, 1, Some(0), 5_000, 1);
    for waiting in [&first, &second, &short] {
        offer(&mut pool, &state, waiting).unwrap();
    }
    // Another transaction than the one that waits here was decided with nonce 0.
    let other = tx(&state, 0, Some(0), 60_000, 7);
    apply_verified(&mut state, other.verified(), at(2_000)).unwrap();
    pool.settle(&[other.verified().clone()], &state, at(2_000));
    assert!(pool.get(&first.id()).is_none());
    assert_eq!(order(&mut pool, &state, 9), [(0, 1), (1, 0)]);
    pool.settle(&[], &state, at(5_000));
    assert_eq!(pool.len(), 2, "it may stand at the last moment");
    pool.settle(&[], &state, at(5_001));
    assert_eq!(order(&mut pool, &state, 9), [(0, 1)]);
    assert_eq!(pool.remove(&second.id()), Some(second));
    assert!(pool.is_empty() && pool.bytes() == 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is offered in whatever order, all that is chosen stands in a block, one after the
    /// other, and every index tells the same.
    #[test]
    fn what_is_chosen_stands_in_a_block(
        steps in prop::collection::vec((0u8..3, 0u64..5, 900u64..1_100, 0usize..8), 1..40),
    ) {
        let (mut state, mut pool) = (state(), Mempool::with_room(12, 4_000));
        let mut now = NOW;
        for (from, ahead, ends, settle) in steps {
            let nonce = next_nonce(&state, &keys(from).did()) + ahead;
            let waiting = tx(&state, from, Some(nonce), ends + now / 2, 1);
            let _taken = pool.offer(waiting, &state, at(now));
            if settle > 0 {
                continue;
            }
            now += 7;
            let chosen: Vec<_> = pool
                .next(&state, at(now), 3, 3_000)
                .into_iter()
                .map(|waiting| waiting.verified().clone())
                .collect();
            for tx in &chosen {
                if let Err(reject) = apply_verified(&mut state, tx, at(now)) {
                    let poor = matches!(reject, Reject::FeeNotPayable { .. });
                    prop_assert!(!reject.is_envelope() || poor, "{reject:?}");
                }
            }
            pool.settle(&chosen, &state, at(now));
            prop_assert!(chosen.iter().all(|tx| pool.get(&tx.id()).is_none()));
        }
        let bytes: usize = pool.waiting.values().map(|(_, waiting)| waiting.bytes()).sum();
        let counted: usize = pool.accounts.values().map(Account::len).sum();
        prop_assert_eq!((pool.bytes(), pool.len()), (bytes, counted));
        prop_assert_eq!(pool.ends.len(), pool.len());
        prop_assert!(pool.len() <= 12 && pool.bytes() <= 4_000);
    }
}
