//! How nodes behave, and what becomes of what their markets ask for.

use super::world::{ENGINE, World, cid, did, keys, time};
use crate::market::{Market, Todo};
use crate::message::Announcement;
use crate::words::{Ran, RunOrder};
use icn_base::run::{Exit, Outcome};
use icn_base::{Cid, JobId, NetworkId};
use icn_dag::Block;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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

/// How a node behaves.
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

impl World {
    /// Runs end, as their node behaves.
    pub(super) fn end_runs(&mut self, name: &'static str) {
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
            Todo::Announce(job) => {
                let said = Announcement::sign(job, &keys(name), &self.state.chain().network);
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
    pub(super) fn new(name: &str, network: NetworkId) -> Self {
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
