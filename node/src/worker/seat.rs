//! The thread of a seat: minds one worker after the other until the pool is closed.

use super::counts::count;
use super::limits::PAUSE_MS_MAX;
use super::minder::{Minder, wait};
use super::order::WorkerFault;
use super::pool::Shared;
use super::process::Process;
use rustix::event::{PollFd, PollFlags};
use std::os::fd::OwnedFd;

/// Why a worker is gone.
pub(super) enum Ended {
    /// The pool was closed.
    Closed,
    /// It had run for long enough.
    LivedLong,
    /// It died, took too long or said what cannot be.
    Badly,
    /// It was never ready.
    NotStarted(String),
}

/// Minds this seat.
pub(super) fn mind(shared: &Shared, number: usize, wake: &OwnedFd) {
    let mut failures = 0_u32;
    while !shared.board().closed {
        let ended = match Process::start(&shared.settings) {
            Ok((process, pipes)) => {
                count(&shared.counters.started);
                Minder::new(shared, number, process, pipes).mind(wake)
            }
            Err(error) => Ended::NotStarted(error.to_string()),
        };
        failures = match &ended {
            Ended::NotStarted(_) => failures.saturating_add(1),
            Ended::Closed | Ended::LivedLong | Ended::Badly => 0,
        };
        match ended {
            Ended::Closed => return,
            Ended::LivedLong => count(&shared.counters.recycled),
            Ended::Badly => count(&shared.counters.replaced),
            Ended::NotStarted(why) => {
                give_up(shared, number, why);
                pause(wake, failures);
            }
        }
    }
}

/// No worker can be started here. If that is so everywhere, nothing waits any longer.
fn give_up(shared: &Shared, number: usize, why: String) {
    let (hopeless, waiting) = {
        let mut board = shared.board();
        board.seats[number].failing = Some(why);
        let Some(hopeless) = board.hopeless() else {
            return;
        };
        (hopeless, std::mem::take(&mut board.queue))
    };
    for flight in waiting {
        count(&shared.counters.faults);
        flight.fail(WorkerFault::NoWorker(hopeless.clone()));
    }
}

/// Waits before the next attempt, longer each time; not when the pool is closed.
fn pause(wake: &OwnedFd, failures: u32) {
    let ms = 50_u64.saturating_mul(1 << failures.min(16));
    wait(
        &mut [PollFd::new(wake, PollFlags::IN)],
        ms.min(PAUSE_MS_MAX),
    );
}
