//! The net is cut.

use crate::stage::{SOON_MS, all_at, busy};
use sim::net::Cut;

#[test]
fn halves_stand_still_and_go_on_when_they_hear_each_other_again() {
    let mut world = busy(4, 0);
    world.net.cut(Cut::Halves);
    world.run_for(1_000).unwrap();
    let before = world.height();
    world.run_for(8_000).unwrap();
    assert_eq!(world.height(), before);
    world.net.heal();
    all_at(&mut world, before + 3);
    world.finish().unwrap();
}

#[test]
fn three_go_on_without_the_fourth_which_comes_after_them() {
    let mut world = busy(4, 0);
    world.net.cut(Cut::Alone(3));
    world.run_for(1_000).unwrap();
    let (before, alone) = (world.height(), world.nodes[3].height());
    world
        .run_until("three go on", SOON_MS, |world| world.height() >= before + 5)
        .unwrap();
    assert_eq!(world.nodes[3].height(), alone);
    world.net.heal();
    let height = world.height();
    all_at(&mut world, height);
    world.finish().unwrap();
}
