//! What a node's own clock says: some milliseconds off, and a little too fast or too slow.

use icn_base::Time;

/// When the world begins, by a clock that is right. Clocks that are behind still show a time.
pub const BEGIN_MS: u64 = 1_000_000_000;

/// A node's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// How far it is ahead, in milliseconds.
    pub offset_ms: i64,
    /// How much it gains, in millionths.
    pub drift_ppm: i64,
}

impl Clock {
    /// What it says when so many milliseconds have passed in the world.
    pub fn says(&self, world_ms: u64) -> Time {
        let world = i64::try_from(world_ms).unwrap_or(i64::MAX);
        let begin = i64::try_from(BEGIN_MS).unwrap_or(i64::MAX);
        let drift = world.saturating_mul(self.drift_ppm) / 1_000_000;
        let says = begin
            .saturating_add(world)
            .saturating_add(self.offset_ms)
            .saturating_add(drift);
        Time::from_ms(u64::try_from(says).unwrap_or(0)).unwrap_or(Time::ZERO)
    }

    /// When in the world it will say this; now, if it does already.
    pub fn when(&self, says: Time, now_ms: u64) -> u64 {
        let left = says.as_ms().saturating_sub(self.says(now_ms).as_ms());
        let mut at = now_ms.saturating_add(left);
        // What drifts is a few milliseconds away from where it would be without.
        while self.says(at) < says {
            at += says.ms_since(self.says(at)).max(1);
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_says_comes_when_it_says() {
        for (offset_ms, drift_ppm) in [(0, 0), (200, 0), (-200, 500), (17, -500), (-3_600_000, 0)] {
            let clock = Clock {
                offset_ms,
                drift_ppm,
            };
            for now in [0, 999, 60_000] {
                let says = clock.says(now).after_ms(1_500).unwrap();
                let at = clock.when(says, now);
                assert!(clock.says(at) >= says && at >= now);
                assert!(at == now || clock.says(at - 2) < says, "{clock:?} {now}");
                assert_eq!(clock.when(Time::ZERO, now), now);
            }
        }
    }

    #[test]
    fn clocks_go_forward() {
        let clock = Clock {
            offset_ms: -5_000,
            drift_ppm: -900,
        };
        let says: Vec<_> = (0..5_000).map(|ms| clock.says(ms)).collect();
        assert!(says.is_sorted());
    }
}
