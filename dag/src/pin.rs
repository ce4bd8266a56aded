//! Pins: what is kept, and until when.

use icn_base::{Cid, Time};

/// A promise to keep a block and all that it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    /// The block that is kept, with everything its links reach.
    pub root: Cid,
    /// When the promise ends; never, if absent.
    pub until: Option<Time>,
}

impl Pin {
    /// True if the promise still holds at this time.
    pub fn holds(&self, now: Time) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_ends_at_its_time() {
        let at = |ms| Time::from_ms(ms).unwrap();
        let root = Cid::of(icn_base::Codec::Raw, b"");
        let pin = |until| Pin { root, until };
        assert!(pin(None).holds(at(u64::from(u32::MAX))));
        assert!(pin(Some(at(5))).holds(at(4)));
        assert!(!pin(Some(at(5))).holds(at(5)));
    }
}
