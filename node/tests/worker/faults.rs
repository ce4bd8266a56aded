//! What goes wrong in a worker costs its run, and nothing else.

use crate::guests::mesh;
use crate::lone::{Lone, mana};
use crate::world::{PATIENCE, example, give, order_of, pool, process, run, settings, until};
use icn_base::Bytes;
use icn_base::run::{Exit, Input, JobSpec};
use icn_node::worker::{Settings, WorkerFault, WorkerPool};
use rustix::process::{Pid, Signal, kill_process};
use std::time::{Duration, Instant};

/// A job with this module, and more fuel than there is time.
fn endless(mesh: &mut Lone, module: &[u8]) -> JobSpec {
    let mut spec = mesh.spec(module, Input::Inline(Bytes(Vec::new())));
    (spec.fuel_limit, spec.max_price) = (4_400_000_000, mana(4_500));
    spec
}

fn signal(process: u32, signal: Signal) {
    let process = Pid::from_raw(process.try_into().unwrap()).unwrap();
    kill_process(process, signal).unwrap();
}

/// Every thread of it stands still: a signal to stop takes its time.
fn stop(process: u32) {
    signal(process, Signal::STOP);
    until("it has stopped", || {
        let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
        let stats = threads.map(|thread| thread.unwrap().path().join("stat"));
        let mut stats = stats.map(|stat| std::fs::read_to_string(stat).unwrap());
        stats.all(|stat| stat.contains(") T ")).then_some(())
    });
}

/// The pool is as good as new.
#[track_caller]
fn goes_on(pool: &WorkerPool, mesh: &mut Lone) {
    let spec = mesh.spec(
        &example("echo"),
        Input::Inline(Bytes(b"still here".to_vec())),
    );
    let done = run(pool, order_of(mesh, spec, 60_000)).unwrap();
    assert_eq!(done.outcome.exit, Exit::Ok(0));
}

/// A small module that takes the compiler a minute or more: so many locals are changed in so many
/// loops that each may carry each of them.
fn slow_to_compile() -> Vec<u8> {
    let (locals, loops) = (1_000, 200);
    let change = |local| format!("(local.set {local} (i64.add (local.get {local}) (i64.const 7)))");
    let again = |nested| format!("(br_if 0 (i64.eqz (local.get {nested})))) ");
    let body = [
        "(loop ".repeat(loops),
        (0..locals).map(change).collect(),
        (0..loops).map(again).collect(),
    ];
    let module = format!(
        r#"(module (memory (export "memory") 1) (func (local {}) {}) (func (export "run")))"#,
        "i64 ".repeat(locals),
        body.concat()
    );
    wat::parse_str(module).unwrap()
}

#[test]
fn a_module_that_compiles_for_too_long_costs_its_job_only() {
    let settings = Settings {
        compile_ms: 20,
        ..settings()
    };
    let (mut mesh, pool) = (mesh(), WorkerPool::start(settings).unwrap());
    let spec = endless(&mut mesh, &slow_to_compile());
    process(&pool);
    let fault = run(&pool, order_of(&mut mesh, spec, 1)).unwrap_err();
    assert_eq!(fault, WorkerFault::Overran { ms: 21 });
    goes_on(&pool, &mut mesh);
    assert_eq!(pool.counts().replaced, 1);
}

#[test]
fn a_worker_killed_in_mid_run_is_replaced() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = endless(&mut mesh, &example("misbehave/spin"));
    let victim = process(&pool);
    let told = give(&pool, order_of(&mut mesh, spec, 60_000));
    std::thread::sleep(Duration::from_millis(300));
    signal(victim, Signal::KILL);
    match told.recv_timeout(PATIENCE).unwrap() {
        Err(fault @ WorkerFault::Died(_)) => {
            assert!(fault.to_string().contains("signal: 9"), "{fault}");
            assert!(fault.is_passing());
        }
        other => panic!("{other:?}"),
    }
    goes_on(&pool, &mut mesh);
    assert_ne!(process(&pool), victim);
    let counts = pool.counts();
    assert_eq!((counts.jobs, counts.faults), (1, 1));
    assert_eq!((counts.started, counts.replaced), (2, 1));
}

#[test]
fn a_worker_that_dies_idle_is_replaced() {
    let (mut mesh, pool) = (mesh(), pool());
    let victim = process(&pool);
    signal(victim, Signal::KILL);
    until("another one", || {
        pool.processes()
            .first()
            .filter(|next| **next != victim)
            .copied()
    });
    goes_on(&pool, &mut mesh);
}

#[test]
fn the_sandbox_stops_a_run_that_takes_too_long_and_the_worker_lives() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = endless(&mut mesh, &example("misbehave/spin"));
    match run(&pool, order_of(&mut mesh, spec, 200)) {
        Err(WorkerFault::Sandbox(why)) => assert!(why.contains("200 ms"), "{why}"),
        other => panic!("{other:?}"),
    }
    goes_on(&pool, &mut mesh);
    assert_eq!(pool.counts().started, 1);
}

#[test]
fn a_worker_that_does_not_stop_is_ended() {
    let settings = Settings {
        compile_ms: 100,
        ..settings()
    };
    let (mut mesh, pool) = (mesh(), WorkerPool::start(settings).unwrap());
    let spec = endless(&mut mesh, &example("misbehave/spin"));
    let stopped = process(&pool);
    // It cannot even look at its own clock.
    signal(stopped, Signal::STOP);
    let began = Instant::now();
    let fault = run(&pool, order_of(&mut mesh, spec, 200)).unwrap_err();
    assert_eq!(fault, WorkerFault::Overran { ms: 300 });
    assert!(began.elapsed() > Duration::from_millis(300));
    goes_on(&pool, &mut mesh);
}

#[test]
fn a_guest_that_wants_more_memory_than_the_worker_has_gets_no_outcome() {
    let settings = Settings {
        memory_bytes: 128 << 20,
        ..settings()
    };
    let (mut mesh, pool) = (mesh(), WorkerPool::start(settings).unwrap());
    let hog = wat::parse_str(
        r#"(module (memory (export "memory") 1)
            (func (export "run") (result i64)
                (i64.extend_i32_s (memory.grow (i32.const 4000)))))"#,
    );
    let mut spec = endless(&mut mesh, &hog.unwrap());
    spec.memory_pages = 4_096;
    match run(&pool, order_of(&mut mesh, spec, 60_000)) {
        Err(WorkerFault::Sandbox(why)) => assert!(why.contains("memory"), "{why}"),
        other => panic!("{other:?}"),
    }
    goes_on(&pool, &mut mesh);
}

#[test]
fn what_waited_behind_a_run_that_was_killed_is_run_by_the_next_worker() {
    let (mut mesh, pool) = (mesh(), pool());
    let victim = process(&pool);
    // Known to the worker, so that the orders after it are called short and given at once.
    goes_on(&pool, &mut mesh);
    stop(victim);
    let mut spec = mesh.spec(&example("echo"), Input::Inline(Bytes(b"x".to_vec())));
    spec.fuel_limit = 10_000_000;
    let order = order_of(&mut mesh, spec, 60_000);
    let told: Vec<_> = (0..10).map(|_| give(&pool, order.clone())).collect();
    until("all are given", || {
        (pool.counts().running > 1).then_some(())
    });
    signal(victim, Signal::KILL);
    let ends: Vec<_> = told
        .iter()
        .map(|told| told.recv_timeout(PATIENCE).unwrap())
        .collect();
    let lost = ends.iter().filter(|end| end.is_err()).count();
    assert_eq!(lost, 1, "only the first: {ends:?}");
    assert!(ends[0].is_err());
}

#[test]
fn where_no_worker_can_be_started_orders_are_refused() {
    let settings = Settings {
        program: Some("/nowhere/icn".into()),
        ..settings()
    };
    let (mut mesh, pool) = (mesh(), WorkerPool::start(settings).unwrap());
    let spec = mesh.spec(&example("echo"), Input::Inline(Bytes(Vec::new())));
    let order = order_of(&mut mesh, spec, 60_000);
    let refused = until("it gives up", || {
        let (tell, told) = std::sync::mpsc::channel();
        match pool.submit(order.clone(), move |done| tell.send(done).unwrap_or(())) {
            Err(fault) => Some(fault),
            Ok(()) => told.recv_timeout(PATIENCE).unwrap().err(),
        }
    });
    assert!(matches!(refused, WorkerFault::NoWorker(_)), "{refused}");
}

#[test]
fn an_order_without_its_blocks_is_refused_at_once() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = mesh.spec(&example("echo"), Input::Inline(Bytes(Vec::new())));
    let mut order = order_of(&mut mesh, spec, 60_000);
    order.blocks.clear();
    let refused = pool.submit(order, |_| panic!("nobody runs this"));
    assert!(
        matches!(refused, Err(WorkerFault::Lacking(_))),
        "{refused:?}"
    );
}

#[test]
fn closing_the_pool_ends_runs_and_workers() {
    let (mut mesh, pool) = (mesh(), pool());
    let spec = endless(&mut mesh, &example("misbehave/spin"));
    let worker = process(&pool);
    let told = give(&pool, order_of(&mut mesh, spec, 60_000));
    drop(pool);
    assert_eq!(told.recv().unwrap(), Err(WorkerFault::Closed));
    assert!(!std::path::Path::new(&format!("/proc/{worker}")).exists());
}
