//! Votes whose signatures have held. A vote comes by itself, again from others, and in certificates;
//! its signature is looked at once.

use icn_base::order::{Signed, Vote};
use icn_base::{Did, NetworkId, Signature};
use std::collections::BTreeMap;

/// More than a height of 128 validators needs. Whoever signs more than that is looked at again.
const VOTES_MAX: usize = 4_096;

/// Votes by who cast them and their signatures.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<(Did, Signature), Vote>);

impl Known {
    /// What was said of heights below is of no use any more.
    pub(crate) fn begin(&mut self, height: u64) {
        self.0.retain(|_, vote| vote.height >= height);
    }

    /// Whether they signed it.
    pub(crate) fn holds(&mut self, vote: &Signed<Vote>, network: &NetworkId) -> bool {
        let key = (vote.by, vote.signature);
        if self.0.get(&key) == Some(&vote.body) {
            return true;
        }
        let holds = vote.verify(network).is_ok();
        if holds {
            if self.0.len() >= VOTES_MAX {
                self.0.clear();
            }
            self.0.insert(key, vote.body);
        }
        holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::order::Step;
    use icn_base::{Cid, Codec, Keypair};

    #[test]
    fn a_vote_that_held_makes_no_other_vote_hold() {
        let network = NetworkId::new(Cid::of(Codec::Raw, b"here"));
        let [ann, ben] = [1, 2].map(|seed| Keypair::from_seed([seed; 32]));
        let vote = |height| Vote {
            height,
            round: 0,
            step: Step::Prevote,
            block: None,
        };
        let said = Signed::sign(vote(7), &ann, &network);
        let mut known = Known::default();
        for _ in 0..2 {
            assert!(known.holds(&said, &network));
        }
        let body = vote(8);
        assert!(!known.holds(&Signed { body, ..said }, &network));
        let by = ben.did();
        assert!(!known.holds(&Signed { by, ..said }, &network));
        let signature = Signed::sign(vote(8), &ann, &network).signature;
        assert!(!known.holds(&Signed { signature, ..said }, &network));
        assert_eq!(known.0.len(), 1);
        known.begin(8);
        assert!(known.0.is_empty());
    }

    #[test]
    fn whoever_signs_without_end_fills_no_memory() {
        let network = NetworkId::new(Cid::of(Codec::Raw, b"here"));
        let ann = Keypair::from_seed([1; 32]);
        let mut known = Known::default();
        for height in 0..5_000 {
            let body = Vote {
                height,
                round: 0,
                step: Step::Prevote,
                block: None,
            };
            assert!(known.holds(&Signed::sign(body, &ann, &network), &network));
            assert!(known.0.len() <= VOTES_MAX);
        }
    }
}
