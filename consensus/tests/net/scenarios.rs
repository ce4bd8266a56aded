//! Named histories.

use crate::checks::Violation;
use crate::node::{Node, Removed};
use crate::world::{Event, Weather, World};
use icn_base::order::{Proposal, Signed, Step, Vote};
use icn_base::{Cid, Codec, Time};
use icn_consensus::{Consensus, Effect, Entry, Input, Message, Silence};
use std::collections::BTreeMap;

fn calm(seed: u64, count: u8, removed: Removed, target: u64) -> World {
    let nodes: Vec<_> = (0..count)
        .map(|key| Node::new(key, None, removed))
        .collect();
    let all = (0..nodes.len()).collect();
    World::new(
        seed,
        nodes,
        BTreeMap::from([(1, all)]),
        target,
        Weather::CALM,
    )
}

/// One of four loses its log in the middle of a height and keeps its record; or its directory is
/// replaced by an old copy.
pub(crate) fn lost_log(seed: u64, removed: Removed) -> Result<(), Violation> {
    let mut world = calm(seed, 4, removed, 6);
    world.run_for(150 + seed % 400)?;
    let old = world.nodes[1].disk.clone();
    world.run_for(100 + seed % 700)?;
    let copy = (seed % 2 == 1).then_some(old);
    let signed = world.nodes[1].disk.highest;
    let height = world.nodes[1].disk.height();
    world.damage(1, copy);
    world.run()?;
    let was_under_way = signed.is_some_and(|signed| signed.height >= height);
    if removed.is_none() && was_under_way && world.tally.silences == 0 {
        return Err("the log was lost in the middle of a height, and nobody noticed".into());
    }
    Ok(())
}

#[test]
fn a_lost_log_makes_a_node_silent_and_not_a_liar() {
    for seed in 0..60 {
        lost_log(seed, None).unwrap();
    }
}

#[test]
fn one_alone_decides_at_once() {
    let mut world = calm(1, 1, None, 20);
    world.run().unwrap();
    assert_eq!(world.tally.rounds, 0);
    assert!(world.now < 20 * (400 + 80 + 10), "took {} ms", world.now);
}

#[test]
fn nobody_speaks_without_work() {
    let mut world = calm(1, 4, None, 0);
    world.run_for(600_000).unwrap();
    assert_eq!(world.tally.sends, 0);
    assert!(world.nodes.iter().all(|node| {
        let machine = node.machine.as_ref().unwrap();
        machine.next_deadline().is_none() && machine.height() == 1
    }));
}

#[test]
fn one_of_four_falls_and_the_rest_go_on() {
    let mut world = calm(2, 4, None, 8);
    world.run_for(300).unwrap();
    world.nodes[2].fall();
    world.run_for(30_000).unwrap();
    assert_eq!(world.checks.heights(), 8);
    world.later(0, 2, Event::Start);
    world.run().unwrap();
}

#[test]
fn two_of_four_fall_and_nothing_is_decided_until_one_is_back() {
    let mut world = calm(3, 4, None, 8);
    world.run_for(700).unwrap();
    (2..4).for_each(|node| world.nodes[node].fall());
    let before = world.checks.heights();
    world.run_for(60_000).unwrap();
    assert!(world.checks.heights() <= before + 1);
    (2..4).for_each(|node| world.later(0, node, Event::Start));
    world.run().unwrap();
}

#[test]
fn all_fall_at_once_and_go_on() {
    let mut world = calm(4, 4, None, 10);
    for _ in 0..12 {
        let pause = 40 + world.rng.below(300);
        world.run_for(pause).unwrap();
        for node in 0..4 {
            world.nodes[node].fall();
            world.later(10, node, Event::Start);
        }
    }
    world.run().unwrap();
    assert_eq!(world.tally.silences, 0);
}

#[test]
fn halves_that_do_not_hear_each_other_decide_nothing() {
    let mut world = calm(5, 4, None, 6);
    world.run_for(500).unwrap();
    world.set_cut(vec![0b1100, 0b1100, 0b0011, 0b0011]);
    world.run_for(100).unwrap();
    let before = world.checks.heights();
    world.run_for(60_000).unwrap();
    assert!(world.checks.heights() <= before + 1);
    world.set_cut(vec![0; 4]);
    world.run().unwrap();
}

#[test]
fn three_decide_without_the_fourth_which_catches_up() {
    let mut world = calm(6, 4, None, 6);
    world.set_cut(vec![0b1000, 0b1000, 0b1000, 0b0111]);
    world.run_for(60_000).unwrap();
    assert_eq!(world.checks.heights(), 6);
    assert_eq!(world.nodes[3].disk.height(), 1);
    world.set_cut(vec![0; 4]);
    world.run().unwrap();
}

/// Whatever a node was about to say, it says after a restart: at every step of one height.
#[test]
fn a_restart_at_any_step_says_the_same() {
    let mut world = calm(7, 4, None, 3);
    for _ in 0..400 {
        world.run_for(5).unwrap();
        let node = &world.nodes[0];
        let Some(live) = &node.machine else { continue };
        let (height, round) = (live.height(), live.round());
        let mut again = Consensus::new(
            node.keys(),
            world.network,
            node.disk.highest,
            node.disk.read_log(),
        );
        let begin = Input::Begin {
            height,
            validators: world.validators(height),
            pace: node.pace,
        };
        let out = again
            .handle(begin, Time::from_ms(world.now).unwrap())
            .unwrap();
        assert!(out.log.is_empty() && out.highest.is_none(), "{out:?}");
        if node
            .disk
            .read_log()
            .iter()
            .any(|entry| entry.height() == height)
        {
            assert_eq!(again.round(), round);
        }
        for effect in &out.effects {
            if let Effect::Send(message) = effect {
                world.checks.sent(node.did(), message).unwrap();
            }
            assert!(!matches!(effect, Effect::Silent { .. }));
        }
    }
    world.run().unwrap();
}

#[test]
fn a_log_that_contradicts_the_record_or_itself_makes_silent() {
    let mut world = calm(8, 4, None, 9);
    let voted = |world: &World| {
        let node = &world.nodes[0];
        let own = |entry: &Entry| matches!(entry, Entry::Vote(said) if said.by == node.did());
        node.disk.read_log().iter().any(own)
    };
    while !voted(&world) {
        world.run_for(5).unwrap();
    }
    let node = &world.nodes[0];
    let (height, validators) = (node.disk.height(), world.validators(node.disk.height()));
    let wake = |log: Vec<Entry>| {
        let mut again = Consensus::new(node.keys(), world.network, None, log);
        let begin = Input::Begin {
            height,
            validators: validators.clone(),
            pace: node.pace,
        };
        let out = again.handle(begin, Time::ZERO).unwrap();
        (again.silence(), out)
    };
    let mut log = node.disk.read_log();
    log.retain(|entry| entry.height() == height);
    let own = |entry: &Entry| matches!(entry, Entry::Vote(said) if said.by == node.did());
    let at = log.iter().position(own).unwrap();
    assert_eq!(wake(log.clone()).0, None);
    // A vote of ours that the rest of the log does not lead to.
    if let Entry::Vote(said) = log[at].clone() {
        let vote = Vote {
            block: Some(Cid::of(Codec::Raw, b"another")),
            ..said.body
        };
        log[at] = Entry::Vote(Signed::sign(vote, &node.keys(), &world.network));
    }
    let (silence, out) = wake(log);
    assert_eq!(silence, Some(Silence::LogSpoilt));
    assert!(
        !out.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Send(_)))
    );
}

#[test]
fn whoever_hears_its_own_key_elsewhere_falls_silent() {
    let mut world = calm(9, 4, None, 9);
    world.run_for(200).unwrap();
    let (keys, height) = (world.nodes[0].keys(), world.nodes[0].disk.height());
    let vote = Vote {
        height: height + 1,
        round: 0,
        step: Step::Prevote,
        block: None,
    };
    let forged = Signed {
        signature: Signed::sign(vote, &world.nodes[1].keys(), &world.network).signature,
        ..Signed::sign(vote, &keys, &world.network)
    };
    world.give(0, Input::Heard(Message::Vote(forged))).unwrap();
    assert_eq!(world.nodes[0].machine.as_ref().unwrap().silence(), None);

    world.nodes[0].damaged = true;
    let foreign = Message::Vote(Signed::sign(vote, &keys, &world.network));
    world.give(0, Input::Heard(foreign)).unwrap();
    let silence = world.nodes[0].machine.as_ref().unwrap().silence();
    assert_eq!(silence, Some(Silence::KeyElsewhere));
    world.run().unwrap();
}

/// What one of four says, and asks to have judged, when all others say these.
fn hear(one: &mut Consensus, said: Vec<Message>, at: u64) -> Vec<Effect> {
    let now = Time::from_ms(at).unwrap();
    let heard = said.into_iter().map(Input::Heard).chain([Input::Tick]);
    let outs = heard.map(|input| one.handle(input, now).unwrap());
    outs.flat_map(|out| out.effects).collect()
}

fn prevotes(effects: &[Effect]) -> Vec<Vote> {
    let votes = effects.iter().filter_map(|effect| match effect {
        Effect::Send(Message::Vote(said)) => Some(said.body),
        _ => None,
    });
    votes.filter(|vote| vote.step == Step::Prevote).collect()
}

/// It came too late to be timely here, and the others have locked on it: without this node they
/// may be too few.
#[test]
fn a_block_that_was_found_bad_is_judged_again_when_it_is_put_up_in_a_later_round() {
    let world = calm(10, 4, None, 1);
    let (height, validators) = (1, world.validators(1));
    let block = Cid::of(Codec::Raw, b"a block");
    let of = |round: u32| {
        let proposer = validators.proposer(height, round);
        let mut nodes = world.nodes.iter();
        nodes.position(|node| node.did() == proposer).unwrap()
    };
    let me = (0..4)
        .find(|node| *node != of(0) && *node != of(1))
        .unwrap();
    let others: Vec<_> = (0..4).filter(|node| *node != me).collect();
    let put_up = |round, valid_round| {
        let body = Proposal {
            height,
            round,
            block,
            valid_round,
        };
        let keys = world.nodes[of(round)].keys();
        Message::Proposal(Signed::sign(body, &keys, &world.network))
    };
    let votes = |step, block| {
        let vote = Vote {
            height,
            round: 0,
            step,
            block,
        };
        let signed = |node: &usize| Signed::sign(vote, &world.nodes[*node].keys(), &world.network);
        others.iter().map(signed).map(Message::Vote).collect()
    };
    let keys = world.nodes[me].keys();
    let mut one = Consensus::new(keys, world.network, None, Vec::new());
    let pace = world.nodes[me].pace;
    let begin = Input::Begin {
        height,
        validators: validators.clone(),
        pace,
    };
    drop(one.handle(begin, Time::ZERO).unwrap());
    drop(one.handle(Input::Work, Time::ZERO).unwrap());
    let judged = |valid| Input::Judged {
        height,
        block,
        valid,
    };
    let asked = |effects: &[Effect]| -> Vec<u32> {
        let rounds = effects.iter().filter_map(|effect| match effect {
            Effect::Judge { round, .. } => Some(*round),
            _ => None,
        });
        rounds.collect()
    };

    assert_eq!(asked(&hear(&mut one, vec![put_up(0, None)], 1)), [0]);
    let bad = one.handle(judged(false), Time::from_ms(2).unwrap());
    assert_eq!(prevotes(&bad.unwrap().effects)[0].block, None);
    hear(&mut one, votes(Step::Prevote, Some(block)), 3);
    hear(&mut one, votes(Step::Precommit, None), 60_000);
    hear(&mut one, Vec::new(), 120_000);
    assert_eq!(one.round(), Some(1));

    let again = hear(&mut one, vec![put_up(1, Some(0))], 120_001);
    assert_eq!(asked(&again), [1]);
    assert_eq!(prevotes(&again), [], "it waits for the verdict");
    let good = one.handle(judged(true), Time::from_ms(120_002).unwrap());
    let said = prevotes(&good.unwrap().effects);
    assert_eq!((said[0].round, said[0].block), (1, Some(block)));
}
