//! What a node does about one worker: hears it, answers it, watches the clock, ends it.

use super::board::Given;
use super::counts::count;
use super::flight::{Flight, Nonsense, shortened};
use super::frame::{self, Inbox};
use super::limits::{
    BUSY_MS_PER_LIFE, FROM_WORKER_BYTES_MAX, GRACE_MS, JOBS_PER_LOOK, START_MS, TICK_MS,
};
use super::order::WorkerFault;
use super::pool::Shared;
use super::process::{Pipes, Process};
use super::seat::Ended;
use super::words::{FromWorker, Question, ToWorker};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One worker, minded.
pub(super) struct Minder<'a> {
    shared: &'a Shared,
    number: usize,
    process: Process,
    to: Arc<File>,
    from: File,
    inbox: Inbox,
    buffer: Vec<u8>,
    now: Option<Current>,
    ready: bool,
    born: Instant,
    /// When the last run was over.
    free: Instant,
    jobs: u64,
    busy: Duration,
}

/// The run that is under way.
struct Current {
    flight: Flight,
    began: Instant,
    allowed_ms: u64,
}

/// Why a worker must be ended.
enum Fault {
    /// It is dead already.
    Died,
    /// It took too long.
    Overran(u64),
    /// It says that it cannot be one.
    Unable(String),
    /// It said what cannot be.
    Nonsense(Nonsense),
}

/// Whether to go on with this worker.
enum Next {
    Hear,
    /// It has run for long enough.
    Replace,
}

/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;

impl<'a> Minder<'a> {
    pub(super) fn new(shared: &'a Shared, number: usize, process: Process, pipes: Pipes) -> Self {
        Self {
            shared,
            number,
            process,
            to: pipes.to,
            from: pipes.from,
            inbox: Inbox::new(FROM_WORKER_BYTES_MAX),
            buffer: vec![0; READ_BYTES],
            now: None,
            ready: false,
            born: Instant::now(),
            free: Instant::now(),
            jobs: 0,
            busy: Duration::ZERO,
        }
    }

    /// Minds it to its end.
    pub(super) fn mind(mut self, wake: &OwnedFd) -> Ended {
        loop {
            let Some(more) = self.flush() else {
                return self.closed();
            };
            self.wait(wake, more);
            self.begin();
            match self.hear() {
                Ok(Next::Hear) => {}
                Ok(Next::Replace) => return self.replaced(),
                Err(fault) => return self.failed(fault),
            }
            if let Some(fault) = self.overdue() {
                return self.failed(fault);
            }
        }
    }

    /// Writes what is still to be written. True if there is more, nothing if the pool is closed.
    fn flush(&self) -> Option<bool> {
        let mut board = self.shared.board();
        if board.closed {
            return None;
        }
        let seat = &mut board.seats[self.number];
        seat.flush();
        Some(!seat.outbox.is_empty())
    }

    /// Until it says something, or takes more, or somebody else wants something.
    fn wait(&self, wake: &OwnedFd, more: bool) {
        let mut on = [
            PollFd::new(&self.from, PollFlags::IN),
            PollFd::new(wake, PollFlags::IN),
            PollFd::new(&self.to, PollFlags::OUT),
        ];
        let watched = if more { 3 } else { 2 };
        wait(&mut on[..watched], TICK_MS);
        if on[1].revents().contains(PollFlags::IN) {
            // The counter goes back to zero.
            rustix::io::read(wake, &mut [0; 8]).unwrap_or(0);
        }
    }

    /// Finds out which run is under way.
    fn begin(&mut self) {
        if self.now.is_some() {
            return;
        }
        let given = self.shared.board().seats[self.number].given.pop_front();
        self.now = given.map(|given| {
            let Given {
                flight,
                since,
                is_new,
            } = given;
            let compile_ms = if is_new {
                self.shared.settings.compile_ms
            } else {
                0
            };
            Current {
                began: since.max(self.free),
                allowed_ms: flight.wall_ms().saturating_add(compile_ms),
                flight,
            }
        });
    }

    fn overdue(&self) -> Option<Fault> {
        let past = |since: Instant, ms: u64| since.elapsed() > Duration::from_millis(ms);
        if !self.ready && past(self.born, START_MS) {
            return Some(Fault::Unable(format!("it was not ready in {START_MS} ms")));
        }
        let now = self.now.as_ref()?;
        past(now.began, now.allowed_ms.saturating_add(GRACE_MS))
            .then_some(Fault::Overran(now.allowed_ms))
    }

    fn hear(&mut self) -> Result<Next, Fault> {
        match self.from.read(&mut self.buffer) {
            Ok(0) => return Err(Fault::Died),
            Ok(count) => self.inbox.extend(&self.buffer[..count]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::Interrupted => return Ok(Next::Hear),
                _ => return Err(Fault::Died),
            },
        }
        loop {
            let word = self.inbox.next::<FromWorker>();
            let word = word.map_err(|error| Fault::Nonsense(error.to_string()))?;
            let Some(word) = word else {
                return Ok(Next::Hear);
            };
            self.begin();
            if let Next::Replace = self.take(word)? {
                return Ok(Next::Replace);
            }
        }
    }

    fn take(&mut self, word: FromWorker) -> Result<Next, Fault> {
        match (word, self.ready) {
            (FromWorker::Ready(protection), false) => {
                self.ready = true;
                self.shared.protected(protection);
                let mut board = self.shared.board();
                board.seats[self.number].open(Arc::clone(&self.to), self.process.id());
                board.place();
                Ok(Next::Hear)
            }
            (FromWorker::Fault(why), false) => Err(Fault::Unable(shortened(&why).to_owned())),
            (FromWorker::Question(question), true) => self.answer(question),
            (FromWorker::Wrote(bytes), true) => {
                let written = self.current()?.flight.wrote(bytes);
                written.map_err(Fault::Nonsense)?;
                Ok(Next::Hear)
            }
            (FromWorker::Ended(ended), true) => {
                let (flight, next) = self.end()?;
                let counters = &self.shared.counters;
                let ended = flight.end(*ended, |good| {
                    count(if good {
                        &counters.jobs
                    } else {
                        &counters.faults
                    });
                });
                ended.map_err(Fault::Nonsense)?;
                Ok(next)
            }
            (FromWorker::Fault(why), true) => {
                let (flight, next) = self.end()?;
                count(&self.shared.counters.faults);
                flight.fail(WorkerFault::Sandbox(shortened(&why).to_owned()));
                Ok(next)
            }
            (FromWorker::Ready(_), true) => Err(Fault::Nonsense("ready a second time".to_owned())),
            (_, false) => Err(Fault::Unable("it spoke before it was ready".to_owned())),
        }
    }

    fn answer(&mut self, question: Question) -> Result<Next, Fault> {
        count(&self.shared.counters.questions);
        let answer = self.current()?.flight.answer(question);
        let answer = ToWorker::Answer(answer.map_err(Fault::Nonsense)?);
        let frame = frame::of(&answer);
        if self.shared.board().seats[self.number].answer(&frame) {
            Ok(Next::Hear)
        } else {
            Err(Fault::Nonsense("it asks and does not listen".to_owned()))
        }
    }

    fn current(&mut self) -> Result<&mut Current, Fault> {
        let idle = || Fault::Nonsense("it spoke of a run, and has none".to_owned());
        self.now.as_mut().ok_or_else(idle)
    }

    /// The run that was under way is over; the worker gets the next order before anything else.
    fn end(&mut self) -> Result<(Flight, Next), Fault> {
        self.current()?;
        let now = self.now.take();
        let Some(Current { flight, began, .. }) = now else {
            return Err(Fault::Died);
        };
        self.free = Instant::now();
        self.busy += self.free.duration_since(began);
        self.jobs += 1;
        let next = if self.has_lived() {
            Next::Replace
        } else {
            Next::Hear
        };
        let mut board = self.shared.board();
        board.seats[self.number].ended_one();
        if let Next::Hear = next {
            board.place();
        }
        Ok((flight, next))
    }

    fn has_lived(&self) -> bool {
        let settings = &self.shared.settings;
        let is_large = || {
            let bytes = self.process.resident_bytes();
            bytes.is_some_and(|bytes| bytes > settings.resident_bytes_max)
        };
        self.jobs >= settings.jobs_per_life
            || self.busy > Duration::from_millis(BUSY_MS_PER_LIFE)
            || (self.jobs.is_multiple_of(JOBS_PER_LOOK) && is_large())
    }

    /// Runs are pure, so what the worker may have begun can be run by another.
    fn replaced(mut self) -> Ended {
        self.process.end();
        self.shared.board().clear(self.number);
        Ended::LivedLong
    }

    fn closed(mut self) -> Ended {
        self.process.end();
        let mut left: Vec<Flight> = self.now.take().map(|now| now.flight).into_iter().collect();
        {
            let mut board = self.shared.board();
            board.clear(self.number);
            left.extend(std::mem::take(&mut board.queue));
        }
        for flight in left {
            flight.fail(WorkerFault::Closed);
        }
        Ended::Closed
    }

    fn failed(mut self, fault: Fault) -> Ended {
        let status = self.process.end();
        self.shared.board().clear(self.number);
        let fault = match fault {
            Fault::Died => WorkerFault::Died(status),
            Fault::Overran(ms) => WorkerFault::Overran { ms },
            Fault::Unable(why) => WorkerFault::NoWorker(why),
            Fault::Nonsense(what) => WorkerFault::Nonsense(what),
        };
        if let Some(now) = self.now.take() {
            count(&self.shared.counters.faults);
            now.flight.fail(fault);
        } else if !self.ready {
            return Ended::NotStarted(fault.to_string());
        }
        Ended::Badly
    }
}

/// Waits for any of these, but not for longer than that. Whoever calls looks for itself.
pub(super) fn wait(on: &mut [PollFd<'_>], ms: u64) {
    let timeout = Timespec::try_from(Duration::from_millis(ms));
    let timeout = timeout.expect("no wait is longer than some seconds");
    poll(on, Some(&timeout)).unwrap_or(0);
}
