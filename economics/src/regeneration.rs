//! The index by which members' accounts refill.

use icn_base::{Mana, Time};
use serde::{Deserialize, Serialize};

/// How much a member who touched nothing would have been credited since genesis, were there no
/// capacity. It grows by `amount` at each whole interval since genesis, or since the amount or
/// the interval last changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regeneration {
    index: u64,
    since: Time,
    amount: Mana,
    interval_ms: u64,
}

impl Regeneration {
    /// Begins at genesis. An interval of 0 is read as never.
    pub const fn new(genesis: Time, amount: Mana, interval_ms: u64) -> Self {
        Self {
            index: 0,
            since: genesis,
            amount,
            interval_ms,
        }
    }

    /// The index at a time. It never falls and stops at the largest amount of mana.
    pub fn index(&self, at: Time) -> u64 {
        let intervals = at.ms_since(self.since).checked_div(self.interval_ms);
        self.amount
            .units()
            .saturating_mul(intervals.unwrap_or(0))
            .saturating_add(self.index)
            .min(Mana::MAX.units())
    }

    /// Goes on with another amount and interval. What is left of the running interval is lost: the
    /// first credit of the new pair comes a whole new interval from now.
    pub fn change(&mut self, at: Time, amount: Mana, interval_ms: u64) {
        if (amount, interval_ms) != (self.amount, self.interval_ms) {
            *self = Self {
                index: self.index(at),
                since: at,
                amount,
                interval_ms,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Time {
        Time::from_ms(ms).unwrap()
    }

    fn mana(units: u64) -> Mana {
        Mana::new(units).unwrap()
    }

    #[test]
    fn the_index_grows_at_whole_intervals_only() {
        let regeneration = Regeneration::new(at(500), mana(10), 1_000);
        let cases = [
            (0, 0),
            (500, 0),
            (1_499, 0),
            (1_500, 10),
            (2_499, 10),
            (10_500, 100),
        ];
        for (ms, index) in cases {
            assert_eq!(regeneration.index(at(ms)), index, "at {ms}");
        }
    }

    #[test]
    fn a_change_keeps_what_has_grown_and_begins_a_new_interval() {
        let mut regeneration = Regeneration::new(at(0), mana(10), 1_000);
        regeneration.change(at(2_900), mana(1), 100);
        assert_eq!(regeneration.index(at(2_999)), 20);
        assert_eq!(regeneration.index(at(3_000)), 21);
        let before = regeneration;
        regeneration.change(at(9_999), mana(1), 100);
        assert_eq!(regeneration, before, "no change begins no new interval");
    }

    #[test]
    fn the_index_stops_at_the_largest_amount_and_an_interval_of_zero_never_comes() {
        let last = at(icn_base::limits::TIME_MS_MAX);
        let fast = Regeneration::new(at(0), Mana::MAX, 1);
        assert_eq!(fast.index(last), Mana::MAX.units());
        assert_eq!(Regeneration::new(at(0), Mana::MAX, 0).index(last), 0);
    }
}
