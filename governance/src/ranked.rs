//! Ranked choice by instant run-off.
//!
//! In each round a ballot counts for the first of its options that is still in. An option with
//! more than half of these votes wins; else the one with the fewest goes out. Of several with the
//! fewest, the one goes out that had fewer in the round before, or in the one before that, and so
//! on; of options that were equal in every round, the one that is listed last.

use serde::{Deserialize, Serialize};

/// A run-off, round by round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runoff {
    /// The rounds; none if there was no ballot.
    pub rounds: Vec<Round>,
    /// The option that has won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<u8>,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Votes of each option; 0 for those that are out.
    pub votes: Vec<u64>,
    /// The option that goes out after this round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out: Option<u8>,
}

impl Runoff {
    /// Counts ballots, each the indexes of options below `options`, the one liked most first.
    pub fn count(ballots: &[&[u8]], options: usize) -> Self {
        let mut left: Vec<u8> = (0..=u8::MAX).take(options).collect();
        let mut runoff = Self::default();
        while !ballots.is_empty() && runoff.winner.is_none() {
            let votes = first_choices(ballots, &left, options);
            let total: u64 = votes
                .iter()
                .fold(0, |sum, votes| sum.saturating_add(*votes));
            runoff.rounds.push(Round { votes, out: None });
            let loser = left
                .iter()
                .copied()
                .min_by(|a, b| runoff.past(*a).cmp(runoff.past(*b)).then(b.cmp(a)));
            runoff.winner = left.iter().copied().find(|option| {
                let votes = runoff.past(*option).next().unwrap_or(0);
                votes > total.saturating_sub(votes) || left.len() == 1
            });
            let Some(loser) = loser else { break };
            if runoff.winner.is_none() {
                left.retain(|option| *option != loser);
                if let Some(round) = runoff.rounds.last_mut() {
                    round.out = Some(loser);
                }
            }
        }
        runoff
    }

    /// Votes of an option, the latest round first.
    fn past(&self, option: u8) -> impl Iterator<Item = u64> + '_ {
        let votes = move |round: &Round| round.votes.get(usize::from(option)).copied();
        self.rounds
            .iter()
            .rev()
            .map(move |round| votes(round).unwrap_or(0))
    }
}

/// Votes of each option when every ballot counts for its first one that is left.
fn first_choices(ballots: &[&[u8]], left: &[u8], options: usize) -> Vec<u64> {
    let mut votes = vec![0_u64; options];
    for ballot in ballots {
        let first = ballot.iter().find(|option| left.contains(option));
        if let Some(count) = first.and_then(|option| votes.get_mut(usize::from(*option))) {
            *count = count.saturating_add(1);
        }
    }
    votes
}

#[cfg(test)]
mod tests;
