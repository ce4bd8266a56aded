//! Some nodes, a perfect net, and disks that keep what they are given: enough to see that the parts
//! of a node fit. What goes wrong in the world is tests/sim's.

use icn_base::run::{Exit, Journal, Outcome};
use icn_base::{Bytes, Cid, Codec, Did, Keypair, Mana, Time};
use icn_consensus::{Entry, Highest};
use icn_dag::{Batch, Block, Blocks, MemStore, Store};
use icn_governance::Parameter;
use icn_ledger::{Action, Genesis, GenesisAccount, Profile, SignedTx, TxBody};
use icn_mesh::message::Found;
use icn_mesh::{Answer, Ask, Checkpoint, Effect, Gossip, Input, Join, Mesh, names};
use icn_mesh::{Ran, RunOrder, Setup, Waiting};
use std::collections::{BTreeMap, VecDeque};

pub(crate) const ENGINE: &str = "table/1";

pub(crate) struct Node {
    pub(crate) mesh: Mesh,
    pub(crate) disk: MemStore,
    pub(crate) log: Vec<Entry>,
    pub(crate) highest: Option<Highest>,
    pub(crate) up: bool,
    /// True while it reaches nobody, and nobody reaches it.
    pub(crate) cut: bool,
    pub(crate) runs: usize,
    /// How far its clock is ahead of the world's.
    pub(crate) ahead_ms: u64,
}

pub(crate) struct World {
    pub(crate) nodes: Vec<Node>,
    pub(crate) now: Time,
    pub(crate) genesis: Genesis,
    pub(crate) decided: BTreeMap<u64, Cid>,
    pub(crate) effects: Vec<String>,
    queue: VecDeque<(usize, Input)>,
    asks: BTreeMap<u64, (usize, u64)>,
    tickets: u64,
}

pub(crate) fn keys(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

pub(crate) fn user() -> Keypair {
    keys(200)
}

pub(crate) fn at(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

fn genesis(validators: usize) -> Genesis {
    let account = |keys: Keypair, power| GenesisAccount {
        did: keys.did(),
        mana: Mana::new(5_000).unwrap(),
        member: true,
        power,
    };
    let nodes =
        (0..8_u8).map(|seed| account(keys(seed), u64::from(usize::from(seed) < validators)));
    let mut accounts: Vec<_> = nodes.chain([account(user(), 0)]).collect();
    accounts.sort_by_key(|account| account.did);
    Genesis {
        time: at(1_000),
        accounts,
        parameters: [(Parameter::TxFee, 1)].into(),
        development: true,
        ..Genesis::default()
    }
}

fn open(
    seed: u8,
    genesis: &Genesis,
    disk: &MemStore,
    kept: (Option<Highest>, Vec<Entry>),
    now: Time,
) -> Mesh {
    let setup = Setup {
        beat_ms: 20,
        checkpoint_heights: 5,
        highest: kept.0,
        log: kept.1,
        ..Setup::new(keys(seed), genesis.clone())
    };
    Mesh::open(setup, disk, now).unwrap()
}

impl World {
    pub(crate) fn new(validators: usize, others: usize) -> Self {
        let (genesis, now) = (genesis(validators), at(10_000));
        let node = |seed| {
            let disk = MemStore::default();
            Node {
                mesh: open(seed, &genesis, &disk, (None, Vec::new()), now),
                disk,
                log: Vec::new(),
                highest: None,
                up: true,
                cut: false,
                runs: 0,
                ahead_ms: 0,
            }
        };
        let count = u8::try_from(validators + others).unwrap();
        let nodes = (0..count).map(node).collect();
        let mut world = Self {
            nodes,
            now,
            genesis: genesis.clone(),
            decided: BTreeMap::new(),
            effects: Vec::new(),
            queue: VecDeque::new(),
            asks: BTreeMap::new(),
            tickets: 0,
        };
        for node in 0..world.nodes.len() {
            world.meet(node);
        }
        world.settle();
        world
    }

    /// A node is up: it and the others hear of each other.
    fn meet(&mut self, node: usize) {
        for other in (0..self.nodes.len()).filter(|other| *other != node && self.nodes[*other].up) {
            self.queue.push_back((node, Input::Joined(self.did(other))));
            self.queue.push_back((other, Input::Joined(self.did(node))));
        }
        self.rest(node);
    }

    pub(crate) fn did(&self, node: usize) -> Did {
        self.nodes[node].mesh.did()
    }

    pub(crate) fn give(&mut self, node: usize, input: Input) {
        self.queue.push_back((node, input));
    }

    /// Handles what there is until nothing is left to do at this time.
    pub(crate) fn settle(&mut self) {
        while let Some((node, input)) = self.queue.pop_front() {
            let now = self.clock(node);
            let Node { mesh, disk, up, .. } = &mut self.nodes[node];
            if *up {
                mesh.handle(input, now, disk).unwrap();
                self.rest(node);
            }
        }
    }

    /// What a node takes for the time.
    fn clock(&self, node: usize) -> Time {
        self.now.after_ms(self.nodes[node].ahead_ms).unwrap()
    }

    fn rest(&mut self, node: usize) {
        let now = self.clock(node);
        let Node {
            mesh,
            disk,
            log,
            highest,
            ..
        } = &mut self.nodes[node];
        let out = mesh.rest(now, disk).unwrap();
        let mut batch = Batch::of(out.keep.blocks);
        batch.names = out.keep.names;
        disk.commit(batch).unwrap();
        log.extend(out.keep.log);
        if let Some(below) = out.keep.forget_below {
            log.retain(|entry| entry.height() >= below);
        }
        *highest = out.keep.highest.or(*highest);
        for effect in out.effects {
            self.perform(node, effect);
        }
    }

    fn perform(&mut self, node: usize, effect: Effect) {
        let (me, network) = (self.did(node), self.genesis.network());
        match effect {
            Effect::Gossip(gossip) => {
                let bytes = gossip.encode();
                let cut = |other: &usize| self.nodes[node].cut || self.nodes[*other].cut;
                let others = (0..self.nodes.len()).filter(|other| *other != node);
                for other in others.filter(|other| !cut(other)) {
                    let heard = Gossip::read(&bytes, gossip.topic(), &network).unwrap();
                    let heard = Input::Heard {
                        from: me,
                        heard,
                        ticket: 0,
                    };
                    self.queue.push_back((other, heard));
                }
            }
            Effect::Ask { id, to, ask } => {
                let other = self
                    .nodes
                    .iter()
                    .position(|node| node.mesh.did() == to && node.up && !node.cut);
                match other {
                    None => self
                        .queue
                        .push_back((node, Input::Answered { id, answer: None })),
                    Some(other) => {
                        self.tickets += 1;
                        self.asks.insert(self.tickets, (node, id));
                        let ask = Ask::read(&ask.encode()).unwrap();
                        let asked = Input::Asked {
                            from: me,
                            ask,
                            ticket: self.tickets,
                        };
                        self.queue.push_back((other, asked));
                    }
                }
            }
            Effect::Answer { ticket, answer } => {
                let (asker, id) = self.asks.remove(&ticket).unwrap();
                let answer = Some(Answer::read(&answer.encode()).unwrap());
                self.queue
                    .push_back((asker, Input::Answered { id, answer }));
            }
            Effect::Checkpoint(checkpoint, state) => {
                let mut batch = Batch::of(checkpoint.blocks(&state));
                let name = names::CHECKPOINT.to_owned();
                batch.names = [(name, Some(*checkpoint.block().cid()))].into();
                self.nodes[node].disk.commit(batch).unwrap();
            }
            Effect::Run(order) => self.run(node, &order),
            Effect::Decided(decided) => {
                let known = *self
                    .decided
                    .entry(decided.header.height)
                    .or_insert(decided.root);
                assert_eq!(known, decided.root, "one state at one height");
                decided.state.audit().unwrap();
            }
            Effect::Taken { results, .. } => {
                for refused in results.iter().filter_map(|result| result.as_ref().err()) {
                    self.effects.push(format!("{node} refused {refused}"));
                }
            }
            Effect::Ban { peer, offence, .. } => unreachable!("{me} bans {peer}: {offence}"),
            other => self
                .effects
                .push(format!("{node} {other:?}").chars().take(80).collect()),
        }
    }

    fn run(&mut self, node: usize, order: &RunOrder) {
        self.nodes[node].runs += 1;
        let block = |bytes: &[u8]| Block::raw(bytes.to_vec()).unwrap();
        let (output, log) = (block(b"done"), block(b""));
        let journal = Block::cbor(&Journal::default()).unwrap();
        let outcome = Outcome {
            exit: Exit::Ok(0),
            output: *output.cid(),
            log: *log.cid(),
            effects: Vec::new(),
            fuel_used: 1_000,
            memory_peak: 65_536,
            host_calls: Vec::new(),
            journal: *journal.cid(),
            engine: ENGINE.into(),
        };
        let ran = Ran {
            outcome,
            blocks: vec![output, log, journal],
        };
        let (job, started) = (order.job, self.now);
        let result = Ok(Box::new(ran));
        self.queue.push_back((
            node,
            Input::Ran {
                job,
                started,
                result,
            },
        ));
    }

    /// Lets time pass, deadline by deadline.
    pub(crate) fn pass(&mut self, ms: u64) {
        let end = self.now.after_ms(ms).unwrap();
        loop {
            self.settle();
            let up = self.nodes.iter().filter(|node| node.up);
            let next = |node: &Node| {
                let here = node.mesh.next_deadline()?;
                Time::from_ms(here.as_ms().saturating_sub(node.ahead_ms)).ok()
            };
            let next = up.filter_map(next).min();
            let Some(next) = next.filter(|next| *next <= end) else {
                break;
            };
            self.now = self.now.after_ms(1).unwrap().max(next);
            for node in 0..self.nodes.len() {
                self.give(node, Input::Tick);
            }
        }
        self.now = end;
    }

    pub(crate) fn act(&mut self, node: usize, action: Action) {
        self.give(
            node,
            Input::Act {
                action,
                retries: 0,
                ticket: 1,
            },
        );
        self.settle();
    }

    pub(crate) fn submit(
        &mut self,
        node: usize,
        keys: &Keypair,
        nonce: u64,
        action: Action,
    ) -> Cid {
        let network = self.genesis.network();
        let body = TxBody {
            network,
            from: keys.did(),
            nonce: Some(nonce),
            valid_until: self.clock(node).after_ms(60_000).unwrap(),
            action,
        };
        let tx = Waiting::new(SignedTx::sign(body, keys), &network).unwrap();
        let id = *tx.id().cid();
        self.give(
            node,
            Input::Submit {
                txs: vec![tx],
                ticket: 1,
            },
        );
        self.settle();
        id
    }

    pub(crate) fn register(&mut self, node: usize) {
        let profile = Profile {
            capacity: 4,
            prices: icn_economics::Offer {
                base: Mana::new(2).unwrap(),
                per_mfuel: Mana::new(1).unwrap(),
            },
            capabilities: Default::default(),
            labels: BTreeMap::new(),
            engine: ENGINE.into(),
        };
        self.act(node, Action::RegisterExecutor { profile });
    }

    pub(crate) fn fall(&mut self, node: usize) {
        self.nodes[node].up = false;
        let gone = self.did(node);
        for other in (0..self.nodes.len()).filter(|other| *other != node) {
            self.give(other, Input::Left(gone));
        }
    }

    /// Nobody reaches a node any more, until [`World::mend`].
    pub(crate) fn cut(&mut self, node: usize) {
        self.nodes[node].cut = true;
        let me = self.did(node);
        for other in (0..self.nodes.len()).filter(|other| *other != node) {
            self.give(other, Input::Left(me));
            self.give(node, Input::Left(self.did(other)));
        }
        self.settle();
    }

    pub(crate) fn mend(&mut self, node: usize) {
        self.nodes[node].cut = false;
        self.meet(node);
        self.settle();
    }

    pub(crate) fn rise(&mut self, node: usize) {
        let Node {
            disk, log, highest, ..
        } = &self.nodes[node];
        let seed = u8::try_from(node).unwrap();
        let kept = (*highest, log.clone());
        let mesh = open(seed, &self.genesis, disk, kept, self.now);
        self.nodes[node].mesh = mesh;
        self.nodes[node].up = true;
        self.meet(node);
        self.settle();
    }

    /// A node begins from the last state that another has put on disk, and has nothing else.
    pub(crate) fn begin_from(&mut self, node: usize, other: usize) {
        let source = self.nodes[other].disk.clone();
        let named = source.name(names::CHECKPOINT).unwrap().unwrap();
        let checkpoint: Checkpoint = source.get(&named).unwrap().unwrap().value().unwrap();
        let trusted = *checkpoint.header.block().cid();
        let mut join = Join::new(self.genesis.network(), trusted);
        let mut effects = join.handle(Input::Joined(self.did(other)), self.now);
        let joined = loop {
            for effect in std::mem::take(&mut effects) {
                let Effect::Ask {
                    id,
                    ask: Ask::Blocks(cids),
                    ..
                } = effect
                else {
                    unreachable!("it only asks for blocks: {effect:?}");
                };
                let found = cids.iter().filter_map(|cid| source.get(cid).unwrap());
                let found = found.map(|block| Found {
                    cid: *block.cid(),
                    bytes: Bytes(block.bytes().to_vec()),
                });
                let answer = Some(Answer::Blocks(found.collect()));
                effects.extend(join.handle(Input::Answered { id, answer }, self.now));
            }
            if let Some(joined) = join.joined().unwrap() {
                break joined;
            }
            effects.extend(join.handle(Input::Tick, self.now));
        };
        let mut disk = MemStore::default();
        let mut batch = Batch::of(joined.blocks);
        let name = names::CHECKPOINT.to_owned();
        batch.names = [(name, Some(*joined.checkpoint.block().cid()))].into();
        disk.commit(batch).unwrap();
        self.nodes[node].disk = disk;
        (self.nodes[node].log, self.nodes[node].highest) = (Vec::new(), None);
        self.rise(node);
    }

    pub(crate) fn height(&self, node: usize) -> u64 {
        self.nodes[node].mesh.height()
    }

    pub(crate) fn module(&mut self, node: usize, bytes: &[u8]) -> Cid {
        let block = Block::raw(bytes.to_vec()).unwrap();
        let cid = *block.cid();
        assert_eq!(cid, Cid::of(Codec::Raw, bytes));
        self.give(node, Input::Put(vec![block]));
        self.settle();
        cid
    }
}
