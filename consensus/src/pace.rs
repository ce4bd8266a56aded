//! How long a step waits for the others.

use arc_malachitebft_core_types::{Timeout, TimeoutKind};
use serde::{Deserialize, Serialize};

/// Times of a round, in milliseconds. Each grows with the round, so that some round is long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// For the proposal and its block to come.
    pub propose_ms: u64,
    /// What a round adds to that.
    pub propose_step_ms: u64,
    /// For more votes, once two thirds have voted but not alike.
    pub vote_ms: u64,
    /// What a round adds to that.
    pub vote_step_ms: u64,
    /// Until the last votes are sent again.
    pub resend_ms: u64,
    /// What none of them exceeds.
    pub max_ms: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            propose_ms: 1_000,
            propose_step_ms: 500,
            vote_ms: 500,
            vote_step_ms: 250,
            resend_ms: 2_000,
            max_ms: 60_000,
        }
    }
}

impl Pace {
    /// At least a millisecond, so that time passes between any two timeouts.
    pub(crate) fn ms(&self, timeout: Timeout) -> u64 {
        let round = u64::from(timeout.round.as_u32().unwrap_or_default());
        let (base, step) = match timeout.kind {
            TimeoutKind::Propose => (self.propose_ms, self.propose_step_ms),
            TimeoutKind::Prevote | TimeoutKind::Precommit => (self.vote_ms, self.vote_step_ms),
            TimeoutKind::Rebroadcast | TimeoutKind::FinalizeHeight(_) => (self.resend_ms, 0),
        };
        base.saturating_add(step.saturating_mul(round))
            .min(self.max_ms)
            .max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arc_malachitebft_core_types::Round;

    #[test]
    fn waiting_grows_with_the_round_up_to_a_bound() {
        let pace = Pace::default();
        let propose = |round| pace.ms(Timeout::propose(Round::new(round)));
        assert_eq!([0, 1, 2, 1_000].map(propose), [1_000, 1_500, 2_000, 60_000]);
        let precommit = |round| pace.ms(Timeout::precommit(Round::new(round)));
        assert_eq!([0, 1, u32::MAX].map(precommit), [500, 750, 60_000]);
        let zero = Pace { max_ms: 0, ..pace };
        assert_eq!(zero.ms(Timeout::propose(Round::new(0))), 1);
    }
}
