//! Random guests. Each seed makes one: any bytes, host calls with any arguments, or a valid module
//! by wasm-smith. Nothing may panic, hang or pass a limit, and every engine must come to the same
//! outcome, byte for byte.
//!
//! `cargo test -p icn-sandbox --test fuzz` tries the first seeds, the same each time.
//! `ICN_FUZZ_SECONDS=3600` goes on for so long, `ICN_FUZZ_SEED=N` begins elsewhere. A finding names
//! its seed, with which it is found again.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]

#[path = "fuzz/bytes.rs"]
mod bytes;
#[path = "fuzz/calls.rs"]
mod calls;
#[path = "fuzz/smith.rs"]
mod smith;

use arbitrary::{Result, Unstructured};
use icn_base::limits::{EFFECTS_MAX, LOG_BYTES_MAX, OUTPUT_BYTES_MAX, PAGE_BYTES};
use icn_base::run::{Exit, Outcome};
use icn_base::{Keypair, Mana, codec};
use icn_sandbox::{Account, Backend, JobDraft, MemEnv, Sandbox, Settings, check};
use std::time::{Duration, Instant};

/// Seeds that every test run tries.
const SEEDS: u64 = 600;

/// Random bytes that a case is made from, at most.
const SOURCE_BYTES: usize = 32 * 1024;

/// A verdict and two runs of so little fuel take a small part of this on any machine.
const CASE_SECONDS_MAX: u64 = 30;

#[test]
fn random_guests_harm_nobody_and_have_one_outcome() {
    let number = |name: &str| variable(name).map(|text| text.parse::<u64>().unwrap());
    let from = number("ICN_FUZZ_SEED").unwrap_or(0);
    let until = number("ICN_FUZZ_SECONDS").map(|s| Instant::now() + Duration::from_secs(s));
    let engines = Engines::new();
    let mut tally = Tally::default();
    for seed in from.. {
        match until {
            Some(until) if Instant::now() > until => break,
            None if seed - from == SEEDS => break,
            _ => {}
        }
        let named = Named(seed);
        tally.count(&engines.tries(seed));
        drop(named);
    }
    println!("{tally:?}");
    // What refuses everything, or stops everything, would prove nothing.
    assert!(tally.ended > tally.cases / 10, "{tally:?}");
    assert!(tally.refused > tally.cases / 10, "{tally:?}");
    assert!(tally.stopped > tally.cases / 50, "{tally:?}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long to go on is said by who runs the test"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Says which seed it was, if a case panics.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("found with ICN_FUZZ_SEED={}", self.0);
        }
    }
}

/// How the cases ended.
#[derive(Debug, Default)]
struct Tally {
    cases: u64,
    refused: u64,
    ended: u64,
    trapped: u64,
    stopped: u64,
}

impl Tally {
    fn count(&mut self, exit: &Exit) {
        self.cases += 1;
        match exit {
            Exit::Ok(_) => self.ended += 1,
            Exit::Trap(_) => self.trapped += 1,
            Exit::OutOfFuel | Exit::OutOfMemory | Exit::TooDeep => self.stopped += 1,
            Exit::Refused(_) => self.refused += 1,
        }
    }
}

/// Whatever runs guests; all must agree.
struct Engines(Vec<(&'static str, Sandbox)>);

impl Engines {
    fn new() -> Self {
        let pooled = Settings {
            instances: 2,
            // Every case is a new module: what is kept is only memory.
            ready_modules: 1,
            ..Settings::default()
        };
        let on_demand = Settings {
            instances: 0,
            copy_on_write: false,
            ..pooled.clone()
        };
        let interpreter = Settings {
            backend: Backend::Interpreter,
            ..pooled.clone()
        };
        let named = [
            ("native, pooled", pooled),
            ("native, on demand", on_demand),
            ("interpreter", interpreter),
        ];
        Self(
            named
                .map(|(name, settings)| (name, Sandbox::new(&settings).unwrap()))
                .into(),
        )
    }

    /// Tries one case on all engines, and says how it ended.
    fn tries(&self, seed: u64) -> Exit {
        let draft = draft(seed);
        let started = Instant::now();
        let (_, first) = &self.0[0];
        let (outcome, after) = run(first, &draft);
        for (name, sandbox) in &self.0 {
            let (other, other_after) = run(sandbox, &draft);
            assert_eq!(other, outcome, "{name}");
            assert_eq!(other_after.accounts, after.accounts, "{name}");
            assert_eq!(other_after.treasury, after.treasury, "{name}");
        }
        let seconds = started.elapsed().as_secs();
        assert!(seconds < CASE_SECONDS_MAX, "{seconds} s");
        outcome.exit
    }
}

/// The case of a seed.
fn draft(seed: u64) -> JobDraft {
    let mut random = blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof();
    let mut length = [0; 2];
    random.fill(&mut length);
    let mut bytes = vec![0; usize::from(u16::from_le_bytes(length)) % SOURCE_BYTES];
    random.fill(&mut bytes);
    let mut source = Unstructured::new(&bytes);
    let made = match seed % 3 {
        0 => bytes::draft(&mut source),
        1 => calls::draft(&mut source),
        _ => smith::draft(&mut source),
    };
    // wasm-smith asks for more when there is too little.
    made.unwrap_or_else(|_| JobDraft::new(Vec::new()))
}

/// Limits that are now and then too small.
fn limited(code: Vec<u8>, source: &mut Unstructured<'_>) -> Result<JobDraft> {
    let fuel = match source.int_in_range(0..=3)? {
        0 => source.int_in_range(0..=60_000)?,
        _ => source.int_in_range(60_000..=20_000_000)?,
    };
    let owner = Keypair::from_seed([1; 32]).did();
    let draft = JobDraft::new(code).owner(owner).fuel(fuel);
    Ok(draft.pages(source.int_in_range(0..=64)?))
}

/// Runs a case and holds it against every limit.
fn run(sandbox: &Sandbox, draft: &JobDraft) -> (Outcome, MemEnv) {
    let job = draft.clone().into_run();
    let mut env = MemEnv::new(job.owner, job.job);
    let mana = Mana::new(1_000).unwrap();
    env.accounts.insert(
        job.owner,
        Account {
            mana,
            reputation: 3,
        },
    );
    env.parameters
        .insert("quorum".to_owned(), "\"1/2\"".to_owned());
    for (cid, block) in calls::blocks() {
        env.blocks.insert(cid, block);
    }
    let finished = sandbox
        .run(&job, &mut env)
        .unwrap_or_else(|fault| panic!("{fault}"));
    let outcome = finished.outcome;

    let report = check(&job.code, &job.spec.entry);
    assert_eq!(report.admits(), !matches!(outcome.exit, Exit::Refused(_)));
    assert!(outcome.fuel_used <= job.spec.fuel_limit);
    assert!(outcome.memory_peak <= u64::from(job.spec.memory_pages) * PAGE_BYTES);
    assert!(outcome.effects.len() <= EFFECTS_MAX);
    assert!(outcome.exit.is_ok() || outcome.effects.is_empty());
    assert!(finished.output.bytes().len() <= OUTPUT_BYTES_MAX);
    assert!(finished.log.bytes().len() <= LOG_BYTES_MAX);
    let bytes = codec::encode(&outcome).unwrap();
    assert_eq!(codec::decode::<Outcome>(&bytes).unwrap(), outcome);
    let spent = env.treasury.plus(env.accounts[&job.owner].mana).unwrap();
    assert!(spent <= mana, "mana is never made");
    (outcome, env)
}
