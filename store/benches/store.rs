//! `cargo bench -p icn-store --bench store`: each operation alone, with criterion's statistics.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and writes files of its own"
)]

mod rivals;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rivals::{Fresh, Icn, PlainSled, RawAppend, Rival};
use std::time::{Duration, Instant};

/// Batches: blocks and their size.
const PUTS: [(usize, usize); 4] = [(1, 512), (100, 512), (1_000, 512), (16, 256 * 1024)];

/// Blocks that gets choose from.
const KEPT: usize = 100_000;

fn puts(c: &mut Criterion) {
    for (count, size) in PUTS {
        let mut group = c.benchmark_group(format!("store::put/size={size}/batch={count}"));
        group.throughput(Throughput::Elements(count as u64));
        let rivals: [(&str, Box<dyn Rival>); 3] = [
            ("icn", Box::new(Icn::new())),
            ("append", Box::new(RawAppend::new())),
            ("sled", Box::new(PlainSled::new())),
        ];
        for (name, mut rival) in rivals {
            let mut fresh = Fresh::new();
            group.bench_function(BenchmarkId::from_parameter(name), |b| {
                b.iter_custom(|rounds| {
                    let mut spent = Duration::ZERO;
                    for _ in 0..rounds {
                        let batch = fresh.batch(count, size);
                        let start = Instant::now();
                        rival.put(&batch);
                        spent += start.elapsed();
                    }
                    spent
                });
            });
        }
        group.finish();
    }
}

fn gets(c: &mut Criterion) {
    let mut group = c.benchmark_group("store::get/size=512");
    let rivals: [(&str, Box<dyn Rival>); 2] = [
        ("icn", Box::new(Icn::new())),
        ("sled", Box::new(PlainSled::new())),
    ];
    for (name, mut rival) in rivals {
        let (mut fresh, mut kept) = (Fresh::new(), Vec::new());
        while kept.len() < KEPT {
            let batch = fresh.batch(1_000, 512);
            rival.put(&batch);
            kept.extend(batch.blocks);
        }
        let mut at = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                // A stride that meets every block, and none soon again.
                at = (at + 61_803) % KEPT;
                rival.get(&kept[at])
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(15)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = puts, gets
}
criterion_main!(benches);
