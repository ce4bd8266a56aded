//! What goes wrong by itself while a storm lasts.

use super::World;
use crate::checks::Violation;
use crate::event::Event;
use crate::hits::Fault;
use crate::liars::Lie;
use crate::net::Cut;
use crate::plan::Odd;

/// What a storm has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Storm {
    /// It is over, since then, at this height.
    pub(super) over: Option<(u64, u64)>,
    flips: u32,
    falls: u32,
}

/// Machines that stop for no reason in one history.
const FALLS_MAX: u32 = 6;

impl World {
    /// The next thing goes wrong.
    pub(super) fn storm(&mut self) -> Result<(), Violation> {
        if !self.is_stormy() {
            self.clear_up();
            return Ok(());
        }
        let delay = 200 + self.chance.storm.below(1_000);
        self.later(delay, 0, Event::Storm);
        let weather = *self.net.weather();
        if self.chance.storm.permille(300) {
            self.redraw_cut(weather.cut);
        }
        match self.chance.storm.below(100) {
            0..8 => self.fall_somewhere(),
            8..9 => self.fall_everywhere(),
            9..25 => self.part_somewhere(),
            25..45 => self.forget_somewhere(),
            45..65 => self.spoil_a_disk(),
            _ => {}
        }
        Ok(())
    }

    /// The storm is over: from now on everything must come right.
    pub(super) fn clear_up(&mut self) {
        if self.storm.over.is_none() {
            self.storm.over = Some((self.now, self.height()));
            self.net.calm();
            self.story.tell(self.now, "", || "the storm is over".into());
            if self.plan.late_joiner {
                let last = self.plan.nodes() - 1;
                self.join_late(last);
            }
        }
    }

    /// A node starts with nothing, when the others are far.
    pub fn join_late(&mut self, node: usize) {
        if !self.nodes[node].is_up() && self.nodes[node].disk.is_empty() {
            self.hits.fault(Fault::LateJoiner);
            self.later(1, node, Event::Start);
        }
    }

    fn redraw_cut(&mut self, chance: u64) {
        let rng = &mut self.chance.storm;
        if !rng.permille(chance) {
            self.net.heal();
            return;
        }
        let one = rng.pick(self.nodes.len());
        let (cut, fault) = match rng.below(5) {
            0 => (Cut::Halves, Fault::Halves),
            1 | 2 => (Cut::Alone(one), Fault::OneAlone),
            3 => (Cut::Mute(one), Fault::OneWay),
            _ => (Cut::Deaf(one), Fault::OneWay),
        };
        self.hits.fault(fault);
        self.story
            .tell(self.now, "", || format!("the net is cut: {cut:?}"));
        self.net.cut(cut);
    }

    fn fall_somewhere(&mut self) {
        let node = self.chance.storm.pick(self.nodes.len());
        if self.nodes[node].is_up() && self.storm.falls < FALLS_MAX {
            self.storm.falls += 1;
            self.hits.fault(Fault::AtRest);
            self.crash(node);
        }
    }

    fn fall_everywhere(&mut self) {
        if self.storm.falls < FALLS_MAX {
            self.storm.falls = FALLS_MAX;
            self.hits.fault(Fault::AllAtOnce);
            let up: Vec<_> = self.nodes.iter().filter(|node| node.is_up()).collect();
            let up: Vec<_> = up.into_iter().map(|node| node.number).collect();
            up.into_iter().for_each(|node| self.crash(node));
        }
    }

    fn part_somewhere(&mut self) {
        let rng = &mut self.chance.storm;
        let (one, other) = (rng.pick(self.nodes.len()), rng.pick(self.nodes.len()));
        let for_ms = rng.between(300, 2_500);
        if self.are_linked(one, other) {
            self.hits.fault(Fault::Leaves);
            self.part(one, other, for_ms);
        }
    }

    /// An amnesiac falls, to forget.
    fn forget_somewhere(&mut self) {
        let amnesiac = |odd: &Odd| *odd == Odd::Lies(Lie::Amnesiac);
        if let Some(node) = self.plan.odd.iter().position(amnesiac)
            && self.nodes[node].is_up()
        {
            self.hits.lie(Lie::Amnesiac);
            self.crash(node);
        }
    }

    /// A bad disk changes what is on it, and its machine falls, so that it is read again.
    fn spoil_a_disk(&mut self) {
        let bad = |odd: &Odd| *odd == Odd::BadDisk;
        let Some(node) = self.plan.odd.iter().position(bad) else {
            return;
        };
        if !self.nodes[node].is_up() || self.storm.flips >= 4 {
            return;
        }
        self.storm.flips += 1;
        let (place, log) = (self.chance.storm.next(), self.chance.storm.permille(500));
        let disk = &mut self.nodes[node].disk;
        if log && disk.flip_log(place) {
            self.hits.fault(Fault::FlippedLog);
        } else if disk.flip_block(place).is_some() {
            self.hits.fault(Fault::FlippedBlock);
        }
        self.nodes[node].damaged = true;
        self.tell(node, || "has a bad disk".into());
        self.crash(node);
    }
}
