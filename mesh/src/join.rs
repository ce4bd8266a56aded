//! Beginning in the middle: a node that trusts one header fetches the state that it names, instead
//! of applying every block from the genesis.
//!
//! Nothing is believed but that header: the state is the one that hashes to the root in it, or the
//! node goes on looking. From there on blocks are believed by their certificates, as always.

use crate::limits::{ASK_MS, ASKED_BLOCKS_MAX};
use crate::message::{Answer, Ask};
use crate::open::Checkpoint;
use crate::words::{Effect, Input};
use icn_base::{Cid, Did, NetworkId, Time};
use icn_dag::{Batch, Block, Blocks, MemStore, Store};
use icn_ledger::{Header, State};
use std::collections::{BTreeMap, BTreeSet};

/// Questions that are open at once.
const ASKS_MAX: usize = 8;

/// Before a node begins: it only asks for blocks.
#[derive(Debug)]
pub struct Join {
    network: NetworkId,
    trusted: Cid,
    header: Option<Header>,
    blocks: MemStore,
    wanted: BTreeSet<Cid>,
    asked: BTreeMap<u64, Question>,
    peers: Vec<Did>,
    turn: usize,
    last: u64,
}

#[derive(Clone, Debug)]
struct Question {
    cids: Vec<Cid>,
    until: Time,
}

/// What a node can begin from.
#[derive(Clone, Debug)]
pub struct Joined {
    /// The state that the trusted header names.
    pub state: State,
    /// To be kept under [`crate::names::CHECKPOINT`].
    pub checkpoint: Checkpoint,
    /// Everything that must be on disk before the node begins.
    pub blocks: Vec<Block>,
}

/// Why a header is nothing to begin from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotJoin {
    /// It is no header of this network.
    #[error("the trusted block is no header of this network: take the one that a node prints")]
    NoHeader,
    /// The state that it names is no state.
    #[error("the trusted block names a state that does not add up: take another node's")]
    NoState,
}

impl Join {
    /// Looks for the state that the header with this CID names.
    pub fn new(network: NetworkId, trusted: Cid) -> Self {
        Self {
            network,
            trusted,
            header: None,
            blocks: MemStore::default(),
            wanted: BTreeSet::from([trusted]),
            asked: BTreeMap::new(),
            peers: Vec::new(),
            turn: 0,
            last: 0,
        }
    }

    /// Takes what happens: peers that come and go, and their answers. Says what to ask.
    pub fn handle(&mut self, input: Input, now: Time) -> Vec<Effect> {
        match input {
            Input::Joined(peer) => self.peers.push(peer),
            Input::Left(peer) => self.peers.retain(|known| *known != peer),
            Input::Answered { id, answer } => self.answered(id, answer),
            Input::Heard { .. }
            | Input::Offended { .. }
            | Input::Asked { .. }
            | Input::Submit { .. }
            | Input::Act { .. }
            | Input::Retry { .. }
            | Input::Put(_)
            | Input::Ran { .. }
            | Input::Explain { .. }
            | Input::Leave
            | Input::Tick => {}
        }
        let late = self.asked.iter().filter(|(_, asked)| asked.until <= now);
        let late: Vec<u64> = late.map(|(id, _)| *id).collect();
        for id in late {
            self.answered(id, None);
        }
        self.ask(now)
    }

    /// When it wants to be called with [`Input::Tick`].
    pub fn next_deadline(&self) -> Option<Time> {
        self.asked.values().map(|asked| asked.until).min()
    }

    /// How many blocks are here, and how many are known to be missing.
    pub fn progress(&self) -> (usize, usize) {
        let asked: usize = self.asked.values().map(|asked| asked.cids.len()).sum();
        (self.blocks.len(), self.wanted.len().saturating_add(asked))
    }

    /// What to begin from, once everything is here.
    pub fn joined(&mut self) -> Result<Option<Joined>, CannotJoin> {
        if !self.wanted.is_empty() || !self.asked.is_empty() {
            return Ok(None);
        }
        let header = self.read_header()?;
        let lacks = State::lacks(&self.blocks, &header.state);
        let lacks = lacks.map_err(|_| CannotJoin::NoState)?;
        if !lacks.is_empty() {
            self.wanted.extend(lacks);
            return Ok(None);
        }
        let state = State::load(&self.blocks, &header.state).map_err(|_| CannotJoin::NoState)?;
        let checkpoint = Checkpoint { header };
        let mut blocks = checkpoint.blocks(&state);
        blocks.push(header.block());
        Ok(Some(Joined {
            state,
            checkpoint,
            blocks,
        }))
    }

    fn read_header(&mut self) -> Result<Header, CannotJoin> {
        if let Some(header) = self.header {
            return Ok(header);
        }
        let block = self.blocks.get(&self.trusted).ok().flatten();
        let header = block.and_then(|block| block.value::<Header>().ok());
        let header = header.filter(|header| header.network == self.network && header.height > 1);
        let header = header.ok_or(CannotJoin::NoHeader)?;
        self.header = Some(header);
        Ok(header)
    }

    fn answered(&mut self, id: u64, answer: Option<Answer>) {
        let Some(asked) = self.asked.remove(&id) else {
            return;
        };
        let mut missing: BTreeSet<Cid> = asked.cids.into_iter().collect();
        if let Some(Answer::Blocks(found)) = answer {
            for found in found {
                let block = Block::check(found.cid, found.bytes.0);
                if let Ok(block) = block
                    && missing.remove(&found.cid)
                    && self.blocks.commit(Batch::of([block])).is_err()
                {
                    missing.insert(found.cid);
                }
            }
        }
        self.wanted.extend(missing);
    }

    fn ask(&mut self, now: Time) -> Vec<Effect> {
        let mut effects = Vec::new();
        while self.asked.len() < ASKS_MAX && !self.wanted.is_empty() && !self.peers.is_empty() {
            let some = self.wanted.iter().take(ASKED_BLOCKS_MAX).copied();
            let cids: Vec<Cid> = some.collect();
            self.wanted.retain(|cid| !cids.contains(cid));
            self.turn = self.turn.wrapping_add(1);
            self.last = self.last.wrapping_add(1);
            let place = self.turn.checked_rem(self.peers.len()).unwrap_or(0);
            let Some(to) = self.peers.get(place).copied() else {
                break;
            };
            let question = Question {
                cids: cids.clone(),
                until: now.after_ms(ASK_MS).unwrap_or(now),
            };
            self.asked.insert(self.last, question);
            effects.push(Effect::Ask {
                id: self.last,
                to,
                ask: Ask::Blocks(cids),
            });
        }
        effects
    }
}
