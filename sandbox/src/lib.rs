//! Runs one guest under fuel, memory and depth limits and returns its outcome: a run is a function.
//!
//! A guest is untrusted bytes from a stranger. [`Sandbox::run`] gives the same
//! [`Finished::outcome`] for the same [`Run`] and snapshot on every machine, whatever its speed,
//! load, clock or processor, or it gives a [`NodeFault`] and nothing may be claimed. The guest
//! reads a snapshot ([`Env`]) and asks for effects; it never acts.
//!
//! - [`check`] is the gate: every bound is checked before anything is compiled.
//! - `meter` writes code into the guest that counts fuel and call depth, so that both are the same
//!   on every engine.
//! - `linker`, `visit` and `calls` answer host calls, as the table in `icn_abi` says.
//! - `module`, `cache`, `engine` and `clock` make it fast, and stop what takes too long here.
//!
//! What this crate never does: read the node's clock, files or network for a guest, sign, or know
//! the ledger.
//!
//! ```
//! use icn_sandbox::{Exit, JobDraft, MemEnv, Sandbox, Settings};
//!
//! let guest = wat::parse_str(
//!     r#"(module
//!         (import "icn" "host_write_output" (func $write (param i32 i32) (result i64)))
//!         (memory (export "memory") 1)
//!         (data (i32.const 8) "hello")
//!         (func (export "run") (result i64) (call $write (i32.const 8) (i32.const 5))))"#,
//! )
//! .unwrap();
//! let sandbox = Sandbox::new(&Settings::default()).unwrap();
//! let job = JobDraft::new(guest).fuel(1_000_000).into_run();
//! let mut env = MemEnv::new(job.owner, job.job);
//! let finished = sandbox.run(&job, &mut env).unwrap();
//! assert_eq!(finished.outcome.exit, Exit::Ok(0));
//! assert_eq!(finished.output.bytes(), b"hello");
//! ```

mod cache;
mod calls;
mod clock;
mod draft;
mod engine;
mod env;
mod fault;
mod gate;
mod grants;
mod host;
mod journal;
mod json;
mod limiter;
mod linker;
mod meter;
mod module;
mod run;
#[cfg(test)]
mod spec;
mod trace;
mod visit;

pub use draft::JobDraft;
pub use engine::{Backend, Settings};
pub use env::{
    Account, CircuitInfo, Denial, Env, EnvError, MemEnv, ProofRequest, SnapshotFile, Verified,
    WitnessRequest,
};
pub use fault::NodeFault;
pub use gate::{Export, Import, Refusal, Report, Value, check};
pub use icn_base::run::Exit;
pub use meter::ENGINE;
pub use run::Finished;
pub use trace::{Diagnosis, Frame};

use icn_base::run::JobSpec;
use icn_base::{Did, JobId};
use std::sync::Arc;

/// A job to be run: everything that its outcome depends on, but for the snapshot.
#[derive(Clone, Debug)]
pub struct Run {
    /// The job's id.
    pub job: JobId,
    /// Who signed it. It runs as this account.
    pub owner: Did,
    /// What it asks for.
    pub spec: JobSpec,
    /// The bytes of its module.
    pub code: Arc<[u8]>,
    /// The bytes of its input.
    pub input: Arc<[u8]>,
    /// How long it may take on this node. A run that takes longer has no outcome.
    pub wall_ms: u64,
}

/// The sandbox could not be set up on this machine.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The engine does not run here.
    #[error("the wasm engine cannot be set up on this machine: {0}")]
    Engine(String),
    /// The directory for compiled code cannot be used.
    #[error("the cache of compiled code cannot be used: {0}; check the directory's owner and mode")]
    Cache(#[source] std::io::Error),
    /// The clock's thread cannot be started.
    #[error("no thread could be started for the clock that stops long runs")]
    Clock(#[source] std::io::Error),
}

/// Runs guests. Make one, share it between threads, and run as many at once as
/// [`Settings::instances`] says.
pub struct Sandbox {
    engine: wasmtime::Engine,
    shelf: module::Shelf,
    clock: clock::Clock,
}

impl Sandbox {
    /// Sets up the engine, the pool, the cache and the clock.
    pub fn new(settings: &Settings) -> Result<Self, SetupError> {
        let engine =
            engine::engine(settings).map_err(|error| SetupError::Engine(format!("{error:#}")))?;
        let cache = settings
            .cache
            .as_deref()
            .map(|directory| cache::Cache::open(directory, &engine));
        let cache = cache.transpose().map_err(SetupError::Cache)?;
        Ok(Self {
            shelf: module::Shelf::new(&engine, cache, settings.ready_modules),
            clock: clock::Clock::start(&engine).map_err(SetupError::Clock)?,
            engine,
        })
    }

    /// Runs a job on a snapshot. A fault of this node is no outcome.
    ///
    /// Guest code needs a large native stack; one is taken from the system if the thread has too
    /// little, which costs a few microseconds. Threads with [`STACK_BYTES`] avoid that.
    pub fn run(&self, job: &Arc<Run>, env: &mut dyn Env) -> Result<Finished, NodeFault> {
        run::run(self, job, env)
    }

    /// Makes a module ready, so that its first run need not wait for the compiler.
    pub fn prepare(&self, job: &Run) -> Result<(), NodeFault> {
        self.shelf.get(job.spec.module, &job.code).map(|_| ())
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sandbox")
    }
}

/// The stack that a thread should have on which guests run.
pub const STACK_BYTES: usize = run::STACK_NEEDED + 1024 * 1024;
