//! N nodes, a net between them and one queue of events: a seed is a history.

use crate::checks::{Checks, Violation};
use crate::disk::{Crash, Disk};
use crate::liars::{self, Lie};
use crate::node::Node;
use crate::rng::Rng;
use icn_base::order::Certificate;
use icn_base::{Cid, Codec, NetworkId, Time};
use icn_consensus::{Effect, Input, Message, Output, Silence, Validators};
use std::collections::BTreeMap;

/// How bad it gets, in thousandths, until the storm is over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    pub(crate) loss: u64,
    pub(crate) twice: u64,
    pub(crate) crash: u64,
    pub(crate) cut: u64,
    pub(crate) delay_ms: u64,
    pub(crate) storm_ms: u64,
}

impl Weather {
    pub(crate) const CALM: Self = Self {
        loss: 0,
        twice: 0,
        crash: 0,
        cut: 0,
        delay_ms: 20,
        storm_ms: 0,
    };
}

#[derive(Clone, Debug)]
pub(crate) enum Event {
    Bytes(Vec<u8>),
    Input(Input),
    /// To one life of a node only.
    Own(u32, Input),
    Start,
    /// Who hears whom changes.
    Cut,
    /// A liar's turn.
    Lie,
    /// There is something to decide, at this height in this life.
    Work(u32, u64),
    /// The mesh around a validator asks, now and then, whether others are further.
    Ask,
}

/// What happened, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) crashes: u32,
    pub(crate) replays: u32,
    pub(crate) silences: u32,
    pub(crate) synced: u32,
    pub(crate) rounds: u32,
    pub(crate) sends: u32,
}

pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) now: u64,
    pub(crate) nodes: Vec<Node>,
    pub(crate) network: NetworkId,
    pub(crate) checks: Checks,
    pub(crate) tally: Tally,
    weather: Weather,
    /// The validators from a height on, by the numbers of nodes.
    sets: BTreeMap<u64, Vec<usize>>,
    target: u64,
    queue: BTreeMap<(u64, u64), (usize, Event)>,
    count: u64,
    cut: Vec<u64>,
}

impl World {
    pub(crate) fn new(
        seed: u64,
        nodes: Vec<Node>,
        sets: BTreeMap<u64, Vec<usize>>,
        target: u64,
        weather: Weather,
    ) -> Self {
        let network = Node::network(nodes[0].removed);
        let honest = nodes.iter().filter(|node| node.lie.is_none());
        let checks = Checks::new(network, honest.map(|node| node.did()).collect());
        let mut world = Self {
            rng: Rng::new(seed),
            now: 0,
            cut: vec![0; nodes.len()],
            nodes,
            network,
            checks,
            tally: Tally::default(),
            weather,
            sets,
            target,
            queue: BTreeMap::new(),
            count: 0,
        };
        for node in 0..world.nodes.len() {
            let delay = world.rng.below(50);
            world.later(delay, node, Event::Start);
            world.later(1_000 + delay, node, Event::Ask);
            if world.nodes[node].lie.is_some() {
                world.later(100, node, Event::Lie);
            }
        }
        if weather.cut > 0 {
            world.later(300, 0, Event::Cut);
        }
        world
    }

    pub(crate) fn later(&mut self, delay: u64, node: usize, event: Event) {
        self.count += 1;
        let key = (self.now + delay, self.count);
        self.queue.insert(key, (node, event));
    }

    pub(crate) fn validators(&self, height: u64) -> Validators {
        let (_, set) = self.sets.range(..=height).next_back().unwrap();
        let member = |node: &usize| (self.nodes[*node].did(), 1);
        Validators::new(set.iter().map(member)).unwrap()
    }

    /// Runs until every honest node that can has decided all heights.
    pub(crate) fn run(&mut self) -> Result<(), Violation> {
        let end = self.weather.storm_ms + 240_000;
        while self.now < end {
            if self.is_done() {
                return Ok(());
            }
            self.step()?;
        }
        let heights: Vec<_> = self.nodes.iter().map(Node::describe).collect();
        Err(format!("stood still: {heights:#?}"))
    }

    /// Runs for so long, whatever is decided.
    pub(crate) fn run_for(&mut self, ms: u64) -> Result<(), Violation> {
        let end = self.now + ms;
        while self.queue.keys().next().is_some_and(|(at, _)| *at <= end) {
            self.step()?;
        }
        self.now = end;
        Ok(())
    }

    fn is_done(&self) -> bool {
        let mut honest = self.nodes.iter().filter(|node| node.lie.is_none());
        honest.all(|node| node.is_up() && node.disk.height() > self.target)
    }

    fn step(&mut self) -> Result<(), Violation> {
        let Some(((at, _), (node, event))) = self.queue.pop_first() else {
            return Err("nothing is left to happen".into());
        };
        self.now = at;
        match event {
            Event::Bytes(bytes) => {
                if let Ok(message) = Message::decode(&bytes) {
                    self.give(node, Input::Heard(message))?;
                }
                Ok(())
            }
            Event::Input(input) => self.give(node, input),
            Event::Own(life, input) if self.nodes[node].life == life => self.give(node, input),
            Event::Own(..) => Ok(()),
            Event::Start => self.start(node),
            Event::Work(life, height) => {
                let it = &self.nodes[node];
                if it.life == life && it.disk.height() == height {
                    return self.give(node, Input::Work);
                }
                Ok(())
            }
            Event::Cut => {
                self.redraw_cut();
                Ok(())
            }
            Event::Lie => {
                self.lie(node);
                Ok(())
            }
            Event::Ask => {
                let (from, height) = (
                    self.rng.pick(self.nodes.len()),
                    self.nodes[node].disk.height(),
                );
                self.prove(from, node, height);
                let delay = 1_000 + self.rng.below(2_000);
                self.later(delay, node, Event::Ask);
                Ok(())
            }
        }
    }

    fn is_stormy(&self) -> bool {
        self.now < self.weather.storm_ms
    }

    fn start(&mut self, node: usize) -> Result<(), Violation> {
        let it = &mut self.nodes[node];
        if it.is_up() {
            return Ok(());
        }
        self.tally.replays += u32::from(!it.disk.log.is_empty());
        it.start(&self.network);
        self.begin(node)
    }

    pub(crate) fn begin(&mut self, node: usize) -> Result<(), Violation> {
        let height = self.nodes[node].disk.height();
        let begin = Input::Begin {
            height,
            validators: self.validators(height),
            pace: self.nodes[node].pace,
        };
        self.give(node, begin)?;
        if height <= self.target && self.nodes[node].is_up() {
            let life = self.nodes[node].life;
            let delay = self.rng.below(400);
            self.later(delay, node, Event::Work(life, height));
        }
        Ok(())
    }

    pub(crate) fn give(&mut self, node: usize, input: Input) -> Result<(), Violation> {
        let now = Time::from_ms(self.now).unwrap();
        let Some(machine) = &mut self.nodes[node].machine else {
            return Ok(());
        };
        let told = format!("{input:?}");
        let out = machine
            .handle(input, now)
            .map_err(|broken| format!("node {node}: {broken}, given {told}"))?;
        self.tally.rounds = self.tally.rounds.max(machine.round().unwrap_or_default());
        if let Some(due) = machine.next_deadline() {
            let (life, delay) = (self.nodes[node].life, due.as_ms().saturating_sub(self.now));
            if self.nodes[node].wakes.insert(due.as_ms()) {
                self.later(delay, node, Event::Own(life, Input::Tick));
            }
        }
        self.perform(node, &out)
    }

    /// Does what an output asks for, in its order, unless a crash comes between.
    fn perform(&mut self, node: usize, out: &Output) -> Result<(), Violation> {
        let crash = (self.is_stormy() && self.rng.permille(self.weather.crash)).then(|| {
            let count = self.rng.pick(8);
            match self.rng.pick(4) {
                0 => Crash::BeforeLog,
                1 => Crash::WithinLog(count),
                2 => Crash::BeforeHighest,
                _ => Crash::AmongEffects(count),
            }
        });
        if self.nodes[node].disk.write(out, crash) {
            let count = match crash {
                Some(Crash::AmongEffects(count)) => count,
                _ => usize::MAX,
            };
            for effect in out.effects.iter().take(count) {
                self.effect(node, effect)?;
            }
        }
        if crash.is_some() {
            self.crash(node);
        }
        Ok(())
    }

    pub(crate) fn crash(&mut self, node: usize) {
        self.tally.crashes += 1;
        self.nodes[node].fall();
        if self.nodes[node].lie == Some(Lie::Amnesia) {
            self.nodes[node].disk.log.clear();
            self.nodes[node].disk.highest = None;
        }
        let delay = 10 + self.rng.below(1_500);
        self.later(delay, node, Event::Start);
    }

    fn effect(&mut self, node: usize, effect: &Effect) -> Result<(), Violation> {
        match effect {
            Effect::Send(message) => return self.send(node, message),
            Effect::Propose { height, round, .. } => self.propose(node, *height, *round),
            Effect::Judge { height, block, .. } => {
                let judged = Input::Judged {
                    height: *height,
                    block: *block,
                    valid: self.checks.may_follow(*height, *block),
                };
                let (life, delay) = (self.nodes[node].life, self.rng.below(60));
                self.later(delay, node, Event::Own(life, judged));
            }
            Effect::Decided(proof) => return self.decide(node, proof),
            Effect::Accuse(evidence) => {
                if self.nodes[node].lie.is_none() {
                    return self.checks.accused(evidence);
                }
            }
            Effect::Answer { to, height } => {
                let Some(to) = self.nodes.iter().position(|node| node.did() == *to) else {
                    return Err(format!("{to} is nobody"));
                };
                self.prove(node, to, *height);
            }
            Effect::Behind { height } => {
                let from = self.rng.pick(self.nodes.len());
                self.prove(from, node, *height);
            }
            Effect::Refused { .. } | Effect::Forged => {}
            Effect::Forget { below } => self.nodes[node].disk.forget(*below),
            Effect::Silent { why, .. } => return self.silent(node, *why),
        }
        Ok(())
    }

    fn silent(&mut self, node: usize, why: Silence) -> Result<(), Violation> {
        self.tally.silences += 1;
        let it = &self.nodes[node];
        if it.lie.is_none() && !it.damaged {
            return Err(format!("node {node} is honest, its disk is good: {why}"));
        }
        Ok(())
    }

    fn propose(&mut self, node: usize, height: u64, round: u32) {
        let bytes = format!("{height} {round} {node} {}", self.rng.next());
        let block = Cid::of(Codec::DagCbor, bytes.as_bytes());
        if self.nodes[node].lie != Some(Lie::BadBlocks) {
            self.checks.made(height, block);
            // The twin that a liar puts beside it may follow as well.
            self.checks.made(height, liars::twin(&block));
        }
        let (life, delay) = (self.nodes[node].life, self.rng.below(80));
        let proposed = Input::Propose {
            height,
            round,
            block,
        };
        self.later(delay, node, Event::Own(life, proposed));
    }

    fn decide(&mut self, node: usize, proof: &Certificate) -> Result<(), Violation> {
        let validators = self.validators(proof.height);
        if self.nodes[node].lie.is_none() {
            self.checks.decided(proof, &validators)?;
        }
        let disk = &mut self.nodes[node].disk;
        if disk.height() != proof.height {
            return Err(format!("node {node} decides {} out of turn", proof.height));
        }
        disk.chain.push(proof.clone());
        let to = self.rng.pick(self.nodes.len());
        self.prove(node, to, proof.height);
        self.begin(node)
    }

    /// Brings a certificate from one node to another, if it has it.
    fn prove(&mut self, from: usize, to: usize, height: u64) {
        if from == to || !self.nodes[from].is_up() {
            return;
        }
        let proof = match self.nodes[from].lie {
            Some(Lie::ForgedProofs) => {
                let keys: Vec<_> = self.nodes.iter().map(Node::keys).collect();
                liars::forge(height, &keys, &mut self.rng)
            }
            Some(Lie::Silence) => return,
            _ => {
                let index = usize::try_from(height).unwrap().wrapping_sub(1);
                match self.nodes[from].disk.chain.get(index) {
                    Some(proof) => proof.clone(),
                    None => return,
                }
            }
        };
        if let Some(delay) = self.flight(from, to) {
            self.tally.synced += 1;
            self.later(delay, to, Event::Input(Input::Decided(proof)));
        }
    }

    fn send(&mut self, node: usize, message: &Message) -> Result<(), Violation> {
        self.tally.sends += 1;
        let did = self.nodes[node].did();
        self.checks.sent(did, message)?;
        for to in (0..self.nodes.len()).filter(|to| *to != node) {
            let (lie, keys) = (self.nodes[node].lie, self.nodes[node].keys());
            let sent = match lie {
                Some(lie) => liars::twist(lie, message, to, &keys, &self.network),
                None => vec![message.clone()],
            };
            for message in sent {
                self.carry(node, to, message.encode());
            }
        }
        Ok(())
    }

    fn carry(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
        if let Some(delay) = self.flight(from, to) {
            if self.is_stormy() && self.rng.permille(self.weather.twice) {
                let again = delay + self.rng.below(500);
                self.later(again, to, Event::Bytes(bytes.clone()));
            }
            self.later(delay, to, Event::Bytes(bytes));
        }
    }

    /// How long a message takes, if it comes at all.
    fn flight(&mut self, from: usize, to: usize) -> Option<u64> {
        let delay = 1 + self.rng.below(self.weather.delay_ms);
        let heard = self.cut[to] & (1 << from) == 0;
        let lost = self.is_stormy() && self.rng.permille(self.weather.loss);
        (heard && !lost).then_some(delay)
    }

    /// Cuts the net in two, one way or both, or heals it.
    fn redraw_cut(&mut self) {
        let (stormy, nodes) = (self.is_stormy(), self.nodes.len());
        self.cut = vec![0; nodes];
        if stormy && self.rng.permille(self.weather.cut) {
            let (side, both) = (self.rng.next(), self.rng.permille(600));
            for to in 0..nodes {
                let here = side & (1 << to) != 0;
                if here || both {
                    let all = (1 << nodes) - 1;
                    self.cut[to] = all & if here { !side } else { side };
                }
            }
        }
        if stormy {
            let delay = 200 + self.rng.below(2_500);
            self.later(delay, 0, Event::Cut);
        }
    }

    pub(crate) fn set_cut(&mut self, cut: Vec<u64>) {
        self.cut = cut;
    }

    /// What a liar does by itself.
    fn lie(&mut self, node: usize) {
        let height = self.nodes[node].disk.height();
        let (lie, keys) = (self.nodes[node].lie, self.nodes[node].keys());
        let to = self.rng.pick(self.nodes.len());
        match lie {
            Some(Lie::Flood) => {
                let bytes = liars::flood(height, &keys, &self.network, &mut self.rng);
                self.carry(node, to, bytes);
            }
            Some(Lie::Replay) => {
                let whose = self.rng.pick(self.nodes.len());
                let keys = self.nodes[whose].keys();
                let elsewhere = Node::elsewhere(self.nodes[node].removed);
                let message = liars::replayed(height, &keys, &elsewhere, &mut self.rng);
                for to in 0..self.nodes.len() {
                    self.carry(node, to, message.encode());
                }
            }
            Some(Lie::ForgedProofs) => {
                let height = self.nodes[to].disk.height();
                self.prove(node, to, height);
            }
            _ => return,
        }
        let delay = 20 + self.rng.below(200);
        self.later(delay, node, Event::Lie);
    }

    /// A disk loses its log, or an old copy of it comes back; the record stays.
    pub(crate) fn damage(&mut self, node: usize, copy: Option<Disk>) {
        let it = &mut self.nodes[node];
        it.fall();
        it.damaged = true;
        match copy {
            Some(old) => (it.disk.log, it.disk.chain) = (old.log, old.chain),
            None => it.disk.log.clear(),
        }
        self.later(5, node, Event::Start);
    }
}
