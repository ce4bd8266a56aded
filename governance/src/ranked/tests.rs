#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "tests with small numbers"
)]

use super::*;
use proptest::prelude::*;
use std::cmp::Ordering;

/// Ballots as words, each letter an option; answers the winner and who went out, in order.
fn check(ballots: &str, options: usize, expected: &str) {
    let ballots: Vec<Vec<u8>> = ballots
        .split(' ')
        .map(|word| word.bytes().map(|letter| letter - b'A').collect())
        .collect();
    let ballots: Vec<&[u8]> = ballots.iter().map(Vec::as_slice).collect();
    let runoff = Runoff::count(&ballots, options);
    let letter = |option: u8| char::from(b'A' + option);
    let out: String = runoff
        .rounds
        .iter()
        .filter_map(|round| round.out)
        .map(letter)
        .collect();
    let winner = runoff
        .winner
        .map(letter)
        .map(String::from)
        .unwrap_or_default();
    assert_eq!(format!("{winner} {out}"), expected, "{runoff:?}");
}

#[test]
fn the_run_off_ends_with_more_than_half_of_what_still_counts() {
    check("A A B", 2, "A ");
    check("A A B B C", 3, "A CB");
    check("A A B B CB", 3, "B C");
    check("AC AC BC BC C", 3, "A CB");
    check("A A A BC BC CB CB CB", 3, "C B");
    check("A", 1, "A ");
    check("B", 4, "B ");
}

#[test]
fn ties_fall_by_earlier_rounds_and_then_by_order() {
    // All equal from the beginning: the last one listed goes out each time.
    check("A B C", 3, "A CB");
    // Without D it is 3 : 3 : 3, and A had one less before.
    check("A A B B B C C C DA", 4, "B DAC");
    // In round two B and C are equal, but B had fewer in round one.
    check("A A A B C C DB", 4, "A DB");
}

#[test]
fn without_ballots_nothing_wins() {
    assert_eq!(Runoff::count(&[], 3), Runoff::default());
}

/// A second implementation, written from the rule and not from the code: it moves ballots between
/// piles instead of counting anew.
fn naive(ballots: &[Vec<u8>], options: u8) -> Option<u8> {
    let mut piles: Vec<Option<Vec<Vec<u8>>>> = (0..options)
        .map(|option| Some(ballots.iter().filter(|b| b[0] == option).cloned().collect()))
        .collect();
    let mut sizes: Vec<Vec<usize>> = Vec::new();
    loop {
        sizes.push(
            piles
                .iter()
                .map(|pile| pile.as_ref().map_or(0, Vec::len))
                .collect(),
        );
        let now = sizes.last().unwrap();
        let total: usize = now.iter().sum();
        if total == 0 {
            return None;
        }
        if let Some(winner) = (0..now.len()).find(|option| 2 * now[*option] > total) {
            return Some(winner as u8);
        }
        let mut worst: Option<usize> = None;
        for option in (0..piles.len()).filter(|option| piles[*option].is_some()) {
            let better = worst.is_some_and(|worst| {
                let order = sizes
                    .iter()
                    .rev()
                    .map(|round| round[option].cmp(&round[worst]));
                order.into_iter().find(|order| *order != Ordering::Equal) == Some(Ordering::Greater)
            });
            if !better {
                worst = Some(option);
            }
        }
        for ballot in piles[worst.unwrap()].take().unwrap() {
            let at = ballot
                .iter()
                .position(|option| usize::from(*option) == worst.unwrap());
            let rest = &ballot[at.unwrap() + 1..];
            let next = rest
                .iter()
                .find(|option| piles[usize::from(**option)].is_some());
            if let Some(next) = next {
                piles[usize::from(*next)]
                    .as_mut()
                    .unwrap()
                    .push(ballot.clone());
            }
        }
    }
}

fn ballots() -> impl Strategy<Value = (u8, Vec<Vec<u8>>)> {
    (2u8..=6).prop_flat_map(|options| {
        let ranking = Just((0..options).collect::<Vec<_>>()).prop_shuffle();
        let ballot = (ranking, 1..=usize::from(options)).prop_map(|(mut ranking, length)| {
            ranking.truncate(length);
            ranking
        });
        (Just(options), prop::collection::vec(ballot, 0..40))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn two_implementations_agree((options, ballots) in ballots()) {
        let slices: Vec<&[u8]> = ballots.iter().map(Vec::as_slice).collect();
        let runoff = Runoff::count(&slices, usize::from(options));
        prop_assert_eq!(runoff.winner, naive(&ballots, options));
        prop_assert_eq!(runoff.winner.is_some(), !ballots.is_empty());
        let mut reversed = slices;
        reversed.reverse();
        prop_assert_eq!(runoff, Runoff::count(&reversed, usize::from(options)), "order of ballots");
    }
}
