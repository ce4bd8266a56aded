//! This machine's clock, made fit for a state machine: it never goes back.
//!
//! Time goes on with the monotonic clock. When the wall clock turns out to be ahead, it is followed at
//! once; when it is behind, time waits for it, unless it was set back by so much that waiting would
//! stop the node: then time goes on as it was, and [`Clock::is_apart`] says so.

use icn_base::Time;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often the two clocks are compared.
const COMPARE: Duration = Duration::from_secs(10);

/// How far the wall clock may be behind before it is no longer waited for.
const APART_MS: u64 = 5_000;

/// A clock.
#[derive(Debug)]
pub(crate) struct Clock {
    from: Instant,
    from_ms: u64,
    compared: Instant,
    last_ms: u64,
    apart: bool,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let (from, from_ms) = (Instant::now(), wall_ms());
        Self {
            from,
            from_ms,
            compared: from,
            last_ms: from_ms,
            apart: false,
        }
    }

    pub(crate) fn now(&mut self) -> Time {
        let at = Instant::now();
        if at.duration_since(self.compared) >= COMPARE {
            self.compare(at, wall_ms());
        }
        let elapsed = ms(at.duration_since(self.from));
        self.last_ms = self.last_ms.max(self.from_ms.saturating_add(elapsed));
        Time::from_ms(self.last_ms).unwrap_or(Time::ZERO)
    }

    /// True if the wall clock was set back, and is not followed.
    pub(crate) const fn is_apart(&self) -> bool {
        self.apart
    }

    /// How long to wait from now until then.
    pub(crate) fn until(&mut self, time: Time) -> Duration {
        Duration::from_millis(time.ms_since(self.now()))
    }

    fn compare(&mut self, at: Instant, wall_ms: u64) {
        self.compared = at;
        let here = self
            .from_ms
            .saturating_add(ms(at.duration_since(self.from)));
        self.apart = here > wall_ms.saturating_add(APART_MS);
        if !self.apart {
            (self.from, self.from_ms) = (at, wall_ms);
        }
    }
}

fn wall_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, ms)
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_follows_a_clock_that_is_ahead_waits_for_one_behind_and_never_goes_back() {
        let mut clock = Clock::start();
        let first = clock.now();
        let at = Instant::now();
        clock.compare(at, first.as_ms() + 60_000);
        let ahead = clock.now();
        assert!(ahead.ms_since(first) >= 60_000);
        clock.compare(Instant::now(), ahead.as_ms() - 1_000);
        assert!(!clock.is_apart() && clock.now() >= ahead);
        clock.compare(Instant::now(), ahead.as_ms() - 3_600_000);
        assert!(clock.is_apart() && clock.now() >= ahead);
    }
}
