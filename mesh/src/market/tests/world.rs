//! Nodes by name, a book, a clock that only the test moves, and a network that loses nothing unless
//! it is told to.

use super::nodes::{Behaviour, Node};
use crate::explain::{Explanation, Fate, Stage};
use crate::market::{Market, Moment, facts};
use crate::mempool::{Mempool, Waiting};
use icn_base::run::{Agreement, Input, JobSpec, JobState, Requires};
use icn_base::{Bytes, Cid, Codec, Did, JobId, Keypair, Mana, Time};
use icn_economics::Offer;
use icn_ledger::{
    Action, Genesis, GenesisAccount, Header, Job, Profile, Reject, SignedTx, State, TxBody, apply,
};
use std::collections::{BTreeMap, BTreeSet};
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
    pub(super) pool: Vec<SignedTx>,
    /// What everybody knows to wait, though no block takes it.
    pub(super) mempool: Mempool,
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
            mempool: Mempool::default(),
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

    /// Signs an action that everybody hears of, and that no block takes.
    pub(super) fn stall(&mut self, name: &str, action: Action) {
        let waiting = Waiting::new(self.sign(name, action), &self.state.chain().network).unwrap();
        let at = time(self.now + 1);
        self.mempool.offer(waiting, &self.state, at).unwrap();
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
            mempool: &self.mempool,
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

    pub(super) fn present(&self) -> impl Iterator<Item = &'static str> {
        let present = self.nodes.iter();
        present
            .filter(|(_, node)| node.behaves != Behaviour::Off)
            .map(|(name, _)| *name)
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
}
