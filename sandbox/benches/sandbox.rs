//! What a run costs, beside bare wasmtime, wasmi and native code, in one process.
//!
//! `cargo bench -p icn-sandbox` prints the tables of docs/BENCHMARKS.md; `-- spread` prints one of
//! them. Each figure is the least of several samples; what is compared takes turns, so that a busy
//! machine hits all of it.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a benchmark reports or fails"
)]

#[path = "sandbox/calls.rs"]
mod calls;
#[path = "sandbox/guests.rs"]
mod guests;
#[path = "sandbox/native.rs"]
mod native;
#[path = "sandbox/others.rs"]
mod others;

use guests::Guest;
use icn_base::limits::MEMORY_PAGES_MAX;
use icn_sandbox::{Backend, Exit, JobDraft, MemEnv, Run, Sandbox, Settings, check};
use others::{Bare, Interpreter};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

const SAMPLES: usize = 25;

fn main() {
    // `cargo bench` passes `--bench`; `cargo test --benches` does not, and only wants to see it start.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let parts: [(&str, fn()); 5] = [
        ("ready", ready),
        ("warm", warm),
        ("calls", calls),
        ("kernels", kernels),
        ("spread", spread),
    ];
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    for (name, part) in parts {
        if asked.is_empty() || asked.iter().any(|asked| asked == name) {
            part();
        }
    }
}

/// The least time that one call of each of these took, sampled in turn: others on the machine only
/// ever add to it.
fn least<const N: usize>(repeat: u32, mut sides: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut least = [Duration::MAX; N];
    for _ in 0..SAMPLES {
        for (side, least) in sides.iter_mut().zip(&mut least) {
            let started = Instant::now();
            (0..repeat).for_each(|_| side());
            *least = (*least).min(started.elapsed() / repeat);
        }
    }
    least
}

fn ratio(of: Duration, to: Duration) -> f64 {
    of.as_secs_f64() / to.as_secs_f64()
}

fn draft(guest: &Guest) -> Arc<Run> {
    let draft = JobDraft::new(guest.wasm.clone()).fuel(1 << 50);
    draft.pages(MEMORY_PAGES_MAX).into_run()
}

/// Runs a job and returns its fuel.
fn run(sandbox: &Sandbox, job: &Arc<Run>) -> u64 {
    let mut env = MemEnv::new(job.owner, job.job);
    let finished = sandbox.run(job, &mut env).unwrap();
    match finished.outcome.exit {
        Exit::Ok(_) => finished.outcome.fuel_used,
        other => panic!("{other:?}: {:?}", finished.diagnosis),
    }
}

/// From bytes to a module that can run: compiled, or taken from the cache after a restart.
fn ready() {
    let dir = tempfile::tempdir().unwrap();
    let cached = Settings {
        cache: Some(dir.path().into()),
        ..Settings::default()
    };
    let guest = Guest::functions(400);
    let job = draft(&guest);
    Sandbox::new(&cached).unwrap().prepare(&job).unwrap();
    let [mut judge, mut compile, mut load] = [Duration::MAX; 3];
    let timed = |least: &mut Duration, work: &mut dyn FnMut()| {
        let started = Instant::now();
        work();
        *least = (*least).min(started.elapsed());
    };
    for _ in 0..SAMPLES {
        timed(&mut judge, &mut || drop(check(&guest.wasm, "run")));
        let sandbox = Sandbox::new(&Settings::default()).unwrap();
        timed(&mut compile, &mut || sandbox.prepare(&job).unwrap());
        let sandbox = Sandbox::new(&cached).unwrap();
        timed(&mut load, &mut || sandbox.prepare(&job).unwrap());
    }
    let kib = guest.wasm.len() / 1024;
    println!("| a module of {kib} KiB, ready to run | time |\n|---|---|");
    for (what, time) in [
        ("judged by the gate", judge),
        ("judged, metered and compiled", compile),
        ("from the cache, after a restart", load),
    ] {
        println!("| {what} | {:.2} ms |", time.as_secs_f64() * 1e3);
    }
    println!();
}

/// A fresh instance and one call, beside the same of bare wasmtime with its pool.
fn warm() {
    let sandbox = Sandbox::new(&Settings::default()).unwrap();
    println!(
        "| fresh instance and a call | icn | bare wasmtime, pooled | ratio |\n|---|---|---|---|"
    );
    for (name, guest) in [
        ("an empty guest", Guest::empty()),
        ("a guest with 1 MiB of memory", Guest::large()),
    ] {
        let job = draft(&guest);
        let bare = Bare::new(&guest.wasm);
        let [ours, theirs] = on_guest_stack(|| {
            least(
                500,
                [
                    &mut || {
                        black_box(run(&sandbox, &job));
                    },
                    &mut || {
                        black_box(bare.call());
                    },
                ],
            )
        });
        println!(
            "| {name} | {:.2} us | {:.2} us | {:.2} |",
            ours.as_secs_f64() * 1e6,
            theirs.as_secs_f64() * 1e6,
            ratio(ours, theirs)
        );
    }
    println!();
}

/// Host calls, from the difference of two runs of one guest: with all its calls, and with none.
fn calls() {
    let sandbox = Sandbox::new(&Settings::default()).unwrap();
    println!("| host call | time | fuel | ns per 1,000 fuel |\n|---|---|---|---|");
    for call in calls::all() {
        let drafts = [call.job(0), call.job(call.times)];
        let jobs = drafts.clone().map(JobDraft::into_run);
        let outcome = |which: usize| {
            let finished = sandbox.run(&jobs[which], &mut calls::env(&drafts[which]));
            finished.unwrap().outcome
        };
        let made = outcome(1);
        let Exit::Ok(0..) = made.exit else {
            panic!("{}: {:?}", call.name, made.exit)
        };
        let stats = made
            .host_calls
            .iter()
            .find(|stats| stats.call == call.number);
        let fuel = stats.unwrap().fuel / u64::from(call.times);
        let [none, all] =
            on_guest_stack(|| least(1, [&mut || drop(outcome(0)), &mut || drop(outcome(1))]));
        let ns = all.saturating_sub(none).as_secs_f64() * 1e9 / f64::from(call.times);
        println!(
            "| {} | {ns:.0} ns | {fuel} | {:.0} |",
            call.name,
            ns / fuel as f64 * 1e3
        );
    }
    println!();
}

/// Three kernels: native code, bare wasmtime, wasmi, and icn.
fn kernels() {
    let sandbox = Sandbox::new(&Settings::default()).unwrap();
    println!(
        "| kernel | native | bare wasmtime | the same, NaN canonical | the same, its own fuel | icn | \
         icn / bare | icn / NaN canonical | icn / native | wasmi / icn |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for (name, guest, native) in [
        ("fib(27), calls", Guest::fib(), native::fib as fn() -> u64),
        ("sieve of 1 MiB, memory", Guest::sieve(), native::sieve),
        ("matrix 96 x 96 in f64", Guest::matrix(), native::matrix),
    ] {
        let job = draft(&guest);
        let bare = Bare::new(&guest.wasm);
        let (canonical, fuelled) = (Bare::canonical(&guest.wasm), Bare::fuelled(&guest.wasm));
        let wasmi = Interpreter::new(&guest.wasm);
        assert_eq!(bare.call(), wasmi.call(), "{name}: two engines, one result");
        assert_eq!(
            bare.call().cast_unsigned(),
            native(),
            "{name}: the same work"
        );
        let [n, b, c, f, i, w] = on_guest_stack(|| {
            least(
                1,
                [
                    &mut || {
                        black_box(native());
                    },
                    &mut || {
                        black_box(bare.call());
                    },
                    &mut || {
                        black_box(canonical.call());
                    },
                    &mut || {
                        black_box(fuelled.call());
                    },
                    &mut || {
                        black_box(run(&sandbox, &job));
                    },
                    &mut || {
                        black_box(wasmi.call());
                    },
                ],
            )
        });
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "| {name} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} | {:.2} | {:.2} | {:.1} |",
            ms(n),
            ms(b),
            ms(c),
            ms(f),
            ms(i),
            ratio(i, b),
            ratio(i, c),
            ratio(i, n),
            ratio(w, i),
        );
    }
    println!();
}

/// Time per unit of fuel over kinds of work: equal fuel should cost about equal time.
fn spread() {
    println!("| work | ns per 1,000 fuel | of the least | on the interpreter |\n|---|---|---|---|");
    let sandbox = Sandbox::new(&Settings::default()).unwrap();
    let pulley = Sandbox::new(&Settings {
        backend: Backend::Interpreter,
        ..Settings::default()
    })
    .unwrap();
    let rows = |work: &[(&'static str, &str)]| -> Vec<(&str, f64, f64)> {
        let row = |(name, text): &(&'static str, &str)| {
            let job = draft(&Guest::text(text));
            let fuel = run(&sandbox, &job);
            assert_eq!(
                fuel,
                run(&pulley, &job),
                "{name}: fuel is equal on both engines"
            );
            let [native, interpreted] = on_guest_stack(|| {
                let native = &mut || {
                    run(&sandbox, &job);
                };
                let interpreted = &mut || {
                    run(&pulley, &job);
                };
                least(1, [native, interpreted])
            });
            let per = |time: Duration| time.as_secs_f64() * 1e12 / fuel as f64;
            (*name, per(native), per(interpreted))
        };
        work.iter().map(row).collect()
    };
    let levelled = rows(&guests::WORK);
    let cheapest = levelled
        .iter()
        .map(|row| row.1)
        .fold(f64::INFINITY, f64::min);
    let dearest = levelled.iter().map(|row| row.1).fold(0.0, f64::max);
    let print = |rows: &[(&str, f64, f64)]| {
        for (name, native, interpreted) in rows {
            println!(
                "| {name} | {native:.0} | {:.1} | {interpreted:.0} |",
                native / cheapest
            );
        }
    };
    print(&levelled);
    println!(
        "| **the dearest of these over the cheapest** | | {:.1} | |",
        dearest / cheapest
    );
    print(&rows(&guests::OTHER));
    println!();
}

/// On a thread with the stack that guests need, as a node's workers have it.
fn on_guest_stack<T: Send>(measure: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(icn_sandbox::STACK_BYTES);
        thread.spawn_scoped(scope, measure).unwrap().join().unwrap()
    })
}
