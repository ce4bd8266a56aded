//! What a mesh of processes does with trivial jobs that come over HTTP, and what it costs.
//!
//! `cargo build --release && cargo bench -p icn-e2e --bench load` makes the tables of
//! docs/BENCHMARKS.md; `-- one` or `-- four` makes one of them. The bare parts of a job are measured
//! in the same run, in this process.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark reports or fails, and its numbers are small"
)]

mod parts;
mod traffic;
mod usage;

use icn_e2e::{Mesh, Plan};
use std::time::{Duration, Instant};
use traffic::Traffic;
use usage::Usage;

/// Users, each of whom may have 64 transactions waiting.
const USERS: u8 = 128;
/// What each account begins with: mana is not what is measured.
const MANA: u64 = 1_000_000_000;
/// Jobs that are submitted when nothing else happens.
const QUIET: usize = 60;
/// Seats of each node.
const SEATS: &str = "executor.capacity=1024";

/// How much is sent to a mesh.
struct Size {
    validators: usize,
    /// Jobs that come one by one.
    single: usize,
    /// Jobs that come by hundreds.
    batched: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` passes `--bench`; `cargo test --benches` only wants to see it start.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let only = arguments.iter().find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    if wanted("one") {
        measure(&Size {
            validators: 1,
            single: 10_000,
            batched: 30_000,
        });
    }
    if wanted("four") {
        measure(&Size {
            validators: 4,
            single: 2_000,
            batched: 6_000,
        });
    }
}

fn measure(size: &Size) {
    let mesh = Mesh::with(&Plan {
        validators: size.validators,
        mana: Some(MANA),
        users: (1..=USERS).map(|user| (user, MANA)).collect(),
        flags: |_| &["--set", SEATS],
    });
    println!(
        "## {} validators, load {}\n",
        size.validators,
        usage::load()
    );
    let mut traffic = Traffic::new(&mesh, USERS);
    idle(&mesh);
    println!("| what | jobs/s | CPU a job, all processes | latency, median | 95 % |");
    println!("|---|---|---|---|---|");
    let txs = traffic.jobs(QUIET);
    row(&mesh, "nothing else to do", QUIET, || {
        traffic.one_after_another(&txs)
    });
    let txs = traffic.jobs(size.single);
    row(&mesh, "one by one", size.single, || traffic.flood(&txs, 1));
    let txs = traffic.jobs(size.batched);
    let flood = row(&mesh, "100 a request", size.batched, || {
        traffic.flood(&txs, 100)
    });
    // Half of what it can do, for some seconds, at an even pace.
    let rate = flood.rate / 2.0;
    let count = (rate * 6.0) as usize;
    let txs = traffic.jobs(count);
    row(&mesh, "half of that rate", count, || {
        traffic.pace(&txs, rate)
    });
    parts::table(size.validators, flood.cpu);
}

/// What was measured of a row.
struct Measured {
    rate: f64,
    cpu: Duration,
}

fn row(mesh: &Mesh, name: &str, jobs: usize, work: impl FnOnce() -> Vec<Duration>) -> Measured {
    let (before, began) = (Usage::of(mesh), Instant::now());
    let mut latencies = work();
    let took = began.elapsed();
    let spent = Usage::of(mesh).since(&before).cpu;
    let cpu = spent.div_f64(jobs as f64);
    let rate = jobs as f64 / took.as_secs_f64();
    latencies.sort();
    let at = |part: f64| match latencies.len() {
        0 => "-".to_owned(),
        count => format!(
            "{:.1} ms",
            latencies[(count as f64 * part) as usize].as_secs_f64() * 1e3
        ),
    };
    println!(
        "| {name} | {rate:.0} | {:.0} us | {} | {} |",
        cpu.as_secs_f64() * 1e6,
        at(0.5),
        at(0.95)
    );
    Measured { rate, cpu }
}

/// What a node costs that has nothing to do.
fn idle(mesh: &Mesh) {
    // What starting has left to do is over by then.
    std::thread::sleep(Duration::from_secs(5));
    let (before, began) = (Usage::of(mesh), Instant::now());
    std::thread::sleep(Duration::from_secs(10));
    let now = Usage::of(mesh);
    let nodes = mesh.nodes.len() as f64;
    let share = now.since(&before).cpu.as_secs_f64() / began.elapsed().as_secs_f64() / nodes;
    println!(
        "An idle node: {:.2} % of a core, {:.0} MiB, and {:.0} MiB in each worker.\n",
        share * 100.0,
        now.node_mib / nodes,
        now.worker_mib
    );
}
