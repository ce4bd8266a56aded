//! Blocks that could be next: made here, or proposed by others and looked at before they are voted on.
//!
//! A block is applied once, to a copy of the book, when it is made or judged; if it is decided, that
//! copy becomes the book.

use crate::limits::{BODIES_MAX, MADE_BYTES_MAX, MADE_TXS_MAX, TAKEN_BYTES_MAX, UNTIMELY_MAX};
use crate::mempool::Waiting;
use crate::message::Body;
use crate::peers::Offence;
use crate::{Mesh, Stopped};
use icn_base::{Cid, Did, Time, TxId};
use icn_consensus::Input;
use icn_dag::{Block, Store};
use icn_governance::Parameter;
use icn_ledger::limits::BLOCK_TXS_MAX;
use icn_ledger::{Applied, Header, SignedTx, State, Verdict, apply_verified_block};
use std::collections::BTreeMap;

/// A block that may follow the last one, and what it would lead to.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) header: Header,
    pub(crate) txs: Vec<Waiting>,
    pub(crate) state: State,
    pub(crate) applied: Applied,
}

/// What is known of the next height's blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judging {
    candidates: BTreeMap<Cid, Candidate>,
    /// What blocks consist of, by their ids, and who said so.
    bodies: BTreeMap<Cid, (Body, Did)>,
    /// Blocks that consensus asks about.
    asked: BTreeMap<Cid, Asked>,
    /// Blocks whose time was judged to be wrong, and when that was.
    pub(crate) untimely: BTreeMap<Cid, Time>,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    height: u64,
    round: u32,
    proposer: Did,
}

/// What a look at a block has come to.
enum Look {
    Good(Box<Candidate>),
    /// It may not follow. Whether that is its proposer's fault.
    Bad(bool),
    /// Parts of it are not here.
    Lacks(Vec<Cid>),
}

impl Candidate {
    pub(crate) fn block(&self) -> Cid {
        *self.header.block().cid()
    }

    pub(crate) fn body(&self) -> Body {
        Body {
            header: self.header,
            txs: self.txs.iter().map(Waiting::id).collect(),
        }
    }

    /// Its header, the list of its transactions, and they.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let txs = self.txs.iter().map(|tx| tx.block().clone());
        [self.header.block(), list(&self.body().txs)]
            .into_iter()
            .chain(txs)
            .collect()
    }
}

impl Judging {
    /// Keeps what a block consists of; false if that is known or nobody will ask.
    pub(crate) fn bring(&mut self, body: Body, from: Did) -> bool {
        let block = *body.header.block().cid();
        if self.bodies.len() >= BODIES_MAX || self.candidates.contains_key(&block) {
            return false;
        }
        self.bodies.insert(block, (body, from)).is_none()
    }

    pub(crate) fn found(&mut self, candidate: Candidate) {
        self.candidates.insert(candidate.block(), candidate);
    }

    pub(crate) fn take(&mut self, block: &Cid) -> Option<Candidate> {
        self.candidates.remove(block)
    }

    /// Another height begins.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The list of a block's transactions.
pub(crate) fn list(txs: &[TxId]) -> Block {
    Block::cbor(txs).expect("the names of a block's transactions fit a block")
}

impl Mesh {
    /// Makes a block of what waits. None if nothing waits and nothing is due.
    pub(crate) fn make(&mut self, now: Time) -> Option<Candidate> {
        let time = self.at(now);
        let mut txs = self
            .mempool
            .next(&self.state, time, MADE_TXS_MAX, MADE_BYTES_MAX);
        loop {
            let candidate = self.lead_to(self.header(time, &txs), txs)?;
            let stands = |verdict: &Verdict| !matches!(verdict, Verdict::Refused(_));
            let verdicts = &candidate.applied.verdicts;
            if verdicts.iter().all(stands) {
                return Some(candidate);
            }
            // What was refused has changed nothing, so the others stand without it, too.
            let both = candidate.txs.iter().zip(verdicts);
            let kept = both.filter(|(_, verdict)| stands(verdict));
            txs = kept.map(|(tx, _)| tx.clone()).collect();
        }
    }

    fn header(&self, time: Time, txs: &[Waiting]) -> Header {
        let ids: Vec<TxId> = txs.iter().map(Waiting::id).collect();
        Header {
            network: self.network,
            height: self.height().saturating_add(1),
            time,
            parent: self.tip,
            state: self.root(),
            txs: *list(&ids).cid(),
        }
    }

    /// The root of the state after the last block.
    pub(crate) fn root(&self) -> Cid {
        *self
            .state
            .root()
            .expect("a state between blocks is committed to")
    }

    /// What the transactions lead to; none if the block's height or time cannot follow.
    fn lead_to(&self, header: Header, txs: Vec<Waiting>) -> Option<Candidate> {
        let mut state = self.state.clone();
        let verified: Vec<_> = txs.iter().map(|tx| Ok(tx.verified().clone())).collect();
        let applied = apply_verified_block(&mut state, header.height, header.time, &verified);
        Some(Candidate {
            header,
            txs,
            state,
            applied: applied.ok()?,
        })
    }

    /// A block whose transactions are here, if it follows the last one. It was decided, or will be
    /// judged further.
    pub(crate) fn follow(&self, header: Header, txs: Vec<Waiting>) -> Option<Candidate> {
        let ids: Vec<TxId> = txs.iter().map(Waiting::id).collect();
        let follows = header.network == self.network
            && header.height == self.height().saturating_add(1)
            && header.parent == self.tip
            && header.state == self.root()
            && header.txs == *list(&ids).cid();
        follows.then(|| self.lead_to(header, txs)).flatten()
    }

    /// Consensus asks whether a block may follow.
    pub(crate) fn judge(
        &mut self,
        height: u64,
        round: u32,
        proposer: Did,
        block: Cid,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        let asked = Asked {
            height,
            round,
            proposer,
        };
        self.judging.asked.insert(block, asked);
        self.look_at(block, now, disk)
    }

    /// Looks again at blocks whose parts may have come.
    pub(crate) fn look_at_all(&mut self, now: Time, disk: &dyn Store) -> Result<(), Stopped> {
        let asked: Vec<Cid> = self.judging.asked.keys().copied().collect();
        asked
            .into_iter()
            .try_for_each(|block| self.look_at(block, now, disk))
    }

    fn look_at(&mut self, block: Cid, now: Time, disk: &dyn Store) -> Result<(), Stopped> {
        let Some(asked) = self.judging.asked.get(&block).copied() else {
            return Ok(());
        };
        let look = match self.judging.candidates.get(&block) {
            Some(known) => Look::Good(Box::new(known.clone())),
            None => self.look(&block, asked, now, disk)?,
        };
        let valid = match look {
            Look::Lacks(cids) => {
                self.fetch.want_loose(cids, asked.proposer, now);
                self.ask_around(now);
                return Ok(());
            }
            Look::Good(candidate) => {
                self.keep_candidate(&candidate);
                self.judging.found(*candidate);
                true
            }
            Look::Bad(fault) => {
                if fault {
                    self.offend(&asked.proposer, Offence::BadBlock, now);
                } else if self.judging.untimely.len() < UNTIMELY_MAX {
                    self.judging.untimely.insert(block, now);
                }
                false
            }
        };
        self.judging.asked.remove(&block);
        self.orders.push_back(Input::Judged {
            height: asked.height,
            block,
            valid,
        });
        Ok(())
    }

    fn look(
        &self,
        block: &Cid,
        asked: Asked,
        now: Time,
        disk: &dyn Store,
    ) -> Result<Look, Stopped> {
        let body = self.judging.bodies.get(block).map(|(body, _)| body);
        let header = match body {
            Some(body) => body.header,
            None => match self.have(block, disk)? {
                None => return Ok(Look::Lacks(vec![*block])),
                Some(found) => match found.value::<Header>() {
                    Ok(header) => header,
                    Err(_) => return Ok(Look::Bad(true)),
                },
            },
        };
        if header.height != self.height().saturating_add(1)
            || header.parent != self.tip
            || header.network != self.network
            || header.state != self.root()
        {
            return Ok(Look::Bad(true));
        }
        if !self.is_timely(header.time, asked.round, now) {
            return Ok(Look::Bad(false));
        }
        let said = body.map(|body| body.txs.clone());
        let ids = match said.filter(|ids| *list(ids).cid() == header.txs) {
            Some(ids) => ids,
            None => match self.have(&header.txs, disk)? {
                None => return Ok(Look::Lacks(vec![header.txs])),
                Some(found) => match found.value::<Vec<TxId>>() {
                    Ok(ids) => ids,
                    Err(_) => return Ok(Look::Bad(true)),
                },
            },
        };
        self.look_at_txs(header, &ids, disk)
    }

    /// A block that was judged before this node was started again: the log says so, and its parts were
    /// on disk before the log did.
    pub(crate) fn recall(
        &self,
        block: &Cid,
        disk: &dyn Store,
    ) -> Result<Option<Candidate>, Stopped> {
        let Some(found) = self.have(block, disk)? else {
            return Ok(None);
        };
        let header = found.value::<Header>();
        let header = header.map_err(|source| Stopped::bad(*block, source))?;
        let Some(found) = self.have(&header.txs, disk)? else {
            return Ok(None);
        };
        let ids = found.value::<Vec<TxId>>();
        let ids = ids.map_err(|source| Stopped::bad(header.txs, source))?;
        match self.look_at_txs(header, &ids, disk)? {
            Look::Good(candidate) => Ok(Some(*candidate)),
            Look::Bad(_) | Look::Lacks(_) => Ok(None),
        }
    }

    fn look_at_txs(&self, header: Header, ids: &[TxId], disk: &dyn Store) -> Result<Look, Stopped> {
        if ids.len() > BLOCK_TXS_MAX {
            return Ok(Look::Bad(true));
        }
        let (mut txs, mut lacks, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
        for id in ids {
            let tx = match self.mempool.get(id) {
                Some(waiting) => Some(waiting.clone()),
                None => match self.have(id.cid(), disk)? {
                    None => None,
                    Some(found) => match self.verify(&found) {
                        Some(waiting) => Some(waiting),
                        None => return Ok(Look::Bad(true)),
                    },
                },
            };
            match tx {
                Some(tx) => {
                    bytes = bytes.saturating_add(tx.bytes());
                    txs.push(tx);
                }
                None => lacks.push(*id.cid()),
            }
        }
        if bytes > TAKEN_BYTES_MAX {
            return Ok(Look::Bad(true));
        }
        if !lacks.is_empty() {
            return Ok(Look::Lacks(lacks));
        }
        let Some(candidate) = self.follow(header, txs) else {
            return Ok(Look::Bad(true));
        };
        let mut verdicts = candidate.applied.verdicts.iter();
        match verdicts.any(|verdict| matches!(verdict, Verdict::Refused(_))) {
            true => Ok(Look::Bad(true)),
            false => Ok(Look::Good(Box::new(candidate))),
        }
    }

    fn verify(&self, block: &Block) -> Option<Waiting> {
        let tx = SignedTx::decode(block.bytes()).ok()?;
        Waiting::new(tx, &self.network).ok()
    }

    /// A proposed time is near this node's clock. The bound grows with the round, faster than rounds
    /// do: a block that others have locked on is proposed again, with the time that it had.
    fn is_timely(&self, time: Time, round: u32, now: Time) -> bool {
        let precision_ms = self.state.parameter(Parameter::PrecisionMs);
        let delay_ms = self.state.parameter(Parameter::DelayMs);
        let round = u64::from(round);
        let steps = round
            .saturating_add(1)
            .saturating_mul(round.saturating_add(2))
            / 2;
        let behind_ms = delay_ms.saturating_mul(steps).saturating_add(precision_ms);
        let ahead_ms = delay_ms.saturating_mul(round).saturating_add(precision_ms);
        time.ms_since(now) <= ahead_ms && now.ms_since(time) <= behind_ms
    }
}
