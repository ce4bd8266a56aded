//! What a run in a worker costs, beside the same run in this process.
//!
//! `cargo bench -p icn-node --bench worker` prints the table of docs/BENCHMARKS.md. The two take
//! turns, one run each, so that a busy machine hits both.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    dead_code,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    reason = "a benchmark reports or fails"
)]

#[path = "../../replay/examples/lone/lone.rs"]
mod lone;

use icn_base::run::Input;
use icn_base::{Bytes, JobId};
use icn_node::worker::{Life, RunOrder, Settings, WorkerPool, serve};
use lone::Lone;
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

const SAMPLES: usize = 4_000;
const BURST: usize = 2_000;
const BURSTS: usize = 9;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, verb, memory_bytes] = &arguments[..]
        && verb == "worker"
    {
        return serve(Life {
            memory_bytes: memory_bytes.parse().unwrap(),
            cache: None,
        });
    }
    // `cargo bench` passes `--bench`; `cargo test --benches` only wants to see it start.
    if arguments.iter().any(|arg| arg == "--bench") {
        one_by_one();
        bursts();
    }
    ExitCode::SUCCESS
}

/// Guests whose runs are compared.
fn guests() -> [(&'static str, Vec<u8>); 3] {
    let nothing = r#"(module (memory (export "memory") 1) (func (export "run")))"#;
    let hello = r#"(module
        (import "icn" "host_write_output" (func $write (param i32 i32) (result i64)))
        (memory (export "memory") 1)
        (data (i32.const 8) "hello")
        (func (export "run") (result i64) (call $write (i32.const 8) (i32.const 5))))"#;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/wasm");
    [
        ("nothing", wat::parse_str(nothing).unwrap()),
        ("hello", wat::parse_str(hello).unwrap()),
        (
            "wordcount",
            std::fs::read(format!("{folder}/wordcount.wasm")).unwrap(),
        ),
    ]
}

fn job(mesh: &mut Lone, module: &[u8]) -> JobId {
    let text = b"the quick brown fox jumps over the lazy dog".to_vec();
    let mut spec = mesh.spec(module, Input::Inline(Bytes(text)));
    spec.fuel_limit = 10_000_000;
    mesh.assign(spec)
}

fn order(mesh: &Lone, job: JobId) -> RunOrder {
    RunOrder {
        job,
        state: mesh.state.clone(),
        header: *mesh.headers.last().unwrap(),
        blocks: mesh.written().to_vec(),
        wall_ms: 10_000,
    }
}

fn pool(workers: usize) -> WorkerPool {
    let settings = Settings {
        workers,
        jobs_per_life: u64::MAX,
        ..Settings::default()
    };
    let pool = WorkerPool::start(settings).unwrap();
    while pool.processes().len() < workers {
        std::thread::sleep(Duration::from_millis(1));
    }
    pool
}

fn here(mesh: &Lone, job: JobId) {
    let header = *mesh.headers.last().unwrap();
    let (sandbox, state) = (mesh.sandbox(), &mesh.state);
    icn_replay::job::run_on(sandbox, state, &mesh.blocks, (job, &header), 10_000).unwrap();
}

/// Nothing waits: each run is given when the last one has ended.
fn one_by_one() {
    println!("| guest, one by one | in process, median | in a worker, median | over | p99 over |");
    println!("|---|---|---|---|---|");
    for (name, module) in guests() {
        let mut mesh = Lone::new();
        mesh.register();
        let job = job(&mut mesh, &module);
        let pool = pool(1);
        let (tell, told) = channel();
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for _ in 0..SAMPLES {
            let began = Instant::now();
            here(&mesh, job);
            inside.push(began.elapsed());
            let (order, tell) = (order(&mesh, job), tell.clone());
            let began = Instant::now();
            let done = move |done| tell.send(done).unwrap();
            pool.submit(order, done).unwrap();
            let done = told.recv().unwrap();
            outside.push(began.elapsed());
            done.unwrap();
        }
        let [inside_half, inside_most] = of(&mut inside);
        let [outside_half, outside_most] = of(&mut outside);
        println!(
            "| {name} | {inside_half:.1} us | {outside_half:.1} us | {:.1} us | {:.1} us |",
            outside_half - inside_half,
            outside_most - inside_most
        );
    }
}

/// The median and the 99th percentile, in microseconds.
fn of(times: &mut [Duration]) -> [f64; 2] {
    times.sort();
    [times.len() / 2, times.len() * 99 / 100].map(|at| times[at].as_secs_f64() * 1e6)
}

/// Many are given at once. CPU time is that of this process and its workers together.
fn bursts() {
    println!("| {BURST} runs of hello at once | runs a second | CPU a run |");
    println!("|---|---|---|");
    let [_, (_, module), _] = guests();
    let mut mesh = Lone::new();
    mesh.register();
    let job = job(&mut mesh, &module);
    row("in process, one thread", &[], || {
        for _ in 0..BURST {
            here(&mesh, job);
        }
    });
    for workers in [1, 2] {
        let pool = pool(workers);
        let orders = || (0..BURST).map(|_| order(&mesh, job)).collect::<Vec<_>>();
        let mut ready: Vec<Vec<RunOrder>> = (0..BURSTS).map(|_| orders()).collect();
        row(&format!("{workers} workers"), &pool.processes(), || {
            let (tell, told) = channel();
            for order in ready.pop().unwrap() {
                let tell = tell.clone();
                pool.submit(order, move |done| tell.send(done.is_ok()).unwrap())
                    .unwrap();
            }
            drop(tell);
            assert!(told.iter().all(|is_ok| is_ok));
        });
    }
}

fn row(name: &str, workers: &[u32], mut burst: impl FnMut()) {
    let (mut walls, mut sums) = (Vec::new(), Vec::new());
    for _ in 0..BURSTS {
        let (began, before) = (Instant::now(), ticks(workers));
        burst();
        walls.push(began.elapsed());
        sums.push(Duration::from_millis(10 * (ticks(workers) - before)));
    }
    let count = f64::from(u32::try_from(BURST).unwrap());
    let wall = of(&mut walls)[0] / 1e6;
    let sum: f64 = sums.iter().map(Duration::as_secs_f64).sum();
    let all = count * f64::from(u32::try_from(BURSTS).unwrap());
    println!(
        "| {name} | {:.0} | {:.1} us |",
        count / wall,
        sum * 1e6 / all
    );
}

/// CPU time so far, in hundredths of a second.
fn ticks(workers: &[u32]) -> u64 {
    let names = workers.iter().map(ToString::to_string);
    let names = names.chain(["self".to_owned()]);
    let one = |name: String| {
        let stat = std::fs::read_to_string(format!("/proc/{name}/stat")).unwrap();
        let fields = stat.rsplit(')').next().unwrap().split_whitespace();
        let times = fields.skip(11).take(2);
        times
            .map(|field| field.parse::<u64>().unwrap())
            .sum::<u64>()
    };
    names.map(one).sum()
}
