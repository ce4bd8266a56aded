//! Reputation: a number that moves by settled facts and fades towards the middle.

use icn_base::Time;
use serde::{Deserialize, Serialize};

/// Where everyone begins, and what time leads back to.
pub const MIDDLE: u16 = 100;

/// The most there is.
pub const MOST: u16 = 1_000;

/// A distance above the middle halves in this time.
const HALVING_ABOVE_MS: u64 = 30 * DAY_MS;

/// A distance below the middle halves in this time.
const HALVING_BELOW_MS: u64 = 90 * DAY_MS;

/// A day.
pub const DAY_MS: u64 = 86_400_000;

/// What an executor gains by agreeing with others.
pub const AGREED: i32 = 1;

/// What an executor loses by silence.
pub const SILENT: i32 = -10;

/// What an executor loses by a claim that lost against a quorum.
pub const OVERRULED: i32 = -100;

/// The reputation of one DID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    score: u16,
    /// Where the running halving time began.
    since: Time,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            score: MIDDLE,
            since: Time::ZERO,
        }
    }
}

impl Standing {
    /// The score at a time, 0 to 1,000.
    pub fn score(&self, at: Time) -> u16 {
        let mut faded = *self;
        faded.fade(at);
        faded.score
    }

    /// Moves the score by a settled fact.
    pub fn change(&mut self, at: Time, by: i32) {
        self.fade(at);
        let moved = i32::from(self.score).saturating_add(by);
        self.score = u16::try_from(moved.clamp(0, i32::from(MOST))).unwrap_or(MOST);
    }

    /// Halves the distance to the middle once for each whole halving time that has passed. Whole
    /// times only, so that fading often or once gives the same; the distance rounds to the middle.
    fn fade(&mut self, at: Time) {
        let above = self.score > MIDDLE;
        let halving_ms = if above {
            HALVING_ABOVE_MS
        } else {
            HALVING_BELOW_MS
        };
        let times = at.ms_since(self.since).checked_div(halving_ms).unwrap_or(0);
        let passed = times.saturating_mul(halving_ms);
        self.since = self.since.after_ms(passed).unwrap_or(at);
        let distance = self.score.abs_diff(MIDDLE);
        let shift = u32::try_from(times).unwrap_or(u32::MAX);
        let left = distance.checked_shr(shift).unwrap_or(0);
        self.score = if above {
            MIDDLE.saturating_add(left)
        } else {
            MIDDLE.saturating_sub(left)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: u64) -> Time {
        Time::from_ms(days * DAY_MS).unwrap()
    }

    fn after(by: i32) -> Standing {
        let mut standing = Standing::default();
        standing.change(Time::ZERO, by);
        standing
    }

    #[test]
    fn praise_halves_in_thirty_days_and_blame_in_ninety() {
        let high = after(900);
        let low = after(-100);
        let cases = [
            (0, 1000, 0),
            (29, 1000, 0),
            (30, 550, 0),
            (90, 212, 50),
            (180, 114, 75),
        ];
        for (days, above, below) in cases {
            assert_eq!(high.score(day(days)), above, "{days} days");
            assert_eq!(low.score(day(days)), below, "{days} days");
        }
        assert_eq!(
            high.score(Time::from_ms(icn_base::limits::TIME_MS_MAX).unwrap()),
            100
        );
    }

    #[test]
    fn fading_often_or_once_gives_the_same() {
        for by in [900, -100, 1, -1, 77] {
            let mut often = after(by);
            for days in 0..400 {
                often.change(day(days), 0);
            }
            let mut once = after(by);
            once.change(day(399), 0);
            assert_eq!(often, once, "{by}");
        }
    }

    #[test]
    fn the_score_stays_within_its_bounds() {
        assert_eq!(after(i32::MAX).score(Time::ZERO), MOST);
        assert_eq!(after(i32::MIN).score(Time::ZERO), 0);
        assert_eq!(after(0).score(day(10_000)), MIDDLE);
    }
}
