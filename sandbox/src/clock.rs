//! The clock that stops runs which take too much of this node's time. It is one thread, it ticks
//! only while something runs, and what it stops has no outcome.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use wasmtime::Engine;

/// How often the clock ticks.
const TICK_MS: u64 = 5;

/// Ticks without a run after which the clock rests. Waking it costs more than some ticks.
const REST_AFTER: u32 = 40;

/// The ticking thread. It ends when this is dropped.
pub(crate) struct Clock {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    engine: Engine,
    running: AtomicUsize,
    /// Set before the thread looks a last time whether something runs, and rests.
    resting: AtomicBool,
    closed: Mutex<bool>,
    wake: Condvar,
}

impl Clock {
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            engine: engine.clone(),
            running: AtomicUsize::new(0),
            resting: AtomicBool::new(false),
            closed: Mutex::new(false),
            wake: Condvar::new(),
        });
        let ticking = Arc::clone(&shared);
        let thread = Builder::new()
            .name("icn-clock".to_owned())
            .spawn(move || ticking.tick())?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Lets the clock tick until the guard is dropped.
    pub(crate) fn run(&self) -> Running<'_> {
        self.shared.running.fetch_add(1, SeqCst);
        if self.shared.resting.load(SeqCst) {
            // Taken so that the thread is either not yet asleep, and looks again, or hears this.
            drop(self.shared.lock());
            self.shared.wake.notify_one();
        }
        Running(&self.shared)
    }

    /// Ticks that make at least so much time: one more than fit, because the first may come at
    /// once.
    pub(crate) fn ticks(ms: u64) -> u64 {
        ms.div_ceil(TICK_MS).saturating_add(1)
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        *self.shared.lock() = true;
        self.shared.wake.notify_one();
        if let Some(thread) = self.thread.take() {
            // The thread holds nothing that a panic in it could leave half done.
            thread.join().unwrap_or(());
        }
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// Something runs while this lives.
pub(crate) struct Running<'a>(&'a Shared);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, bool> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tick(&self) {
        let mut idle = 0;
        let mut closed = self.lock();
        while !*closed {
            idle = if self.running.load(SeqCst) == 0 {
                idle + 1
            } else {
                0
            };
            if idle > REST_AFTER {
                self.resting.store(true, SeqCst);
                while !*closed && self.running.load(SeqCst) == 0 {
                    closed = self
                        .wake
                        .wait(closed)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                self.resting.store(false, SeqCst);
                idle = 0;
            } else {
                let waited = self
                    .wake
                    .wait_timeout(closed, Duration::from_millis(TICK_MS));
                closed = waited.unwrap_or_else(PoisonError::into_inner).0;
                self.engine.increment_epoch();
            }
        }
    }
}
