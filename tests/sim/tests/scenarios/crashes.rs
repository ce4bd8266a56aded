//! Machines stop.

use crate::stage::{SOON_MS, all_at, busy, calm, one_more};

#[test]
fn one_of_four_is_killed_under_load_and_nobody_waits_for_it() {
    let mut world = busy(4, 0);
    world.stop(3);
    let before = world.height();
    world
        .run_until("the others go on", SOON_MS, |world| {
            world.height() >= before + 5
        })
        .unwrap();
    world.start(3).unwrap();
    let height = world.height();
    all_at(&mut world, height);
    world.finish().unwrap();
}

#[test]
fn two_of_four_are_killed_and_all_stands_still_until_they_come_back() {
    let mut world = busy(4, 0);
    world.stop(2);
    world.stop(3);
    // What was under way may still be decided.
    world.run_for(1_000).unwrap();
    let before = world.height();
    world.run_for(8_000).unwrap();
    assert_eq!(world.height(), before);
    world.start(2).unwrap();
    world.start(3).unwrap();
    all_at(&mut world, before + 3);
    world.finish().unwrap();
}

#[test]
fn all_are_killed_at_once_and_go_on_where_they_were() {
    let mut world = busy(4, 1);
    let before = world.height();
    (0..5).for_each(|node| world.stop(node));
    world.run_for(2_000).unwrap();
    assert!(world.nodes.iter().all(|node| !node.is_up()));
    for node in 0..5 {
        world.start(node).unwrap();
    }
    all_at(&mut world, before + 3);
    world.finish().unwrap();
}

#[test]
fn a_node_that_joins_after_a_thousand_heights_catches_up() {
    let mut world = calm(4, 1);
    world.stop(4);
    world.nodes[4].disk = sim::disk::Disk::default();
    world.nodes[4].told = 0;
    while world.height() < 1_000 {
        one_more(&mut world, 0);
    }
    assert_eq!(world.nodes[4].height(), 0);
    world.join_late(4);
    world
        .run_until("the newcomer is there", SOON_MS, |world| {
            world.nodes[4].height() >= 1_000
        })
        .unwrap();
    world.finish().unwrap();
}
