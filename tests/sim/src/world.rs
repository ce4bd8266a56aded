//! The world: nodes, a net between them, users, and one queue of events.

mod effects;
mod end;
mod gossip;
mod links;
mod storm;
mod users;

use crate::checks::{Checks, Violation};
use crate::event::{Event, Queue};
use crate::hits::{Fault, Hits};
use crate::letter::Letters;
use crate::liars::{Liar, Lie};
use crate::net::Net;
use crate::node::Node;
use crate::people;
use crate::plan::{Odd, Plan};
use crate::rng::Rng;
use crate::story::Story;
use crate::trace::Trace;
use crate::workload::Workload;
use icn_base::{Did, NetworkId};
use icn_ledger::Genesis;
use icn_mesh::{Input, Stopped};
use std::collections::{BTreeMap, BTreeSet};

/// Steps in a row without time passing, after which a node is said to spin.
const SPIN_MAX: u64 = 200_000;

/// Everything there is.
#[derive(Debug)]
pub struct World {
    /// What it was made from.
    pub plan: Plan,
    /// Milliseconds since it began.
    pub now: u64,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// The net between them.
    pub net: Net,
    /// What must hold.
    pub checks: Checks,
    /// What users do.
    pub workload: Workload,
    /// What was met.
    pub hits: Hits,
    /// The story, for people.
    pub story: Story,
    /// The hash of all steps.
    pub trace: Trace,
    genesis: Genesis,
    network: NetworkId,
    numbers: BTreeMap<Did, Vec<usize>>,
    links: BTreeSet<(usize, usize)>,
    queue: Queue,
    letters: Letters,
    chance: Chance,
    storm: storm::Storm,
    /// Users are busy.
    busy: bool,
    still: (u64, u64),
}

/// Streams of chance, each for its own purpose.
#[derive(Debug)]
struct Chance {
    net: Rng,
    storm: Rng,
    users: Rng,
    crash: Rng,
    liars: Rng,
}

impl World {
    /// A world in which nothing has happened.
    pub fn new(plan: Plan, story: Story) -> Self {
        let begin = crate::clock::Clock::default().says(0);
        let genesis = people::genesis(plan.validators, plan.followers, begin);
        let mut rng = Rng::new(plan.seed);
        let mut nodes: Vec<_> = (0..plan.nodes())
            .map(|number| {
                let liar = match plan.odd.get(number) {
                    Some(Odd::Lies(lie)) => Some(Liar::new(*lie)),
                    _ => None,
                };
                Node::new(number, number, &plan, liar)
            })
            .collect();
        let cloned = nodes.iter().filter(|node| {
            let liar = node.liar.as_ref();
            liar.is_some_and(Liar::has_twin)
        });
        let cloned: Vec<_> = cloned.map(|node| node.number).collect();
        for key in cloned {
            let twin = Node::new(nodes.len(), key, &plan, Some(Liar::new(Lie::ClonedKey)));
            nodes.push(twin);
        }
        let honest = nodes.iter().filter(|node| node.is_honest());
        let checks = Checks::new(&genesis, honest.map(|node| node.did).collect());
        let mut numbers: BTreeMap<Did, Vec<usize>> = BTreeMap::new();
        for node in &nodes {
            numbers.entry(node.did).or_default().push(node.number);
        }
        let network = genesis.network();
        let mut world = Self {
            now: 0,
            net: Net::new(nodes.len(), plan.weather),
            checks,
            workload: Workload::new(network),
            hits: Hits::default(),
            story,
            trace: Trace::default(),
            genesis,
            network,
            numbers,
            links: BTreeSet::new(),
            queue: Queue::default(),
            letters: Letters::default(),
            chance: Chance {
                net: rng.fork(1),
                storm: rng.fork(2),
                users: rng.fork(3),
                crash: rng.fork(4),
                liars: rng.fork(5),
            },
            storm: storm::Storm::default(),
            busy: true,
            still: (0, 0),
            nodes,
            plan,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        for node in 0..self.nodes.len() {
            let late = self.plan.late_joiner && node + 1 == self.plan.nodes();
            if !late {
                let delay = self.chance.net.below(50);
                self.later(delay, node, Event::Start);
            }
            if let Some(liar) = &self.nodes[node].liar {
                if liar.has_twin() {
                    self.hits.lie(Lie::ClonedKey);
                }
                self.later(500, node, Event::Mischief);
            }
        }
        self.count_clocks();
        self.later(200, 0, Event::Deed);
        self.later(1_000, 0, Event::Again);
        if self.plan.storm_ms > 0 {
            self.later(400, 0, Event::Storm);
        }
    }

    fn count_clocks(&mut self) {
        for clock in &self.plan.clocks {
            match clock.offset_ms.unsigned_abs() {
                0 => {}
                1..=60_000 => self.hits.fault(Fault::ClockOff),
                _ => self.hits.fault(Fault::ClockAnHourOff),
            }
            if clock.drift_ppm != 0 {
                self.hits.fault(Fault::ClockDrifts);
            }
        }
    }

    /// True while things go wrong.
    pub const fn is_stormy(&self) -> bool {
        self.now < self.plan.storm_ms
    }

    fn later(&mut self, delay: u64, node: usize, event: Event) {
        self.queue.at(self.now + delay, node, event);
    }

    fn tell(&mut self, node: usize, what: impl FnOnce() -> String) {
        let who = self.nodes.get(node).map(Node::name).unwrap_or_default();
        self.story.tell(self.now, &who, what);
    }

    /// Lets the next thing happen.
    pub fn step(&mut self) -> Result<(), Violation> {
        let Some((at, node, event)) = self.queue.pop() else {
            return Err(Violation::new("nothing is left to happen"));
        };
        self.still = if at > self.now {
            (at, 0)
        } else {
            (at, self.still.1 + 1)
        };
        if self.still.1 > SPIN_MAX {
            return Err(Violation::new(format!("time stands still: {event:?}")));
        }
        self.now = at;
        self.trace.step(at, node, event.name(), &event.mark());
        match event {
            Event::Letter { from, letter, hops } => self.letter(node, from, letter, hops),
            Event::Asked {
                from,
                life,
                id,
                bytes,
            } => self.asked(node, from, life, id, &bytes),
            Event::Answered {
                life,
                id,
                from,
                bytes,
            } => self.answered(node, life, id, from, bytes),
            Event::Wake { life } => self.wake(node, life),
            Event::Ran {
                life,
                job,
                started,
                ran,
            } => self.ran(node, life, job, started, ran),
            Event::Start => self.start(node),
            Event::Meet { peer } => self.meet(node, peer),
            Event::Left { peer } => self.left(node, peer),
            Event::Deed => self.deed(),
            Event::Again => self.again(),
            Event::Storm => self.storm(),
            Event::Mischief => self.mischief(node),
        }
    }

    fn wake(&mut self, node: usize, life: u32) -> Result<(), Violation> {
        let it = &mut self.nodes[node];
        if it.life != life || it.wake != Some(self.now) {
            return Ok(());
        }
        it.wake = None;
        self.give(node, Input::Tick)
    }

    /// Gives a node one input, and does what comes of it.
    pub fn give(&mut self, node: usize, input: Input) -> Result<(), Violation> {
        let now = self.nodes[node].now(self.now);
        let it = &mut self.nodes[node];
        let Some(mesh) = &mut it.mesh else {
            return Ok(());
        };
        let done = mesh.handle(input, now, &it.disk);
        match done.and_then(|()| mesh.rest(now, &it.disk)) {
            Ok(out) => {
                self.sleep(node);
                self.perform(node, out)
            }
            Err(stopped) => self.stopped(node, &stopped),
        }
    }

    /// Lets a node sleep until its deadline.
    fn sleep(&mut self, node: usize) {
        let world = self.now;
        let it = &mut self.nodes[node];
        let Some(due) = it.mesh.as_ref().and_then(icn_mesh::Mesh::next_deadline) else {
            return;
        };
        let at = it.clock.when(due, world).max(world + 1);
        if it.wake.is_none_or(|wake| at < wake || wake <= world) {
            it.wake = Some(at);
            let life = it.life;
            self.queue.at(at, node, Event::Wake { life });
        }
    }

    /// A node cannot go on. That may be its disk's fault, and nothing else's.
    fn stopped(&mut self, node: usize, stopped: &Stopped) -> Result<(), Violation> {
        let by_disk = matches!(stopped, Stopped::Store(_) | Stopped::Block { .. });
        if !by_disk || !self.nodes[node].damaged {
            let name = self.nodes[node].name();
            return Err(Violation::new(format!("{name} cannot go on: {stopped}")));
        }
        self.tell(node, || {
            format!("cannot go on: {stopped}; its disk is wiped")
        });
        self.hits.seen("disk wiped after damage");
        self.nodes[node].disk.wipe();
        self.nodes[node].told = 0;
        self.crash(node);
        Ok(())
    }

    /// A machine is switched on.
    pub fn start(&mut self, node: usize) -> Result<(), Violation> {
        if self.nodes[node].is_up() || self.nodes[node].gone {
            return Ok(());
        }
        let now = self.now;
        if let Err(stopped) = self.nodes[node].start(&self.genesis, now) {
            return self.stopped(node, &stopped);
        }
        let it = &mut self.nodes[node];
        let (height, told) = (it.height(), it.told);
        if height < told && it.is_honest() {
            let name = it.name();
            let what = format!("{name} has told of height {told} and comes back at {height}");
            return Err(Violation::new(what));
        }
        self.tell(node, || format!("starts at height {height}"));
        for peer in 0..self.nodes.len() {
            let delay = 1 + self.chance.net.below(30);
            self.later(delay, node, Event::Meet { peer });
        }
        self.give(node, Input::Tick)
    }

    /// A machine stops at once, and is switched on again a little later.
    pub fn crash(&mut self, node: usize) {
        self.stop(node);
        let delay = 100 + self.chance.crash.below(2_000);
        self.later(delay, node, Event::Start);
    }

    /// A machine stops at once.
    pub fn stop(&mut self, node: usize) {
        self.nodes[node].fall();
        self.tell(node, || "falls".into());
        self.unlink(node);
    }

    /// The height of the furthest honest node.
    pub fn height(&self) -> u64 {
        self.checks.height()
    }

    /// Honest nodes.
    pub fn honest(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.is_honest())
    }
}
