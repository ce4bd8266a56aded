//! Histories by the thousand.

use crate::checks::Violation;
use crate::liars::Lie;
use crate::node::{Node, Removed};
use crate::rng::Rng;
use crate::world::{Tally, Weather, World};
use std::collections::{BTreeMap, BTreeSet};

/// What a seed is made of.
pub(crate) fn history(seed: u64, with_liars: bool, removed: Removed) -> World {
    let mut rng = Rng::new(seed ^ 0x5eed);
    let size = 4 + usize::from(rng.permille(250)) * 3;
    let mut nodes: Vec<_> = (0..size)
        .map(|key| Node::new(u8::try_from(key).unwrap(), None, removed))
        .collect();
    let mut first: Vec<_> = (0..size).collect();
    if with_liars {
        for liar in 0..(size - 1) / 3 {
            let lie = Lie::ALL[usize::try_from(seed).unwrap().wrapping_add(liar) % Lie::ALL.len()];
            nodes[liar].lie = Some(lie);
            if lie == Lie::Clone {
                let mut twin = Node::new(u8::try_from(liar).unwrap(), Some(lie), removed);
                twin.pace.resend_ms = 700;
                nodes.push(twin);
            }
        }
    }
    // One who only follows, and enters, or one who leaves.
    let mut sets = BTreeMap::from([(1, first.clone())]);
    if rng.permille(400) {
        nodes.push(Node::new(100, None, removed));
        let newcomer = nodes.len() - 1;
        first.push(newcomer);
        sets.insert(3, first);
    } else if !with_liars && rng.permille(400) {
        sets.insert(3, first.split_off(1));
    }
    let weather = Weather {
        loss: rng.below(250),
        twice: rng.below(300),
        crash: rng.below(25),
        cut: rng.below(700),
        delay_ms: 5 + rng.below(250),
        storm_ms: 2_000 + rng.below(6_000),
    };
    World::new(seed, nodes, sets, 4, weather)
}

/// Runs seeds; each violation is told with the seed that replays it.
pub(crate) fn run(
    seeds: impl Iterator<Item = u64>,
    with_liars: bool,
    removed: Removed,
) -> Result<Tally, (u64, Violation)> {
    let mut all = Tally::default();
    for seed in seeds {
        let mut world = history(seed, with_liars, removed);
        world.run().map_err(|violation| (seed, violation))?;
        all.crashes += world.tally.crashes;
        all.replays += world.tally.replays;
        all.silences += world.tally.silences;
        all.synced += world.tally.synced;
        all.sends += world.tally.sends;
        all.rounds = all.rounds.max(world.tally.rounds);
    }
    Ok(all)
}

fn seeds(usual: u64) -> std::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match (number("ICN_SEED"), number("ICN_SEEDS")) {
        (Some(one), _) => one..one + 1,
        (None, count) => 0..count.unwrap_or(usual),
    }
}

fn sweep(usual: u64, with_liars: bool) -> Tally {
    let range = seeds(usual);
    let started = std::time::Instant::now();
    match run(range.clone(), with_liars, None) {
        Ok(tally) => {
            println!("{range:?} in {:?}: {tally:?}", started.elapsed());
            tally
        }
        Err((seed, violation)) => panic!("ICN_SEED={seed}: {violation}"),
    }
}

#[test]
fn honest_nodes_agree_in_any_weather() {
    let tally = sweep(150, false);
    assert!(tally.crashes > 0 && tally.replays > 0 && tally.synced > 0);
    assert_eq!(tally.silences, 0);
}

#[test]
fn honest_nodes_agree_among_liars() {
    let tally = sweep(150, true);
    assert!(tally.crashes > 0 && tally.replays > 0 && tally.synced > 0);
}

/// Histories that once went wrong.
#[test]
fn what_was_found_stays_found() {
    // A cloned key's votes came back in a certificate, into the log and above what it signed itself.
    run([2025].into_iter(), true, None).unwrap();
}

/// Liars that sign two things are found out somewhere.
#[test]
fn those_who_sign_twice_are_accused() {
    let mut accused = BTreeSet::new();
    for seed in 0..40 {
        let mut world = history(seed, true, None);
        world.run().unwrap();
        let lies = world
            .nodes
            .iter()
            .filter_map(|node| Some((node.did(), node.lie?)));
        for (did, lie) in lies {
            if world.checks.accused.contains(&did) {
                accused.insert(lie);
            }
        }
    }
    for lie in [Lie::TwoProposals, Lie::TwoVotes] {
        assert!(accused.contains(&lie), "{lie:?} is never accused");
    }
    let innocent = [Lie::Silence, Lie::ForgedProofs, Lie::Replay, Lie::BadBlocks];
    assert!(
        innocent.iter().all(|lie| !accused.contains(lie)),
        "{accused:?}"
    );
}

#[test]
fn one_seed_is_one_history() {
    for seed in [3, 8] {
        let told = |_| {
            let mut world = history(seed, true, None);
            world.run().unwrap();
            (world.now, world.tally, world.rng.next())
        };
        assert_eq!(told(1), told(2));
    }
}
