//! What a seed is made of.

use crate::clock::Clock;
use crate::liars::Lie;
use crate::net::Weather;
use crate::rng::Rng;
use icn_consensus::Pace;
use icn_mesh::Removed;

/// What one of the nodes is that a mesh can do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// It lies.
    Lies(Lie),
    /// Its disk changes what was written.
    BadDisk,
    /// Its clock is an hour off.
    BadClock,
}

/// A mesh, and what happens to it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What all chance grows from.
    pub seed: u64,
    /// Nodes that order.
    pub validators: usize,
    /// Nodes that follow.
    pub followers: usize,
    /// The first nodes may be odd; the rest are not.
    pub odd: Vec<Odd>,
    /// The net, while the storm lasts.
    pub weather: Weather,
    /// How long that is.
    pub storm_ms: u64,
    /// Clocks, by node.
    pub clocks: Vec<Clock>,
    /// The last follower starts late, with nothing.
    pub late_joiner: bool,
    /// How many heights are to be decided.
    pub heights: u64,
    /// How many transactions are to be decided.
    pub txs: usize,
    /// The mean time between two deeds of users.
    pub deed_ms: u64,
    /// A guard that all nodes do without.
    pub removed: Removed,
}

impl Plan {
    /// A storm over a mesh with as many odd nodes as it can bear.
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::new(seed ^ 0x5eed);
        let validators = 4 + rng.pick(4);
        let followers = rng.pick(3);
        let odd = odd_ones(seed, (validators - 1) / 3);
        let late_joiner = followers > 0 && rng.permille(500);
        let mut plan = Self {
            seed,
            validators,
            followers,
            odd,
            weather: Weather::drawn(&mut rng),
            storm_ms: rng.between(5_000, 15_000),
            clocks: Vec::new(),
            late_joiner,
            heights: 50,
            txs: 200,
            deed_ms: rng.between(90, 180),
            removed: None,
        };
        plan.clocks = (0..plan.nodes())
            .map(|node| plan.clock(node, &mut rng))
            .collect();
        plan
    }

    /// Nothing goes wrong by itself.
    pub fn calm(seed: u64, validators: usize, followers: usize) -> Self {
        Self {
            seed,
            validators,
            followers,
            odd: Vec::new(),
            weather: Weather::CALM,
            storm_ms: 0,
            clocks: vec![Clock::default(); validators + followers],
            late_joiner: false,
            heights: 5,
            txs: 20,
            deed_ms: 60,
            removed: None,
        }
    }

    /// All nodes, without a liar's twin.
    pub const fn nodes(&self) -> usize {
        self.validators + self.followers
    }

    fn clock(&self, node: usize, rng: &mut Rng) -> Clock {
        let hour = 3_600_000;
        let offset_ms = match self.odd.get(node) {
            Some(Odd::BadClock) if rng.permille(500) => hour,
            Some(Odd::BadClock) => -hour,
            _ if rng.permille(500) => drawn(rng, 200),
            _ => 0,
        };
        let drift_ppm = match rng.permille(300) {
            true => drawn(rng, 200),
            false => 0,
        };
        Clock {
            offset_ms,
            drift_ppm,
        }
    }
}

fn drawn(rng: &mut Rng, most: u64) -> i64 {
    let size = i64::try_from(rng.between(1, most)).unwrap_or(0);
    if rng.permille(500) { size } else { -size }
}

/// Every kind has its turn.
fn odd_ones(seed: u64, count: usize) -> Vec<Odd> {
    let lies = Lie::ALL.iter().map(|lie| Odd::Lies(*lie));
    let all: Vec<_> = lies.chain([Odd::BadDisk, Odd::BadClock]).collect();
    let kinds = u64::try_from(all.len()).unwrap_or(1);
    let turn = |at: usize| {
        // The second one goes around in another order than the first.
        let at = u64::try_from(at).unwrap_or(0);
        let turn = seed + at * (1 + seed / kinds % (kinds - 1));
        usize::try_from(turn % kinds).unwrap_or(0)
    };
    let one = |at| all.get(turn(at)).copied();
    (0..count).filter_map(one).collect()
}

/// How long the steps of a round wait here.
pub const PACE: Pace = Pace {
    propose_ms: 600,
    propose_step_ms: 300,
    vote_ms: 250,
    vote_step_ms: 150,
    resend_ms: 1_500,
    max_ms: 5_000,
};

/// The least time between two blocks.
pub const BEAT_MS: u64 = 150;

/// So many heights lie between two states that are put on disk.
pub const CHECKPOINT_HEIGHTS: u64 = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_hundred_seeds_have_every_kind_of_odd_node() {
        let mut found = BTreeSet::new();
        for seed in 200..300 {
            let plan = Plan::of(seed);
            assert!((4..=7).contains(&plan.validators));
            assert_eq!(plan.odd.len(), (plan.validators - 1) / 3);
            assert_eq!(plan.clocks.len(), plan.nodes());
            found.extend(plan.odd.iter().map(|odd| format!("{odd:?}")));
        }
        assert_eq!(found.len(), Lie::ALL.len() + 2);
    }
}
