//! Jobs from their submission to their end: whole blocks of them, and which part takes how long.

use crate::setting::{genesis, lives, time, verified};
use criterion::{BatchSize, Criterion, Throughput};
use icn_ledger::{Reject, State, Verified, apply_block, apply_verified, apply_verified_block};

/// So many jobs are submitted, assigned and settled, each in one block.
const LIVES: u64 = 1_000;

pub(crate) fn bench(c: &mut Criterion) {
    let setting = genesis(10_000);
    let mut state = setting.0.state().unwrap();
    state.commit();
    let blocks = lives(&setting, &state, LIVES);
    let checked: Vec<Vec<_>> = blocks
        .iter()
        .map(|txs| verified(txs, &state).into_iter().map(Ok).collect())
        .collect();
    let mut group = c.benchmark_group("ledger::job_life");
    group
        .throughput(Throughput::Elements(LIVES))
        .sample_size(20);
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
    bench_parts(c, state, &checked);
}

/// Each message's rule by itself, the root after it, and the whole block.
fn bench_parts(c: &mut Criterion, mut state: State, blocks: &[Vec<Result<Verified, Reject>>]) {
    let mut group = c.benchmark_group("book::job_life");
    group
        .throughput(Throughput::Elements(LIVES))
        .sample_size(20);
    let names = ["register", "submit", "assign", "settle"];
    for ((height, txs), name) in (1..).zip(blocks).zip(names) {
        let at = time(height * 300);
        let apply = |mut state: State| {
            for tx in txs {
                apply_verified(&mut state, tx.as_ref().unwrap(), at).unwrap();
            }
            state
        };
        let commit = |mut state: State| (state.commit().0, state);
        let block = |mut state: State| {
            apply_verified_block(&mut state, height, at, txs).unwrap();
            state
        };
        if name != "register" {
            group.bench_function(format!("message={name}/part=rule"), |b| {
                b.iter_batched(|| state.clone(), apply, BatchSize::LargeInput);
            });
            group.bench_function(format!("message={name}/part=root"), |b| {
                b.iter_batched(|| apply(state.clone()), commit, BatchSize::LargeInput);
            });
            group.bench_function(format!("message={name}/part=all"), |b| {
                b.iter_batched(|| state.clone(), block, BatchSize::LargeInput);
            });
        }
        state = block(state);
    }
    group.finish();
}
