//! The workers of a node.

use super::board::Board;
use super::counts::{Counters, Counts};
use super::flight::Flight;
use super::order::{Done, RunOrder, WorkerFault};
use super::protection::Protection;
use super::seat;
use rustix::event::{EventfdFlags, eventfd};
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How many workers there are, and how they live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Workers. Each runs one guest at a time.
    pub workers: usize,
    /// Memory that a worker may use.
    pub memory_bytes: u64,
    /// Memory above which a worker is replaced when it has nothing to do.
    pub resident_bytes_max: u64,
    /// Where workers keep compiled code, if anywhere. See [`super::Life::cache`].
    pub cache: Option<PathBuf>,
    /// How long compiling a module may take, beside the run itself.
    pub compile_ms: u64,
    /// Jobs after which a worker is replaced.
    pub jobs_per_life: u64,
    /// The program that is started as a worker: this one, unless somebody knows better.
    pub program: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: 1 << 30,
            resident_bytes_max: 256 << 20,
            cache: None,
            compile_ms: super::limits::COMPILE_MS,
            jobs_per_life: super::limits::JOBS_PER_LIFE,
            program: None,
        }
    }
}

/// Runs guests in processes of their own. Dropping it ends them all.
#[derive(Debug)]
pub struct WorkerPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What the pool and the threads of its seats share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    board: Mutex<Board>,
    pub(super) counters: Counters,
    protection: Mutex<Option<Protection>>,
}

impl Shared {
    /// The board. Nothing is left half done on it.
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what a worker said of its walls.
    pub(super) fn protected(&self, protection: Protection) {
        *lock(&self.protection) = Some(protection);
    }
}

impl WorkerPool {
    /// Starts the workers. They may still be on their way when this returns; orders wait for them.
    pub fn start(settings: Settings) -> io::Result<Self> {
        let wake = || eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map(Arc::new);
        let wakes = (0..settings.workers.max(1)).map(|_| wake());
        let wakes: Vec<Arc<OwnedFd>> = wakes.collect::<Result<_, _>>()?;
        let shared = Arc::new(Shared {
            board: Mutex::new(Board::new(&wakes)),
            settings,
            counters: Counters::default(),
            protection: Mutex::default(),
        });
        let mut pool = Self {
            shared,
            threads: Vec::new(),
        };
        for (number, wake) in wakes.into_iter().enumerate() {
            let shared = Arc::clone(&pool.shared);
            let thread = Builder::new().name(format!("icn-worker-{number}"));
            let thread = thread.spawn(move || seat::mind(&shared, number, &wake))?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    /// Gives an order. `tell` is called once with what came of it, by a thread of the pool that
    /// minds a worker, so it should only hand the result on. If this returns an error, it is never
    /// called.
    pub fn submit(
        &self,
        order: RunOrder,
        tell: impl FnOnce(Result<Done, WorkerFault>) + Send + 'static,
    ) -> Result<(), WorkerFault> {
        let flight = Flight::new(order, Box::new(tell))?;
        self.shared.board().submit(flight)
    }

    /// Gives an order and waits for what comes of it.
    pub async fn run(&self, order: RunOrder) -> Result<Done, WorkerFault> {
        let (tell, told) = tokio::sync::oneshot::channel();
        self.submit(order, |done| {
            // Who asked may have lost interest.
            tell.send(done).unwrap_or(());
        })?;
        told.await.unwrap_or(Err(WorkerFault::Closed))
    }

    /// The walls that workers get on this machine: starts one, and ends it again.
    pub fn walls(settings: Settings) -> Result<Protection, WorkerFault> {
        let settings = Settings {
            workers: 1,
            ..settings
        };
        let pool = Self::start(settings);
        let pool = pool.map_err(|error| WorkerFault::NoWorker(error.to_string()))?;
        loop {
            if let Some(walls) = pool.protection() {
                return Ok(walls);
            }
            if let Some(why) = pool.shared.board().hopeless() {
                return Err(WorkerFault::NoWorker(why));
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// The walls around a worker, once one was ready.
    pub fn protection(&self) -> Option<Protection> {
        lock(&self.shared.protection).clone()
    }

    /// What was done so far.
    pub fn counts(&self) -> Counts {
        let board = self.shared.board();
        let (waiting, running) = (board.queue.len(), board.running());
        self.shared.counters.read(waiting, running)
    }

    /// The processes of workers that are ready.
    pub fn processes(&self) -> Vec<u32> {
        let board = self.shared.board();
        board.seats.iter().filter_map(|seat| seat.process).collect()
    }
}

/// How often somebody who waits for a worker looks whether it is ready. It must be within
/// [`super::limits::START_MS`].
const LOOK_EVERY: Duration = Duration::from_millis(5);

impl Drop for WorkerPool {
    fn drop(&mut self) {
        let waiting = {
            let mut board = self.shared.board();
            board.closed = true;
            board.seats.iter().for_each(super::board::Seat::wake);
            std::mem::take(&mut board.queue)
        };
        for flight in waiting {
            flight.fail(WorkerFault::Closed);
        }
        for thread in self.threads.drain(..) {
            // A thread that panicked has ended its worker all the same.
            thread.join().unwrap_or(());
        }
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
