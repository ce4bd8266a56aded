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

mod life;
mod setting;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use icn_base::Keypair;
use icn_ledger::{State, apply_block, apply_verified, apply_verified_block};
use setting::{COUNT, genesis, time, transfers, verified};
use std::cell::{OnceCell, RefCell};
use std::hint::black_box;

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

/// What this process has in memory, in bytes; nothing where the system does not say.
#[expect(clippy::disallowed_methods, reason = "only the system knows")]
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// A state of so many accounts, and whose transfers change it. It says what an account weighs.
fn crowd(strangers: u64) -> (State, Keypair) {
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
    (state, setting.1)
}

fn bench_roots(c: &mut Criterion) {
    let strangers = 1_000_000;
    let (made, nonce) = (OnceCell::new(), RefCell::new(0));
    let mut group = c.benchmark_group("ledger::root");
    group
        .throughput(Throughput::Elements(COUNT))
        .sample_size(10);
    group.bench_function("accounts=1000000/changes=1000", |b| {
        let (state, keys) = made.get_or_init(|| {
            let (state, keys) = crowd(strangers);
            (RefCell::new(state), keys)
        });
        let change = || {
            let from = *nonce.borrow();
            *nonce.borrow_mut() += COUNT;
            let mut state = state.borrow_mut();
            let txs = transfers(keys, &state.chain().network, from, strangers);
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

fn bench_clone(c: &mut Criterion) {
    let mut group = c.benchmark_group("ledger::clone");
    for strangers in [10_000, 100_000] {
        let mut state = genesis(strangers).0.state().unwrap();
        state.commit();
        group.bench_function(format!("accounts={strangers}"), |b| {
            b.iter_batched(|| (), |()| state.clone(), BatchSize::LargeInput);
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    bench_transfers,
    life::bench,
    bench_clone,
    bench_roots
);
criterion_main!(benches);
