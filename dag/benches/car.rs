//! CAR import and export in memory, beside the sha256 of the same bytes, which no import can beat.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use icn_base::{Bytes, Cid, Codec};
use icn_dag::{Batch, Block, MemStore, Store, car};
use std::hint::black_box;

const TOTAL_BYTES: usize = 16 * 1024 * 1024;

/// A store and its root: this many bytes in leaves of one size, in a tree of 256 links a node.
fn tree(leaf_bytes: usize, codec: Codec) -> (MemStore, Cid) {
    let mut store = MemStore::default();
    let leaf = |index: usize| {
        let mut bytes = index.to_le_bytes().repeat(leaf_bytes / 8);
        match codec {
            Codec::Raw => Block::raw(bytes).unwrap(),
            Codec::DagCbor => {
                bytes.truncate(leaf_bytes - 3);
                Block::cbor(&Bytes(bytes)).unwrap()
            }
        }
    };
    let mut row: Vec<Block> = (0..TOTAL_BYTES / leaf_bytes).map(leaf).collect();
    while row.len() > 1 {
        let cids: Vec<Cid> = row.iter().map(|block| *block.cid()).collect();
        store.commit(Batch::of(row)).unwrap();
        row = cids
            .chunks(256)
            .map(|links| Block::cbor(links).unwrap())
            .collect();
    }
    let root = *row[0].cid();
    store.commit(Batch::of(row)).unwrap();
    (store, root)
}

fn cars(c: &mut Criterion) {
    for (name, leaf_bytes, codec) in [
        ("cbor_512", 512, Codec::DagCbor),
        ("raw_512", 512, Codec::Raw),
        ("raw_256k", 256 * 1024, Codec::Raw),
    ] {
        let (store, root) = tree(leaf_bytes, codec);
        let mut bytes = Vec::new();
        car::export(&store, &[root], &mut bytes, |_| {}).unwrap();
        let mut group = c.benchmark_group("car");
        group
            .throughput(Throughput::Bytes(bytes.len() as u64))
            .sample_size(10);
        group.bench_function(format!("sha256/blocks={name}"), |b| {
            b.iter(|| Cid::of(Codec::Raw, black_box(&bytes)));
        });
        group.bench_function(format!("export/blocks={name}"), |b| {
            let into = || Vec::with_capacity(bytes.len());
            b.iter_batched(
                into,
                |mut into| car::export(&store, &[root], &mut into, |_| {}).unwrap(),
                BatchSize::PerIteration,
            );
        });
        group.bench_function(format!("import/blocks={name}"), |b| {
            b.iter_batched(
                MemStore::default,
                |mut store| {
                    assert!(
                        car::import(&bytes[..], &mut store, |_| {})
                            .unwrap()
                            .is_complete()
                    );
                    store
                },
                BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, cars);
criterion_main!(benches);
