//! `cargo bench -p icn-store --bench table`: the store beside its rivals in one run, as a table of
//! ratios. The rivals take turns within every sample, so that what else the machine does meets all
//! of them alike; medians of the samples' ratios are given with the least and the greatest.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads the clock, writes files of its own and prints"
)]

mod rivals;

use rivals::{Fresh, Icn, PlainSled, RawAppend, Rival};
use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Instant;

const SAMPLES: usize = 15;

/// Batches: their blocks and size, and how many make a sample.
const PUTS: [(usize, usize, usize); 4] = [
    (1, 512, 60),
    (100, 512, 30),
    (1_000, 512, 12),
    (16, 256 * 1024, 6),
];

/// Blocks that gets choose from, and gets that make a sample.
const GETS: [(usize, usize); 2] = [(100_000, 50_000), (1_000_000, 50_000)];

/// What a sample took: wall clock and CPU of all threads, in microseconds.
#[derive(Clone, Copy, Default)]
struct Took {
    wall: f64,
    cpu: f64,
}

fn main() {
    println!(
        "| operation | icn | raw append + fdatasync | icn is, of that | plain sled | icn is, of that |"
    );
    println!("|---|---|---|---|---|---|");
    for (count, size, rounds) in PUTS {
        puts(count, size, rounds);
    }
    for (kept, rounds) in GETS {
        gets(kept, rounds);
    }
}

fn puts(count: usize, size: usize, rounds: usize) {
    let mut rivals: [Box<dyn Rival>; 3] = [
        Box::new(Icn::new()),
        Box::new(RawAppend::new()),
        Box::new(PlainSled::new()),
    ];
    let mut fresh = Fresh::new();
    let samples = sample(|took| {
        for round in 0..rounds {
            let batch = fresh.batch(count, size);
            for at in turn(rivals.len(), round) {
                took[at].add(|| rivals[at].put(&batch));
            }
        }
    });
    let blocks = (rounds * count) as f64;
    println!(
        "| put {} B, batches of {count} | {} | {} | {} | {} | {} |",
        size,
        time(&samples, 0, blocks),
        time(&samples, 1, blocks),
        ratio(&samples, 1),
        time(&samples, 2, blocks),
        ratio(&samples, 2),
    );
}

fn gets(count: usize, rounds: usize) {
    let mut rivals: [Box<dyn Rival>; 2] = [Box::new(Icn::new()), Box::new(PlainSled::new())];
    let (mut fresh, mut kept) = (Fresh::new(), Vec::new());
    while kept.len() < count {
        let batch = fresh.batch(1_000, 512);
        rivals.iter_mut().for_each(|rival| rival.put(&batch));
        kept.extend(batch.blocks);
    }
    let mut next = 0;
    let samples = sample(|took| {
        for part in 0..4 {
            for at in turn(rivals.len(), part) {
                took[at].add(|| {
                    for _ in 0..rounds / 4 {
                        // A stride that meets every block, and none soon again.
                        next = (next + 618_033) % kept.len();
                        black_box(rivals[at].get(&kept[next]));
                    }
                });
            }
        }
    });
    let rounds = rounds as f64;
    println!(
        "| get 512 B of {count} at random | {} | | | {} | {} |",
        time(&samples, 0, rounds),
        time(&samples, 1, rounds),
        ratio(&samples, 1),
    );
}

/// Takes samples; the first one only warms up.
fn sample(mut run: impl FnMut(&mut [Took; 3])) -> Vec<[Took; 3]> {
    let mut samples: Vec<[Took; 3]> = (0..=SAMPLES)
        .map(|_| {
            let mut took = [Took::default(); 3];
            run(&mut took);
            took
        })
        .collect();
    samples.remove(0);
    samples
}

/// Whose turn it is: A B C, then C B A.
fn turn(rivals: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rivals).collect();
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

impl Took {
    fn add(&mut self, run: impl FnOnce()) {
        let (wall, cpu) = (Instant::now(), cpu_us());
        run();
        self.wall += wall.elapsed().as_secs_f64() * 1e6;
        self.cpu += cpu_us() - cpu;
    }
}

fn cpu_us() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Microseconds for one block.
fn time(samples: &[[Took; 3]], rival: usize, blocks: f64) -> String {
    let wall = middle(samples.iter().map(|took| took[rival].wall)).1 / blocks;
    let cpu = middle(samples.iter().map(|took| took[rival].cpu)).1 / blocks;
    format!("{wall:.2} µs ({cpu:.2} CPU)")
}

/// How fast icn is, with the rival as 1.
fn ratio(samples: &[[Took; 3]], rival: usize) -> String {
    let ratios = samples.iter().map(|took| took[rival].wall / took[0].wall);
    let (least, median, greatest) = middle(ratios);
    format!("{median:.2}x ({least:.2} to {greatest:.2})")
}

fn middle(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    (
        values[0],
        values[values.len() / 2],
        values[values.len() - 1],
    )
}
