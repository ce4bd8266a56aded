//! What is waited for, and until when.

use arc_malachitebft_core_types::{Timeout, TimeoutKind};
use icn_base::Time;
use std::collections::BTreeMap;

/// The timers of one height. Outwards they are one deadline.
#[derive(Debug, Default)]
pub(crate) struct Timers(BTreeMap<(u8, u32), (Time, Timeout)>);

impl Timers {
    /// Sets a timer, in the place of one of its kind and round.
    pub(crate) fn set(&mut self, timeout: Timeout, due: Time) {
        self.0.insert(key(timeout), (due, timeout));
    }

    pub(crate) fn cancel(&mut self, timeout: Timeout) {
        self.0.remove(&key(timeout));
    }

    pub(crate) fn cancel_all(&mut self) {
        self.0.clear();
    }

    /// When the first one is due.
    pub(crate) fn next(&self) -> Option<Time> {
        self.0.values().map(|(due, _)| *due).min()
    }

    /// Takes the first one that is due.
    pub(crate) fn take_due(&mut self, now: Time) -> Option<Timeout> {
        let due = self.0.iter().filter(|(_, (due, _))| *due <= now);
        let (first, _) = due.min_by_key(|(key, (due, _))| (*due, **key))?;
        let first = *first;
        self.0.remove(&first).map(|(_, timeout)| timeout)
    }
}

fn key(timeout: Timeout) -> (u8, u32) {
    let kind = match timeout.kind {
        TimeoutKind::Propose => 0,
        TimeoutKind::Prevote => 1,
        TimeoutKind::Precommit => 2,
        TimeoutKind::Rebroadcast => 3,
        TimeoutKind::FinalizeHeight(_) => 4,
    };
    (kind, timeout.round.as_u32().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arc_malachitebft_core_types::Round;

    #[test]
    fn timers_fire_once_in_the_order_of_their_times() {
        let at = |ms| Time::from_ms(ms).unwrap();
        let propose = Timeout::propose(Round::new(0));
        let resend = Timeout::rebroadcast(Round::new(0));
        let prevote = Timeout::prevote(Round::new(0));
        let mut timers = Timers::default();
        timers.set(propose, at(9));
        timers.set(resend, at(3));
        timers.set(prevote, at(4));
        timers.set(propose, at(5));
        timers.cancel(prevote);
        assert_eq!(timers.next(), Some(at(3)));
        assert_eq!(timers.take_due(at(2)), None);
        assert_eq!(timers.take_due(at(9)), Some(resend));
        assert_eq!(timers.take_due(at(9)), Some(propose));
        assert_eq!(timers.take_due(at(9)), None);
        timers.set(propose, at(5));
        timers.cancel_all();
        assert_eq!(timers.next(), None);
    }
}
