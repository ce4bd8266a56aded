//! Who gets which order. Everything here is under one lock, and nothing here waits.

use super::flight::Flight;
use super::limits::{MODULES_KEPT_MAX, OUTBOX_BYTES_MAX, PIPELINE_MAX, QUEUE_MAX};
use super::order::WorkerFault;
use icn_base::Cid;
use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Instant;

/// The orders that wait, and the seats.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) queue: VecDeque<Flight>,
    pub(super) seats: Vec<Seat>,
    pub(super) closed: bool,
}

/// The place of one worker, whichever process has it.
#[derive(Debug)]
pub(super) struct Seat {
    /// The way to the worker; none while it is not ready for orders.
    line: Option<Arc<File>>,
    /// The number of its process, while it is ready.
    pub(super) process: Option<u32>,
    /// What is still to be written to it.
    pub(super) outbox: VecDeque<u8>,
    /// Bytes that were written to it so far.
    written: u64,
    /// How many these will be when the last answer is written.
    answered: u64,
    /// What it was given and has not begun, as far as is known, and since when.
    pub(super) given: VecDeque<Given>,
    /// How many it has, with the one that is under way.
    pub(super) load: usize,
    /// Whether more may wait behind those.
    all_short: bool,
    /// Modules that it has.
    known: BTreeSet<Cid>,
    /// Why it could not be started the last time.
    pub(super) failing: Option<String>,
    /// Wakes the thread of the seat.
    wake: Arc<OwnedFd>,
}

/// An order that was given to a worker.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) flight: Flight,
    pub(super) since: Instant,
    /// Whether the worker may have to compile the module first.
    pub(super) is_new: bool,
}

impl Board {
    pub(super) fn new(wakes: &[Arc<OwnedFd>]) -> Self {
        Self {
            queue: VecDeque::new(),
            seats: wakes.iter().map(Seat::new).collect(),
            closed: false,
        }
    }

    /// Takes an order in, and gives it to a worker at once if one can take it.
    pub(super) fn submit(&mut self, flight: Flight) -> Result<(), WorkerFault> {
        if self.closed {
            return Err(WorkerFault::Closed);
        }
        if self.queue.len() >= QUEUE_MAX {
            return Err(WorkerFault::Full(self.queue.len()));
        }
        if let Some(why) = self.hopeless() {
            return Err(WorkerFault::NoWorker(why));
        }
        self.queue.push_back(flight);
        self.place();
        Ok(())
    }

    /// Gives waiting orders to workers that can take them.
    pub(super) fn place(&mut self) {
        while let Some(first) = self.queue.front() {
            let free = self.seats.iter_mut().filter(|seat| seat.is_open());
            let free = free.min_by_key(|seat| (seat.load, !seat.known.contains(first.module())));
            let Some(seat) = free else { return };
            let Some(flight) = self.queue.pop_front() else {
                return;
            };
            seat.give(flight);
        }
    }

    /// The worker of a seat is gone: what it has not begun is given to others first of all.
    pub(super) fn clear(&mut self, number: usize) {
        let given = self.seats[number].close();
        for given in given.into_iter().rev() {
            self.queue.push_front(given.flight);
        }
        self.place();
    }

    /// Why no order can be run, if no worker could be started anywhere.
    pub(super) fn hopeless(&self) -> Option<String> {
        let mut why = None;
        for seat in &self.seats {
            why = Some(seat.failing.as_ref()?);
        }
        why.cloned()
    }

    /// Orders that workers have.
    pub(super) fn running(&self) -> usize {
        self.seats.iter().map(|seat| seat.load).sum()
    }
}

impl Seat {
    fn new(wake: &Arc<OwnedFd>) -> Self {
        Self {
            line: None,
            process: None,
            outbox: VecDeque::new(),
            written: 0,
            answered: 0,
            given: VecDeque::new(),
            load: 0,
            all_short: true,
            known: BTreeSet::new(),
            failing: None,
            wake: Arc::clone(wake),
        }
    }

    /// A worker is here and ready.
    pub(super) fn open(&mut self, line: Arc<File>, process: u32) {
        self.line = Some(line);
        self.process = Some(process);
        self.outbox.clear();
        (self.written, self.answered) = (0, 0);
        self.known.clear();
        self.failing = None;
    }

    /// The run that was under way is over.
    pub(super) fn ended_one(&mut self) {
        self.load = self.load.saturating_sub(1);
    }

    /// The worker is gone. What it has not begun is returned.
    fn close(&mut self) -> VecDeque<Given> {
        self.line = None;
        self.process = None;
        self.load = 0;
        self.outbox.clear();
        std::mem::take(&mut self.given)
    }

    /// True if it can take an order, without letting it wait for long.
    fn is_open(&self) -> bool {
        self.line.is_some()
            && self.outbox.len() <= OUTBOX_BYTES_MAX
            && (self.load == 0 || (self.all_short && self.load < PIPELINE_MAX))
    }

    fn give(&mut self, flight: Flight) {
        if self.known.len() == MODULES_KEPT_MAX {
            // From here on, it may have dropped the ones that it got first.
            self.known.clear();
        }
        let is_new = self.known.insert(*flight.module());
        self.all_short = !is_new && flight.is_short() && (self.load == 0 || self.all_short);
        self.load += 1;
        if is_new {
            self.write(&flight.module_frame());
        }
        self.write(flight.order());
        let since = Instant::now();
        self.given.push_back(Given {
            flight,
            since,
            is_new,
        });
    }

    /// Answers a question. False if the worker asks on without reading answers: then they would
    /// pile up here.
    pub(super) fn answer(&mut self, bytes: &[u8]) -> bool {
        if self.written < self.answered {
            return false;
        }
        self.write(bytes);
        self.answered = self.written + self.outbox.len() as u64;
        true
    }

    /// Writes what the pipe takes now, and keeps the rest. A worker that is gone takes nothing; its
    /// thread will find out.
    fn write(&mut self, bytes: &[u8]) {
        let written = if self.outbox.is_empty() {
            self.push(bytes)
        } else {
            0
        };
        if written < bytes.len() {
            self.outbox.extend(&bytes[written..]);
            self.wake();
        }
    }

    /// Writes more of what is kept.
    pub(super) fn flush(&mut self) {
        while !self.outbox.is_empty() {
            let (bytes, _) = self.outbox.as_slices();
            let (length, written) = (bytes.len(), push(self.line.as_deref(), bytes));
            self.written += written as u64;
            self.outbox.drain(..written);
            if written < length {
                return;
            }
        }
        // The memory of one large order is not kept for small ones.
        self.outbox.shrink_to(OUTBOX_BYTES_MAX);
    }

    fn push(&mut self, bytes: &[u8]) -> usize {
        let written = push(self.line.as_deref(), bytes);
        self.written += written as u64;
        written
    }

    /// Wakes the thread.
    pub(super) fn wake(&self) {
        // A counter that is full wakes, too.
        rustix::io::write(&*self.wake, &1_u64.to_ne_bytes()).unwrap_or(0);
    }
}

/// Writes as much as the pipe takes now, and says how much that is.
fn push(line: Option<&File>, bytes: &[u8]) -> usize {
    let Some(mut line) = line else { return 0 };
    let mut written = 0;
    while written < bytes.len() {
        match line.write(&bytes[written..]) {
            Ok(count) => written += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    written
}
