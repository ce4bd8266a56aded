//! A node: its mesh while it is up, its disk always, and what the shell around it remembers.

use crate::clock::Clock;
use crate::disk::Disk;
use crate::letter::Letter;
use crate::liars::Liar;
use crate::people;
use crate::plan::{BEAT_MS, CHECKPOINT_HEIGHTS, PACE, Plan};
use icn_base::{Did, JobId, Keypair, Time};
use icn_ledger::{Genesis, SignedTx};
use icn_mesh::{Mesh, Removed, Setup, Stopped};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What comes back with a ticket.
#[derive(Clone, Debug)]
pub enum Pending {
    /// Gossip, which a verdict passes on.
    Letter {
        /// Who brought it.
        from: usize,
        /// What it was.
        letter: Arc<Letter>,
        /// How many nodes have passed it on.
        hops: u8,
    },
    /// A question of a peer.
    Asked {
        /// Whose.
        from: usize,
        /// In which of its lives.
        life: u32,
        /// Its number there.
        id: u64,
    },
    /// A user waits for this transaction, or for what the node signs itself.
    User(Option<Box<SignedTx>>),
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// Its number.
    pub number: usize,
    /// The number of its key: a twin has another's.
    key: usize,
    /// Who it is.
    pub did: Did,
    /// Its clock.
    pub clock: Clock,
    /// Its disk.
    pub disk: Disk,
    /// What is up.
    pub mesh: Option<Mesh>,
    /// How it lies, if it does.
    pub liar: Option<Liar>,
    /// How often it has begun or ended.
    pub life: u32,
    /// When it wants to be woken.
    pub wake: Option<u64>,
    /// Gossip that it has had lately, and until when it knows that.
    pub seen: BTreeMap<u64, u64>,
    /// Those it hears nothing of.
    pub banned: BTreeSet<Did>,
    /// Jobs that run on it.
    pub running: BTreeSet<JobId>,
    /// What it has yet to say something about.
    pub tickets: BTreeMap<u64, Pending>,
    /// The number of the last ticket.
    pub ticket: u64,
    /// The last height that it has told anybody about.
    pub told: u64,
    /// Its disk has lost or changed something.
    pub damaged: bool,
    /// It takes no part any more.
    pub gone: bool,
    removed: Removed,
}

impl Node {
    /// One that was never up. `key` is its number, but for a twin.
    pub fn new(number: usize, key: usize, plan: &Plan, liar: Option<Liar>) -> Self {
        Self {
            number,
            key,
            did: people::node_keys(key).did(),
            clock: plan.clocks.get(key).copied().unwrap_or_default(),
            disk: Disk::default(),
            mesh: None,
            liar,
            life: 0,
            wake: None,
            seen: BTreeMap::new(),
            banned: BTreeSet::new(),
            running: BTreeSet::new(),
            tickets: BTreeMap::new(),
            ticket: 0,
            told: 0,
            damaged: false,
            gone: false,
            removed: plan.removed,
        }
    }

    /// Its key.
    pub fn keys(&self) -> Keypair {
        people::node_keys(self.key)
    }

    /// True if it keeps the protocol.
    pub const fn is_honest(&self) -> bool {
        self.liar.is_none()
    }

    /// True while it is up.
    pub const fn is_up(&self) -> bool {
        self.mesh.is_some()
    }

    /// The last height that it has decided; 0 while it is down.
    pub fn height(&self) -> u64 {
        self.mesh.as_ref().map_or(0, Mesh::height)
    }

    /// What its clock says.
    pub fn now(&self, world_ms: u64) -> Time {
        self.clock.says(world_ms)
    }

    /// What it is called in the story.
    pub fn name(&self) -> String {
        format!("node {}", self.number)
    }

    /// Begins from its disk.
    pub fn start(&mut self, genesis: &Genesis, world_ms: u64) -> Result<(), Stopped> {
        let log = self.disk.read_log();
        self.disk.cut_tail();
        self.life += 1;
        self.wake = None;
        let setup = Setup {
            keys: self.keys(),
            genesis: genesis.clone(),
            pace: PACE,
            beat_ms: BEAT_MS,
            checkpoint_heights: CHECKPOINT_HEIGHTS,
            highest: self.disk.highest(),
            log: log.entries,
            removed: self.removed,
        };
        self.mesh = Some(Mesh::open(setup, &self.disk, self.now(world_ms))?);
        Ok(())
    }

    /// Stops at once. What was in memory is gone.
    pub fn fall(&mut self) {
        self.mesh = None;
        self.life += 1;
        self.wake = None;
        self.seen.clear();
        self.banned.clear();
        self.running.clear();
        self.tickets.clear();
        if self.liar.as_ref().is_some_and(Liar::forgets) {
            self.disk.forget_signing();
        }
    }

    /// Remembers something until its ticket comes back.
    pub fn give_ticket(&mut self, pending: Pending) -> u64 {
        self.ticket += 1;
        self.tickets.insert(self.ticket, pending);
        self.ticket
    }

    /// Where it is, for people.
    pub fn describe(&self) -> String {
        let lie = self.liar.as_ref().map(|liar| liar.lie().name());
        format!("{} {lie:?}: {:?}", self.name(), self.mesh)
    }
}
