//! Transfers and whole job lives, applied one after the other on one core: with and without
//! signatures, with and without roots, beside the bare cost of the signatures; and roots of a state
//! of a million accounts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    clippy::cast_possible_truncation,
    reason = "a benchmark"
)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use icn_base::run::{Agreement, Claim, Exit, Input, JobSpec, Receipt, Requires, Snapshot};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, Time};
use icn_economics::Offer;
use icn_ledger::job::Phase;
use icn_ledger::{
    Action, Bid, Genesis, GenesisAccount, Profile, SignedTx, State, Terms, TxBody, Verified,
    apply_block, apply_verified, apply_verified_block,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;

const COUNT: u64 = 1_000;

fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

fn time(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

fn cid(number: u64) -> Cid {
    Cid::of(Codec::Raw, &number.to_be_bytes())
}

/// An account that nobody has the key of; one in two hashes is a canonical key.
fn stranger(number: u64) -> Did {
    let mut key = *cid(number).digest();
    key[31] &= 0x3f;
    Did::from_public_key(key).unwrap()
}

/// One who can sign, and as many strangers as asked for.
fn genesis(strangers: u64) -> (Genesis, Keypair) {
    let keys = Keypair::from_seed([1; 32]);
    let (rich, member) = (mana(1 << 50), true);
    let mut accounts: Vec<_> = (0..strangers)
        .map(|number| GenesisAccount {
            did: stranger(number),
            mana: mana(100),
            member: false,
            power: 0,
        })
        .collect();
    accounts.push(GenesisAccount {
        did: keys.did(),
        mana: rich,
        member,
        power: 1,
    });
    accounts.sort_by_key(|account| account.did);
    (
        Genesis {
            accounts,
            ..Genesis::default()
        },
        keys,
    )
}

fn sign(genesis: &Genesis, keys: &Keypair, nonce: u64, action: Action) -> SignedTx {
    let body = TxBody {
        network: genesis.network(),
        from: keys.did(),
        nonce: (!action.is_market()).then_some(nonce),
        valid_until: time(500_000),
        action,
    };
    SignedTx::sign(body, keys)
}

/// Transfers to different strangers.
fn transfers(
    keys: &Keypair,
    network: &icn_base::NetworkId,
    from: u64,
    strangers: u64,
) -> Vec<SignedTx> {
    let pay = |nonce: u64| {
        let to = stranger(nonce.wrapping_mul(7_919) % strangers);
        let action = Action::Transfer {
            to,
            amount: mana(1),
            memo: String::new(),
        };
        let body = TxBody {
            network: *network,
            from: keys.did(),
            nonce: Some(nonce),
            valid_until: time(500_000),
            action,
        };
        SignedTx::sign(body, keys)
    };
    (from..from + COUNT).map(pay).collect()
}

fn verified(txs: &[SignedTx], state: &State) -> Vec<Verified> {
    let network = state.chain().network;
    txs.iter()
        .map(|tx| tx.clone().verify(&network).unwrap())
        .collect()
}

fn bench_transfers(c: &mut Criterion) {
    let setting = genesis(10_000);
    let mut state = setting.0.state().unwrap();
    state.commit();
    let txs = transfers(&setting.1, &setting.0.network(), 0, 10_000);
    let checked = verified(&txs, &state);
    let in_block: Vec<_> = checked.iter().cloned().map(Ok).collect();
    let mut group = c.benchmark_group("ledger::transfer");
    group
        .throughput(Throughput::Elements(COUNT))
        .sample_size(20);
    group.bench_function("signatures=none/roots=none", |b| {
        let run = |mut state: State| {
            for tx in &checked {
                apply_verified(&mut state, tx, time(1)).unwrap();
            }
            state
        };
        b.iter_batched(|| state.clone(), run, BatchSize::LargeInput);
    });
    group.bench_function("signatures=none/roots=one", |b| {
        let run = |mut state: State| {
            apply_verified_block(&mut state, 1, time(1), &in_block).unwrap();
            state
        };
        b.iter_batched(|| state.clone(), run, BatchSize::LargeInput);
    });
    group.bench_function("signatures=checked/roots=one", |b| {
        let run = |mut state: State| {
            apply_block(&mut state, 1, time(1), &txs).unwrap();
            state
        };
        b.iter_batched(|| state.clone(), run, BatchSize::LargeInput);
    });
    group.bench_function("signatures=only", |b| {
        b.iter(|| verified(black_box(&txs), &state))
    });
    group.finish();
}

/// Blocks in which a hundred jobs are submitted, assigned and settled.
fn lives(setting: &(Genesis, Keypair), state: &State) -> Vec<Vec<SignedTx>> {
    let (genesis, keys) = setting;
    let network = genesis.network();
    let mut state = state.clone();
    let mut blocks = vec![];
    let mut push = |state: &mut State, txs: Vec<SignedTx>| {
        let height = state.chain().height + 1;
        let applied = apply_block(state, height, time(height * 300), &txs).unwrap();
        assert!(
            applied
                .verdicts
                .iter()
                .all(|verdict| { matches!(verdict, icn_ledger::Verdict::Applied(_)) })
        );
        blocks.push(txs);
    };
    let engine = "wasmtime-48/icn-1".to_owned();
    let profile = Profile {
        capacity: 1_000,
        prices: Offer {
            base: mana(2),
            per_mfuel: mana(3),
        },
        capabilities: BTreeSet::new(),
        labels: BTreeMap::new(),
        engine: engine.clone(),
    };
    push(
        &mut state,
        vec![sign(genesis, keys, 0, Action::RegisterExecutor { profile })],
    );
    let spec = |number| JobSpec {
        module: cid(number),
        entry: "run".into(),
        input: Input::Inline(Bytes(vec![])),
        reads: vec![],
        fuel_limit: 1_000_000,
        memory_pages: 16,
        max_price: mana(20),
        bid_window_ms: 200,
        deadline: time(60_000),
        agreement: Agreement {
            executors: 1,
            quorum: 1,
        },
        requires: Requires::default(),
        grants: vec![],
        coordinator: keys.did(),
        retry_of: None,
    };
    let submit = |number| Action::SubmitJob {
        spec: Arc::new(spec(number)),
    };
    let submits: Vec<_> = (1..=100)
        .map(|number| sign(genesis, keys, number, submit(number)))
        .collect();
    let jobs: Vec<_> = submits
        .iter()
        .map(|tx| JobId::new(*tx.id().cid()))
        .collect();
    push(&mut state, submits);
    let assign = |job: &JobId| {
        let offer = Offer {
            base: mana(2),
            per_mfuel: mana(3),
        };
        let (executor, assign_before) = (keys.did(), time(60_000));
        let terms = Terms {
            job: *job,
            executor,
            offer,
            engine: engine.clone(),
            assign_before,
        };
        let bids = vec![Bid::sign(terms, keys, &network)];
        sign(
            genesis,
            keys,
            0,
            Action::AssignJob {
                job: *job,
                bids,
                spares: vec![],
            },
        )
    };
    push(&mut state, jobs.iter().map(assign).collect());
    let snapshot = Snapshot {
        height: state.chain().height,
        root: *state.root().unwrap(),
    };
    let settle = |job: &JobId| {
        let spec = &state.job(job).unwrap().spec;
        assert!(matches!(state.job(job).unwrap().phase, Phase::Assigned(_)));
        let claim = Claim {
            job: *job,
            module: spec.module,
            input: Cid::of(Codec::Raw, b""),
            snapshot,
            engine: engine.clone(),
            exit: Exit::Ok(0),
            output: cid(0),
            log: cid(0),
            journal: cid(0),
            effects: vec![],
            fuel_used: 500_000,
            host_calls: vec![],
            memory_peak: 65_536,
        };
        let receipt = Receipt::sign(claim, time(1), time(2), keys, &network).unwrap();
        let receipt = Box::new(receipt);
        sign(
            genesis,
            keys,
            0,
            Action::SettleJob {
                receipt,
                salt: None,
            },
        )
    };
    let settles = jobs.iter().map(settle).collect();
    push(&mut state, settles);
    blocks
}

fn bench_lives(c: &mut Criterion) {
    let setting = genesis(10_000);
    let mut state = setting.0.state().unwrap();
    state.commit();
    let blocks = lives(&setting, &state);
    let checked: Vec<Vec<_>> = blocks
        .iter()
        .map(|txs| verified(txs, &state).into_iter().map(Ok).collect())
        .collect();
    let mut group = c.benchmark_group("ledger::job_life");
    group.throughput(Throughput::Elements(100)).sample_size(20);
    group.bench_function("signatures=none/roots=four", |b| {
        let run = |mut state: State| {
            for (height, txs) in (1..).zip(&checked) {
                apply_verified_block(&mut state, height, time(height * 300), txs).unwrap();
            }
            state
        };
        b.iter_batched(|| state.clone(), run, BatchSize::LargeInput);
    });
    group.bench_function("signatures=checked/roots=four", |b| {
        let run = |mut state: State| {
            for (height, txs) in (1..).zip(&blocks) {
                apply_block(&mut state, height, time(height * 300), txs).unwrap();
            }
            state
        };
        b.iter_batched(|| state.clone(), run, BatchSize::LargeInput);
    });
    group.bench_function("signatures=only", |b| {
        b.iter(|| {
            blocks
                .iter()
                .map(|txs| verified(txs, &state).len())
                .sum::<usize>()
        });
    });
    group.finish();
}

/// What this process has in memory, in bytes; nothing where the system does not say.
#[expect(clippy::disallowed_methods, reason = "only the system knows")]
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

fn bench_roots(c: &mut Criterion) {
    let strangers = 1_000_000;
    let setting = genesis(strangers);
    let before = resident();
    let mut state = setting.0.state().unwrap();
    let rows = resident();
    state.commit();
    if let (Some(before), Some(rows), Some(after)) = (before, rows, resident()) {
        println!(
            "ledger::memory/accounts={strangers}: {} bytes an account, {} of them its row",
            (after - before) / strangers,
            (rows - before) / strangers,
        );
    }
    let network = state.chain().network;
    let state = RefCell::new(state);
    let nonce = RefCell::new(0);
    let mut group = c.benchmark_group("ledger::root");
    group
        .throughput(Throughput::Elements(COUNT))
        .sample_size(10);
    group.bench_function("accounts=1000000/changes=1000", |b| {
        let change = || {
            let from = *nonce.borrow();
            *nonce.borrow_mut() += COUNT;
            let txs = transfers(&setting.1, &network, from, strangers);
            let mut state = state.borrow_mut();
            for tx in verified(&txs, &state) {
                apply_verified(&mut state, &tx, time(1)).unwrap();
            }
        };
        b.iter_batched(
            change,
            |()| state.borrow_mut().commit().0,
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, bench_transfers, bench_lives, bench_roots);
criterion_main!(benches);
