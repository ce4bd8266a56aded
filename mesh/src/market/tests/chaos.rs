//! Jobs of all kinds while nodes fall silent, lie, lose messages and begin again: every job ends, and
//! when all have, nothing is left of them but what people may ask.

use super::nodes::Behaviour;
use super::world::{World, agreed, profile};
use icn_base::JobId;

const NODES: [&str; 6] = ["*v1", "*v2", "v3", "a", "b", "c"];

/// A number that looks like chance and is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u8) -> u8 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let [rolled, ..] = (self.0 % u64::from(sides)).to_le_bytes();
        rolled
    }

    fn node(&mut self) -> &'static str {
        NODES[usize::from(self.roll(6))].trim_start_matches('*')
    }

    fn behaviour(&mut self) -> Behaviour {
        [
            Behaviour::Honest,
            Behaviour::Honest,
            Behaviour::Writes("a lie"),
            Behaviour::Slow,
            Behaviour::Broken,
            Behaviour::Mute,
            Behaviour::Unheard,
            Behaviour::Cut,
        ][usize::from(self.roll(8))]
    }
}

#[test]
fn whatever_happens_every_job_ends_and_nothing_is_left_behind() {
    for seed in 1..=4 {
        let jobs = storm(seed);
        assert!(jobs > 20, "{jobs} jobs in run {seed}");
    }
}

fn storm(seed: u64) -> usize {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut world = World::new(&NODES);
    for (price, name) in ["v1", "a", "b", "c"].into_iter().enumerate() {
        world.register(name, profile(price as u64 + 1));
    }
    let mut jobs: Vec<JobId> = Vec::new();
    for _ in 0..120 {
        match dice.roll(6) {
            0 | 1 => {
                let (owner, coordinator) = (dice.node(), dice.node());
                let executors = 1 + dice.roll(3);
                let mut spec = agreed(executors, executors / 2 + 1, coordinator, world.now);
                spec.bid_window_ms = [0, 50, 200][usize::from(dice.roll(3))];
                spec.fuel_limit += jobs.len() as u64;
                spec.deadline =
                    super::world::time(world.now + 3_000 + 16 * u64::from(dice.roll(250)));
                jobs.push(world.submit_with(owner, spec, dice.roll(2)));
            }
            2 => {
                let (name, behaves) = (dice.node(), dice.behaviour());
                world.set(name, behaves);
            }
            3 => {
                let (name, with_past) = (dice.node(), dice.roll(4) > 0);
                world.restart(name, with_past);
            }
            _ => world.pass(10 * (1 + u64::from(dice.roll(30)))),
        }
    }
    for name in ["v1", "v2", "v3", "a", "b", "c"] {
        world.set(name, Behaviour::Honest);
    }
    world.pass(40_000);
    for (id, job) in world.state.jobs_after(None) {
        assert_eq!(job.due(), None, "{id} has not ended in run {seed}");
    }
    for (name, node) in &world.nodes {
        let market = &node.market;
        let auctions = &market.auctions;
        assert!(auctions.open.is_empty(), "{name} in run {seed}");
        assert!(auctions.asked.is_empty() && auctions.queue.is_empty());
        assert!(auctions.short.is_empty() && auctions.taken.is_empty());
        assert!(market.seats.is_empty() && market.spares.is_empty());
        assert!(market.hidden.is_empty() && market.silent.is_empty());
        assert_eq!(market.next_deadline(), None, "{name} in run {seed}");
        assert!(
            market.is_idle() && node.running.is_empty(),
            "{name} in run {seed}"
        );
    }
    for reject in &world.refused {
        // Several coordinators may give the same seat in one block, or one becomes free in it; and
        // what was sent before a start is sent again after it.
        assert!(
            matches!(reject.number(), 301 | 303 | 318 | 321 | 400..=410),
            "{reject} in run {seed}"
        );
    }
    jobs.len()
}
