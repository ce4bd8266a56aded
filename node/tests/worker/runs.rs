//! A run in a worker and a run in this process are one run.

use crate::guests::{Call, all_calls, guest, job, mesh};
use crate::lone::{Lone, bytes_of, mana};
use crate::world::{example, order, pool, run, settings};
use icn_base::run::{Exit, Input, JobSpec};
use icn_base::{Bytes, codec};
use icn_dag::{Batch, Block, MemStore, Store, file};
use icn_node::worker::{Done, Settings, WorkerPool};
use std::collections::BTreeSet;
use std::sync::mpsc::channel;

/// Runs a job in a worker and here, and compares all that is claimed.
#[track_caller]
fn equal(pool: &WorkerPool, mesh: &mut Lone, spec: JobSpec) -> Done {
    let job = mesh.assign(spec);
    let done = run(pool, order(mesh, job, 60_000)).unwrap();
    let header = *mesh.headers.last().unwrap();
    let (finished, asked) = icn_replay::job::run_on(
        mesh.sandbox(),
        &mesh.state,
        &mesh.blocks,
        (job, &header),
        60_000,
    )
    .unwrap();
    assert_eq!(codec::encode(&done.outcome).unwrap(), bytes_of(&finished));
    assert_eq!(done.asked, asked);
    let contents = [&finished.output, &finished.log, &finished.journal];
    let contents = contents.into_iter().flat_map(|content| content.blocks());
    let contents = contents.map(|(cid, bytes)| (cid, bytes.to_vec()));
    let here: BTreeSet<_> = contents.chain(finished.blocks.clone()).collect();
    let there = done.blocks.iter();
    let there: BTreeSet<_> = there
        .map(|block| (*block.cid(), block.bytes().to_vec()))
        .collect();
    assert_eq!(there, here);
    done
}

fn inline(mesh: &mut Lone, module: &[u8], input: &[u8]) -> JobSpec {
    mesh.spec(module, Input::Inline(Bytes(input.to_vec())))
}

#[test]
fn guests_of_every_kind_end_as_they_do_in_this_process() {
    let pool = pool();
    let guests = [
        "echo",
        "echo-c",
        "wordcount",
        "misbehave/trap",
        "misbehave/spin",
        "misbehave/unknown-import",
        "misbehave/recursion",
        "misbehave/grow",
        "misbehave/spam",
        "misbehave/bad-pointer",
        "misbehave/start-spin",
        "misbehave/table-huge",
        "misbehave/bomb-nesting",
    ];
    for name in guests {
        // An executor has eight jobs at most.
        let mut mesh = mesh();
        let spec = inline(&mut mesh, &example(name), b"three words here");
        let done = equal(&pool, &mut mesh, spec);
        assert_eq!(done.outcome.exit.is_ok(), done.why.is_none(), "{name}");
    }
    let counts = pool.counts();
    assert_eq!((counts.jobs, counts.faults), (13, 0));
    assert_eq!((counts.started, counts.replaced), (1, 0));
}

#[test]
fn every_call_that_the_book_answers_is_answered_over_the_pipe() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = job(&mut mesh, &[]);
    let first = mesh.job(spec);
    let receipt = serde_json::to_string(&first.receipt).unwrap();
    let calls = all_calls(&mesh, &first.job, &receipt);
    let spec = job(&mut mesh, &calls);
    let done = equal(&pool, &mut mesh, spec);
    assert_eq!(done.outcome.exit, Exit::Ok(0));
    assert_eq!(done.outcome.effects.len(), 7);
    assert!(done.asked.all);
    assert!(pool.counts().questions > 15);
}

#[test]
fn a_guest_that_asks_nothing_costs_no_question() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = inline(&mut mesh, &guest(&[]), b"");
    equal(&pool, &mut mesh, spec);
    assert_eq!(pool.counts().questions, 0);
}

#[test]
fn an_input_and_an_output_of_many_parts_go_through_the_pipe() {
    let (mut mesh, pool) = (mesh(), pool());
    let mut parts = MemStore::default();
    let stored = file::put(&vec![7; 5_000_000][..], &mut parts, |_| {}).unwrap();
    for cid in parts.list(None, 100).unwrap() {
        let block: Block = icn_dag::Blocks::get(&parts, &cid).unwrap().unwrap();
        mesh.keep(block.clone());
        mesh.blocks.commit(Batch::of([block])).unwrap();
    }
    let mut spec = mesh.spec(&example("echo"), Input::Cid(stored.root));
    (spec.fuel_limit, spec.max_price) = (3_000_000_000, mana(4_000));
    spec.memory_pages = 1_024;
    let done = equal(&pool, &mut mesh, spec);
    assert_eq!(done.outcome.output, stored.root);
}

#[test]
fn many_orders_at_once_each_get_their_own_outcome() {
    let (mut mesh, pool) = (
        mesh(),
        WorkerPool::start(Settings {
            workers: 2,
            ..settings()
        }),
    );
    let pool = pool.unwrap();
    // An executor has eight jobs at most; each is run several times.
    let orders: Vec<_> = (0..8_u8)
        .map(|number| {
            let spec = inline(&mut mesh, &example("echo"), &[number]);
            let job = mesh.assign(spec);
            order(&mesh, job, 60_000)
        })
        .collect();
    let (tell, told) = channel();
    let many = orders.iter().enumerate().cycle().take(80);
    for (at, (number, order)) in many.enumerate() {
        let tell = tell.clone();
        let done = move |done: Result<Done, _>| tell.send((at, number, done.unwrap())).unwrap();
        pool.submit(order.clone(), done).unwrap();
    }
    drop(tell);
    let mut seen = BTreeSet::new();
    for (at, number, done) in told {
        let output = done
            .blocks
            .iter()
            .find(|block| *block.cid() == done.outcome.output);
        assert_eq!(output.unwrap().bytes(), [u8::try_from(number).unwrap()]);
        assert!(seen.insert(at));
    }
    assert_eq!(seen.len(), 80);
    assert_eq!(pool.counts().waiting + pool.counts().running, 0);
}

#[test]
fn a_worker_that_has_run_enough_is_replaced_and_nobody_notices() {
    let settings = Settings {
        jobs_per_life: 2,
        ..settings()
    };
    let (mut mesh, pool) = (mesh(), WorkerPool::start(settings).unwrap());
    for _ in 0..5 {
        let spec = job(&mut mesh, &[Call::Get("host_get_block_info")]);
        equal(&pool, &mut mesh, spec);
    }
    let counts = pool.counts();
    assert_eq!((counts.jobs, counts.faults, counts.replaced), (5, 0, 0));
    assert_eq!(counts.recycled, 2);
}

#[test]
fn a_run_can_be_awaited() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = inline(&mut mesh, &example("echo"), b"x");
    let job = mesh.assign(spec);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let done = runtime
        .block_on(pool.run(order(&mesh, job, 60_000)))
        .unwrap();
    assert_eq!(done.outcome.exit, Exit::Ok(0));
}
