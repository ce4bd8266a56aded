//! A pool, and jobs for it.

use crate::lone::Lone;
use icn_base::JobId;
use icn_base::run::JobSpec;
use icn_node::worker::{Done, RunOrder, Settings, WorkerFault, WorkerPool};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything here may take on a machine that is busy.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A program that is a worker.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = built.join("examples/guest_worker");
    assert!(
        program.exists(),
        "build it: cargo build -p icn-node --example guest_worker"
    );
    program
}

pub fn settings() -> Settings {
    Settings {
        workers: 1,
        program: Some(program()),
        ..Settings::default()
    }
}

pub fn pool() -> WorkerPool {
    WorkerPool::start(settings()).unwrap()
}

/// The order to run a job that was assigned in the last block.
pub fn order(mesh: &Lone, job: JobId, wall_ms: u64) -> RunOrder {
    RunOrder {
        job,
        state: mesh.state.clone(),
        header: *mesh.headers.last().unwrap(),
        blocks: mesh.written().to_vec(),
        wall_ms,
    }
}

/// Submits and assigns a job, and orders it.
pub fn order_of(mesh: &mut Lone, spec: JobSpec, wall_ms: u64) -> RunOrder {
    let job = mesh.assign(spec);
    order(mesh, job, wall_ms)
}

/// Gives an order; what comes of it comes out of the channel.
pub fn give(pool: &WorkerPool, order: RunOrder) -> Receiver<Result<Done, WorkerFault>> {
    let (tell, told) = channel();
    pool.submit(order, move |done| tell.send(done).unwrap_or(()))
        .unwrap();
    told
}

/// Gives an order and waits.
pub fn run(pool: &WorkerPool, order: RunOrder) -> Result<Done, WorkerFault> {
    give(pool, order).recv_timeout(PATIENCE).unwrap()
}

/// Waits until something is there.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The process of the only worker.
pub fn process(pool: &WorkerPool) -> u32 {
    until("a worker is ready", || pool.processes().first().copied())
}

pub fn example(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/wasm");
    std::fs::read(format!("{folder}/{name}.wasm")).unwrap()
}
