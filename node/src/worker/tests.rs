//! Workers that are none: what they say costs their run, and they are replaced.

use super::frame;
use super::protection::{Protection, Wall};
use super::words::{Ended, FromWorker, Question};
use super::{Done, RunOrder, Settings, WorkerFault, WorkerPool};
use crate::lone::{Lone, mana};
use icn_base::run::{Exit, Input, Journal, Outcome};
use icn_base::{Bytes, Cid, Codec, Mana, codec};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

/// A program that says these bytes once it was asked for something, and then waits.
fn liar(directory: &Path, says: &[u8]) -> PathBuf {
    let walls = Protection {
        descriptors: Wall::Whole,
        orphan: Wall::Whole,
        limits: Wall::Whole,
        privileges: Wall::Whole,
        files: Wall::Whole,
        calls: Wall::Whole,
    };
    let ready = frame::of(&FromWorker::Ready(walls));
    std::fs::write(directory.join("ready"), ready).unwrap();
    std::fs::write(directory.join("says"), says).unwrap();
    let program = directory.join("liar");
    let at = directory.display();
    let script = format!(
        "#!/bin/sh\nPATH=/bin:/usr/bin\ncat {at}/ready\nhead -c 1 >{at}/heard\ncat {at}/says\nexec sleep 10\n"
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// A job with an input of this many bytes, assigned.
fn order(mesh: &mut Lone) -> RunOrder {
    let module = wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "run")))"#);
    let spec = mesh.spec(&module.unwrap(), Input::Inline(Bytes(Vec::new())));
    let job = mesh.assign(spec);
    RunOrder {
        job,
        state: mesh.state.clone(),
        header: *mesh.headers.last().unwrap(),
        blocks: mesh.written().to_vec(),
        wall_ms: 60_000,
    }
}

fn run(pool: &WorkerPool, order: RunOrder) -> Result<Done, WorkerFault> {
    let (tell, told) = channel();
    pool.submit(order, move |done| tell.send(done).unwrap())
        .unwrap();
    told.recv_timeout(Duration::from_secs(60)).unwrap()
}

/// What becomes of a run whose worker says this.
fn told(says: &[u8]) -> Result<Done, WorkerFault> {
    let directory = tempfile::tempdir().unwrap();
    let settings = Settings {
        workers: 1,
        program: Some(liar(directory.path(), says)),
        ..Settings::default()
    };
    let pool = WorkerPool::start(settings).unwrap();
    let mut mesh = Lone::new();
    mesh.register();
    let first = run(&pool, order(&mut mesh));
    if first.is_err() {
        let second = run(&pool, order(&mut mesh));
        assert!(
            second.is_err(),
            "the next worker is a new one, and says the same"
        );
    }
    first
}

fn raw(bytes: &[u8]) -> Cid {
    Cid::of(Codec::Raw, bytes)
}

/// An ending that an honest worker could report.
fn honest() -> Ended {
    let journal = codec::encode(&Journal::default()).unwrap();
    Ended {
        outcome: Outcome {
            exit: Exit::Ok(0),
            output: raw(b"out"),
            log: raw(b"log"),
            effects: Vec::new(),
            fuel_used: 1,
            memory_peak: 65_536,
            host_calls: Vec::new(),
            journal: Cid::of(Codec::DagCbor, &journal),
            engine: icn_sandbox::ENGINE.to_owned(),
        },
        output: Bytes(b"out".to_vec()),
        log: Bytes(b"log".to_vec()),
        journal: Bytes(journal),
        why: None,
    }
}

fn ended(change: impl FnOnce(&mut Ended)) -> Vec<u8> {
    let mut ended = honest();
    change(&mut ended);
    frame::of(&FromWorker::Ended(Box::new(ended)))
}

#[test]
fn an_ending_that_can_be_is_taken() {
    let done = told(&ended(|_| ())).unwrap();
    assert_eq!(done.outcome, honest().outcome);
    let blocks = done.blocks.iter().map(|block| *block.cid());
    let outcome = &done.outcome;
    assert!(blocks.eq([outcome.output, outcome.log, outcome.journal]));
}

#[test]
fn what_cannot_be_is_no_outcome() {
    let question = |question| frame::of(&FromWorker::Question(question));
    let walls = [&question(Question::Module)[..], b"\0\0\0\x01\xf6"].concat();
    let nonsense: Vec<(&str, Vec<u8>)> = vec![
        ("no frame", b"Segmentation fault\n".to_vec()),
        ("a frame without end", b"\xff\xff\xff\xff".to_vec()),
        ("an empty frame", vec![0; 4]),
        ("not canonical", b"\0\0\0\x02\x18\x07".to_vec()),
        ("a word that there is not", frame::of(&"hello")),
        ("nonsense after a question", walls),
        (
            "a block nobody listed",
            question(Question::ListedBlock(raw(b"x"))),
        ),
        (
            "a block it did not ask to write",
            frame::of(&FromWorker::Wrote(Bytes(vec![1]))),
        ),
        (
            "another output",
            ended(|ended| ended.output = Bytes(vec![2])),
        ),
        ("another log", ended(|ended| ended.log = Bytes(vec![2]))),
        ("no journal", ended(|ended| ended.journal = Bytes(vec![2]))),
        (
            "another journal",
            ended(|ended| ended.outcome.journal = raw(b"x")),
        ),
        (
            "another engine",
            ended(|ended| ended.outcome.engine = "mine".to_owned()),
        ),
        (
            "more fuel than it had",
            ended(|ended| ended.outcome.fuel_used = u64::MAX),
        ),
        (
            "more memory than it had",
            ended(|ended| ended.outcome.memory_peak = u64::MAX),
        ),
        (
            "an effect that was not tried",
            ended(|ended| {
                let amount = mana(1);
                ended.outcome.effects = vec![icn_base::run::Effect::SpendMana { amount }];
            }),
        ),
        (
            "a host call that there is not",
            ended(|ended| {
                ended.outcome.host_calls = vec![icn_base::run::CallStats {
                    call: 999,
                    count: 1,
                    fuel: 1,
                    mana: Mana::ZERO,
                    refunded: Mana::ZERO,
                }];
            }),
        ),
    ];
    for (what, says) in nonsense {
        let fault = told(&says).unwrap_err();
        assert!(matches!(fault, WorkerFault::Nonsense(_)), "{what}: {fault}");
    }
}

#[test]
fn a_worker_that_reports_a_fault_gives_its_words_only() {
    let long = "x".repeat(100_000);
    let fault = told(&frame::of(&FromWorker::Fault(long))).unwrap_err();
    let WorkerFault::Sandbox(text) = fault else {
        panic!("{fault}")
    };
    assert_eq!(text.len(), super::limits::TEXT_BYTES_MAX);
}
