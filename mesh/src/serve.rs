//! What peers are answered: how far this node is, decided blocks, and blocks by their names.

use crate::limits::{ANSWER_BYTES_MAX, ANSWERED_STEPS_MAX, ASKED_BLOCKS_MAX};
use crate::mempool::Waiting;
use crate::message::{Answer, Ask, Found, Step};
use crate::peers::Offence;
use crate::sealed::Sealed;
use crate::words::{Effect, Ticket};
use crate::{Mesh, Stopped};
use icn_base::{Bytes, Cid, Did, Time, TxId};
use icn_dag::Store;
use icn_ledger::{Header, SignedTx};

/// What stands beside the bytes of an answer's parts.
const FRAME_BYTES: usize = 1_024;

impl Mesh {
    pub(crate) fn asked(
        &mut self,
        from: Did,
        ask: Ask,
        ticket: Ticket,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        if self.peers.is_banned(&from, now) {
            return Ok(());
        }
        if !self.peers.count(&from, now) {
            self.offend(&from, Offence::Flood, now);
            return Ok(());
        }
        let answer = match ask {
            Ask::Tip { height } => {
                self.peers.is_at(&from, height);
                self.catch_up(now);
                Answer::Tip {
                    height: self.height(),
                }
            }
            Ask::Decided { from } => Answer::Decided(self.steps(from, disk)?),
            Ask::Blocks(cids) => Answer::Blocks(self.found(&cids, disk)?),
        };
        self.effect(Effect::Answer { ticket, answer });
        Ok(())
    }

    /// Decided blocks from a height on, as many as fit. What the disk has lost is not served.
    fn steps(&self, from: u64, disk: &dyn Store) -> Result<Vec<Step>, Stopped> {
        let (mut steps, mut left) = (Vec::new(), ANSWER_BYTES_MAX.saturating_sub(FRAME_BYTES));
        let last = self.height();
        for height in (from.max(1)..=last).take(ANSWERED_STEPS_MAX) {
            let Some(step) = self.step(height, disk)? else {
                break;
            };
            let txs: usize = step.txs.iter().map(|tx| tx.encode().len()).sum();
            let seats = step.certificate.seats.len().saturating_mul(128);
            let bytes = txs.saturating_add(seats).saturating_add(FRAME_BYTES);
            if bytes > left {
                break;
            }
            left = left.saturating_sub(bytes);
            steps.push(step);
        }
        Ok(steps)
    }

    fn step(&self, height: u64, disk: &dyn Store) -> Result<Option<Step>, Stopped> {
        let near = Near { mesh: self, disk };
        let Some(sealed) = near.sealed(height)? else {
            return Ok(None);
        };
        let certificate = sealed.certificate;
        let Some(header) = near.value::<Header>(&certificate.block)? else {
            return Ok(None);
        };
        let Some(ids) = near.value::<Vec<TxId>>(&header.txs)? else {
            return Ok(None);
        };
        let mut txs = Vec::new();
        for id in &ids {
            match near.value::<SignedTx>(id.cid())? {
                Some(tx) => txs.push(tx),
                None => return Ok(None),
            }
        }
        Ok(Some(Step {
            certificate,
            header,
            txs,
        }))
    }

    fn found(&self, cids: &[Cid], disk: &dyn Store) -> Result<Vec<Found>, Stopped> {
        let (mut found, mut left) = (Vec::new(), ANSWER_BYTES_MAX.saturating_sub(FRAME_BYTES));
        for cid in cids.iter().take(ASKED_BLOCKS_MAX) {
            if self.market.hides(cid) {
                continue;
            }
            let waiting = || self.mempool.get(&TxId::new(*cid)).map(Waiting::block);
            let Some(block) = self.have(cid, disk)?.or_else(|| waiting().cloned()) else {
                continue;
            };
            let bytes = block.bytes().len().saturating_add(FRAME_BYTES);
            if bytes > left {
                break;
            }
            left = left.saturating_sub(bytes);
            found.push(Found {
                cid: *cid,
                bytes: Bytes(block.bytes().to_vec()),
            });
        }
        Ok(found)
    }
}

/// The chain, as far as it is here.
struct Near<'a> {
    mesh: &'a Mesh,
    disk: &'a dyn Store,
}

impl Near<'_> {
    fn sealed(&self, height: u64) -> Result<Option<Sealed>, Stopped> {
        let found = self.mesh.spine.find_with(height, |cid| self.value(cid))?;
        found.map_or(Ok(None), |cid| self.value(&cid))
    }

    fn value<T: serde::de::DeserializeOwned + serde::Serialize>(
        &self,
        cid: &Cid,
    ) -> Result<Option<T>, Stopped> {
        match self.mesh.have(cid, self.disk)? {
            None => Ok(None),
            Some(block) => match block.value() {
                Ok(value) => Ok(Some(value)),
                Err(source) => Err(Stopped::bad(*cid, source)),
            },
        }
    }
}
