//! Nodes by name, a book, a clock that only the test moves, and a network that loses nothing unless
//! it is told to.

use crate::explain::{Explanation, Fate, Stage};
use crate::market::{Market, Moment, Todo, facts};
use crate::words::{Ran, RunOrder};
use icn_base::run::{Agreement, Exit, Input, JobSpec, JobState, Outcome, Requires};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, NetworkId, Time};
use icn_dag::Block;
use icn_economics::Offer;
use icn_ledger::{
    Action, Genesis, GenesisAccount, Header, Job, Profile, Reject, SignedTx, State, TxBody, apply,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

pub(super) const ENGINE: &str = "wasmtime-48/icn-1";

pub(super) struct World {
    pub(super) state: State,
    pub(super) now: u64,
    pub(super) nodes: BTreeMap<&'static str, Node>,
    /// Why transactions did not get into a block.
    pub(super) refused: Vec<Reject>,
    past: BTreeMap<u64, (State, Header)>,
    parent: Cid,
    pool: Vec<SignedTx>,
}

/// A node, and how it behaves.
pub(super) struct Node {
    pub(super) market: Market,
    pub(super) behaves: Behaviour,
    /// Runs that were ordered and have not ended.
    pub(super) running: BTreeMap<JobId, Box<RunOrder>>,
    pub(super) stopped: Vec<JobId>,
    pub(super) kept: BTreeSet<Cid>,
    pub(super) retries: BTreeMap<JobId, u8>,
    pub(super) wanted: BTreeSet<JobId>,
    pub(super) bids: usize,
    pub(super) acts: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    /// Runs end, with the right output.
    Honest,
    /// Runs end, with this output.
    Writes(&'static str),
    /// Runs never end.
    Slow,
    /// The machine cannot run anything.
    Broken,
    /// What it signs never reaches a block.
    Mute,
    /// Its bids reach nobody.
    Unheard,
    /// It is not there at all.
    Off,
    /// Blocks never come.
    Cut,
}

pub(super) fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

pub(super) fn time(ms: u64) -> Time {
    Time::from_ms(ms).unwrap()
}

pub(super) fn cid(text: &str) -> Cid {
    Cid::of(Codec::Raw, text.as_bytes())
}

/// A node's key grows from its name.
pub(super) fn keys(name: &str) -> Keypair {
    Keypair::from_seed(*cid(name).digest())
}

pub(super) fn did(name: &str) -> Did {
    keys(name).did()
}

/// A spec for one executor that `coordinator` assigns, due in ten seconds.
pub(super) fn spec(coordinator: &str, now: u64) -> JobSpec {
    JobSpec {
        module: cid("module"),
        entry: "run".into(),
        input: Input::Inline(Bytes(b"input".to_vec())),
        reads: vec![],
        fuel_limit: 1_000_000,
        memory_pages: 16,
        max_price: mana(20),
        bid_window_ms: 200,
        deadline: time(now + 10_000),
        agreement: Agreement::default(),
        requires: Requires::default(),
        grants: vec![],
        coordinator: did(coordinator),
        retry_of: None,
    }
}

/// A spec for several, of whom so many must agree.
pub(super) fn agreed(executors: u8, quorum: u8, coordinator: &str, now: u64) -> JobSpec {
    JobSpec {
        agreement: Agreement { executors, quorum },
        ..spec(coordinator, now)
    }
}

pub(super) fn profile(base: u64) -> Profile {
    Profile {
        capacity: 4,
        prices: Offer {
            base: mana(base),
            per_mfuel: mana(1),
        },
        capabilities: BTreeSet::new(),
        labels: BTreeMap::new(),
        engine: ENGINE.into(),
    }
}

impl World {
    /// These nodes, all members with mana. Those with a `*` order.
    pub(super) fn new(names: &[&'static str]) -> Self {
        let account = |name: &&'static str| GenesisAccount {
            did: did(name.trim_start_matches('*')),
            mana: mana(5_000),
            member: true,
            power: u64::from(name.starts_with('*')),
        };
        let mut accounts: Vec<_> = names.iter().map(account).collect();
        accounts.sort_by_key(|account| account.did);
        let genesis = Genesis {
            accounts,
            development: true,
            ..Genesis::default()
        };
        let network = genesis.network();
        let mut state = genesis.state().unwrap();
        drop(state.commit());
        let node = |name: &&'static str| {
            let name = name.trim_start_matches('*');
            (name, Node::new(name, network))
        };
        Self {
            state,
            now: 1_000,
            nodes: names.iter().map(node).collect(),
            refused: vec![],
            past: BTreeMap::new(),
            parent: *network.cid(),
            pool: vec![],
        }
    }

    pub(super) fn node(&mut self, name: &str) -> &mut Node {
        self.nodes.get_mut(name).unwrap()
    }

    pub(super) fn set(&mut self, name: &str, behaves: Behaviour) {
        self.node(name).behaves = behaves;
    }

    /// Signs an action as if a person had, and waits for its block.
    pub(super) fn act(&mut self, name: &str, action: Action) -> JobId {
        let tx = self.sign(name, action);
        let id = JobId::new(*tx.id().cid());
        self.pool.push(tx);
        id
    }

    pub(super) fn register(&mut self, name: &str, profile: Profile) {
        self.act(name, Action::RegisterExecutor { profile });
        self.pass(10);
    }

    pub(super) fn submit(&mut self, name: &str, spec: JobSpec) -> JobId {
        let spec = Arc::new(spec);
        self.act(name, Action::SubmitJob { spec })
    }

    /// Submits a job that its owner's node tries again so often.
    pub(super) fn submit_with(&mut self, name: &'static str, spec: JobSpec, retries: u8) -> JobId {
        let job = self.submit(name, spec);
        let todo = self.ask(name, |market, moment| market.retry(moment, job, retries));
        self.perform(name, todo);
        job
    }

    pub(super) fn sign(&self, name: &str, action: Action) -> SignedTx {
        let from = did(name);
        let waiting = self.pool.iter().filter(|tx| tx.body.from == from);
        let waiting = waiting.filter(|tx| tx.body.nonce.is_some()).count() as u64;
        let next = self.state.actor(&from).map_or(0, |actor| actor.nonce);
        let body = TxBody {
            network: self.state.chain().network,
            from,
            nonce: (!action.is_market()).then_some(next + waiting),
            valid_until: time(self.now + 30_000),
            action,
        };
        SignedTx::sign(body, &keys(name))
    }

    /// Time passes, in steps of ten milliseconds.
    pub(super) fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        while self.now < until {
            self.now = until.min(self.now + 10);
            self.step();
        }
    }

    /// Time passes until the job has ended, 20 seconds at most; how it ended.
    pub(super) fn finish(&mut self, job: JobId) -> JobState {
        for _ in 0..2_000 {
            if self.state.job(&job).is_some_and(|job| job.due().is_none()) {
                break;
            }
            self.pass(10);
        }
        self.job(job).state()
    }

    pub(super) fn job(&self, job: JobId) -> &Job {
        self.state.job(&job).unwrap()
    }

    /// The job that tries this one again.
    pub(super) fn retry_of(&self, job: JobId) -> Option<JobId> {
        let mut jobs = self.state.jobs_after(None);
        let found = jobs.find(|(_, row)| row.spec.retry_of == Some(job));
        found.map(|(id, _)| *id)
    }

    pub(super) fn explain(&mut self, name: &str, job: JobId) -> Explanation {
        self.node(name).market.explain(&job).unwrap_or_default()
    }

    /// What became of an executor's bid, as `name` remembers it.
    pub(super) fn fate(&mut self, name: &str, job: JobId, executor: &str) -> Option<Fate> {
        let bids = self.explain(name, job).bids;
        let mut bids = bids.into_iter();
        let found = bids.find(|(who, _)| *who == did(executor));
        found.map(|(_, judged)| judged.fate)
    }

    /// Why `name` did not bid, or gave its seat back.
    pub(super) fn why(&mut self, name: &str, job: JobId) -> Option<String> {
        let stages = self.explain(name, job).stages;
        stages.into_iter().find_map(|(_, stage)| {
            if let Stage::Passed(why) | Stage::Declined(why) = stage {
                Some(why)
            } else {
                None
            }
        })
    }

    pub(super) fn went_through(&mut self, name: &str, job: JobId, stage: &Stage) -> bool {
        let stages = self.explain(name, job).stages;
        stages.iter().any(|(_, known)| known == stage)
    }

    /// The node's process ends and begins again; its disk keeps only what it was told to keep.
    pub(super) fn restart(&mut self, name: &'static str, with_past: bool) {
        let network = self.state.chain().network;
        let node = self.node(name);
        let retries = node.retries.clone();
        node.market = Market::new(keys(name), network, retries);
        node.running.clear();
        let past = self.past.clone();
        let todo = self.ask(name, |market, moment| {
            market.restart(moment, |height| {
                past.get(&height).filter(|_| with_past).cloned()
            })
        });
        self.perform(name, todo);
    }

    pub(super) fn leave(&mut self, name: &'static str) {
        let todo = self.ask(name, Market::leave);
        self.perform(name, todo);
    }

    pub(super) fn ask<T>(
        &mut self,
        name: &str,
        ask: impl FnOnce(&mut Market, Moment<'_>) -> T,
    ) -> T {
        let moment = Moment {
            state: &self.state,
            now: time(self.now),
        };
        ask(&mut self.nodes.get_mut(name).unwrap().market, moment)
    }

    /// Everyone whose deadline has come acts; runs end; a block, if there is something to decide.
    fn step(&mut self) {
        let names: Vec<&'static str> = self.present().collect();
        for name in &names {
            let due = self.node(name).market.next_deadline();
            if due.is_some_and(|at| at <= time(self.now)) {
                let todo = self.ask(name, Market::tick);
                self.perform(name, todo);
            }
            self.end_runs(name);
        }
        let due = self.state.next_due();
        if !self.pool.is_empty() || due.is_some_and(|at| at <= time(self.now)) {
            self.block();
        }
    }

    fn present(&self) -> impl Iterator<Item = &'static str> {
        let present = self.nodes.iter();
        present
            .filter(|(_, node)| node.behaves != Behaviour::Off)
            .map(|(name, _)| *name)
    }

    fn end_runs(&mut self, name: &'static str) {
        let behaves = self.node(name).behaves;
        let output = match behaves {
            Behaviour::Slow | Behaviour::Off => return,
            Behaviour::Writes(output) => output,
            Behaviour::Honest
            | Behaviour::Broken
            | Behaviour::Mute
            | Behaviour::Unheard
            | Behaviour::Cut => "output",
        };
        for (job, _) in std::mem::take(&mut self.node(name).running) {
            let result = if behaves == Behaviour::Broken {
                Err("no memory: é".repeat(100))
            } else {
                Ok(Box::new(ran(output)))
            };
            let started = time(self.now - 1);
            let todo = self.ask(name, |market, moment| {
                market.ran(moment, job, started, result)
            });
            self.perform(name, todo);
        }
    }

    fn block(&mut self) {
        let at = time(self.now).max(self.state.chain().time.after_ms(1).unwrap());
        let mut scratch = self.state.clone();
        let mut txs = Vec::new();
        for tx in std::mem::take(&mut self.pool) {
            match apply(&mut scratch, &tx, at) {
                Err(reject) if reject.is_envelope() || tx.body.action.is_market() => {
                    self.refused.push(reject);
                }
                Err(reject) => panic!("{reject}"),
                Ok(_) => txs.push(tx),
            }
        }
        let (header, _) = Header::new(&mut self.state, self.parent, at, &txs);
        let applied = header.apply(&mut self.state, &txs).unwrap();
        self.state.audit().unwrap();
        self.parent = *header.block().cid();
        let kept = (self.state.clone(), header);
        self.past.insert(header.height, kept);
        let names: Vec<&'static str> = self.present().collect();
        let mut todos = Vec::new();
        for name in names {
            let todo = self.ask(name, |market, moment| {
                market.block(moment, &header, facts(&applied.verdicts, &applied.due))
            });
            todos.push((name, todo));
        }
        for (name, todo) in todos {
            self.perform(name, todo);
        }
    }

    /// Does what a node's market asks for.
    pub(super) fn perform(&mut self, name: &'static str, todo: Vec<Todo>) {
        let mut queue: VecDeque<(&'static str, Todo)> =
            todo.into_iter().map(|t| (name, t)).collect();
        while let Some((name, todo)) = queue.pop_front() {
            let more = self.perform_one(name, todo);
            queue.extend(more);
        }
    }

    fn perform_one(&mut self, name: &'static str, todo: Todo) -> Vec<(&'static str, Todo)> {
        let behaves = self.node(name).behaves;
        let mut more = Vec::new();
        match todo {
            Todo::Act(action) => {
                self.node(name).acts += 1;
                if behaves != Behaviour::Mute {
                    let tx = self.sign(name, action);
                    self.pool.push(tx);
                }
            }
            Todo::Bid(bid) => {
                self.node(name).bids += 1;
                bid.verify(&self.state.chain().network).unwrap();
                if behaves != Behaviour::Unheard {
                    let others: Vec<_> = self.present().filter(|other| *other != name).collect();
                    for other in others {
                        let bids = vec![bid.clone()];
                        let (_, todo) = self.ask(other, |market, moment| market.bids(moment, bids));
                        more.extend(todo.into_iter().map(|todo| (other, todo)));
                    }
                }
            }
            Todo::Announce(said) => {
                let others: Vec<_> = self.present().filter(|other| *other != name).collect();
                for other in others {
                    let (_, todo) =
                        self.ask(other, |market, moment| market.announced(moment, &said));
                    more.extend(todo.into_iter().map(|todo| (other, todo)));
                }
            }
            Todo::Want { job, from, .. } => {
                assert!(!from.contains(&did(name)), "nobody asks itself");
                self.node(name).wanted.insert(job);
                if behaves != Behaviour::Cut {
                    self.node(name).wanted.remove(&job);
                    let todo = self.ask(name, |market, moment| market.held(moment, job, Ok(())));
                    more.extend(todo.into_iter().map(|todo| (name, todo)));
                }
            }
            Todo::Unwant(job) => assert!(self.node(name).wanted.remove(&job), "was wanted"),
            Todo::Run(order) => {
                assert_eq!(order.state.chain().height, order.header.height);
                self.node(name).running.insert(order.job, order);
            }
            Todo::Stop(job) => {
                self.node(name).running.remove(&job);
                self.node(name).stopped.push(job);
            }
            Todo::Keep(blocks) => {
                let kept = blocks.iter().map(|block| *block.cid());
                self.node(name).kept.extend(kept);
            }
            Todo::Retries(retries) => self.node(name).retries = retries,
        }
        more
    }
}

impl Node {
    fn new(name: &str, network: NetworkId) -> Self {
        Self {
            market: Market::new(keys(name), network, BTreeMap::new()),
            behaves: Behaviour::Honest,
            running: BTreeMap::new(),
            stopped: vec![],
            kept: BTreeSet::new(),
            retries: BTreeMap::new(),
            wanted: BTreeSet::new(),
            bids: 0,
            acts: 0,
        }
    }
}

/// A run that wrote this.
pub(super) fn ran(output: &str) -> Ran {
    let blocks = [output, "log", "journal"].map(|text| Block::raw(text.as_bytes()).unwrap());
    Ran {
        outcome: Outcome {
            exit: Exit::Ok(0),
            output: cid(output),
            log: cid("log"),
            effects: vec![],
            fuel_used: 1_000,
            memory_peak: 65_536,
            host_calls: vec![],
            journal: cid("journal"),
            engine: ENGINE.into(),
        },
        blocks: blocks.to_vec(),
    }
}
