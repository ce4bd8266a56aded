//! Catching up with others: how far are they, and what was decided meanwhile?
//!
//! A decided block is believed by its certificate and by nothing else; then it is applied like any
//! other, and its header must name the state that is here.

use crate::limits::{TELL_MS, TIP_MS};
use crate::mempool::Waiting;
use crate::message::{Ask, Gossip, Step};
use crate::peers::Offence;
use crate::words::Effect;
use crate::{Mesh, Stopped};
use icn_base::order::Step as Vote;
use icn_base::{Did, Time};
use icn_consensus::Input;
use icn_dag::Store;

/// Where catching up stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sync {
    /// The question for decided blocks that is open.
    asking: Option<u64>,
    /// When peers are asked next how far they are.
    look: Time,
    /// Whether something was told while no peer was there to hear it.
    unheard: bool,
}

impl Sync {
    pub(crate) const fn new(now: Time) -> Self {
        Self {
            asking: None,
            look: now,
            unheard: false,
        }
    }

    pub(crate) const fn next_deadline(&self) -> Time {
        self.look
    }

    pub(crate) fn ended(&mut self, id: u64) {
        if self.asking == Some(id) {
            self.asking = None;
        }
    }
}

impl Mesh {
    /// A peer is here: how far is it?
    pub(crate) fn joined(&mut self, peer: Did, now: Time) {
        let first = self.peers.is_empty();
        self.peers.joined(peer, now);
        if first && self.sync.unheard {
            // Whoever has just come hears nothing for a moment.
            self.sync.look = now.after_ms(TIP_MS).unwrap_or(now);
        }
        if !self.peers.is_banned(&peer, now) {
            let height = self.height();
            self.ask(peer, Ask::Tip { height }, now);
            self.ask_around(now);
        }
    }

    pub(crate) fn left(&mut self, peer: &Did) {
        self.peers.left(peer);
    }

    /// Now and then one peer is asked how far it is, and what waits is told again, in case that it
    /// was lost.
    pub(crate) fn look_around(&mut self, now: Time) {
        if self.sync.look > now {
            return;
        }
        self.sync.look = now.after_ms(TIP_MS).unwrap_or(now);
        let height = self.height();
        if let Some(peer) = self.peers.choose(|_, _| true) {
            self.ask(peer, Ask::Tip { height }, now);
        }
        if self.undecided.is_some() {
            self.behind(self.consensus.height(), now);
        }
        self.catch_up(now);
        let listened = self.sync.unheard && !self.peers.is_empty();
        if listened || now.ms_since(self.decided_at) >= TIP_MS {
            self.sync.unheard = false;
            let waiting = self.mempool.oldest(crate::limits::GOSSIP_ITEMS_MAX);
            self.tell.extend(waiting.cloned());
        }
    }

    /// Asks for what others have decided, if one is further.
    pub(crate) fn catch_up(&mut self, now: Time) {
        let here = self.height();
        if self.sync.asking.is_some() {
            return;
        }
        if let Some(peer) = self.peers.choose(|_, peer| peer.height > here) {
            self.ask_for_more(peer, now);
        }
    }

    /// Consensus hears of later heights.
    pub(crate) fn behind(&mut self, height: u64, now: Time) {
        if self.sync.asking.is_some() || height != self.height().saturating_add(1) {
            return;
        }
        let here = self.height();
        let further = self.peers.choose(|_, peer| peer.height > here);
        if let Some(peer) = further.or_else(|| self.peers.choose(|_, _| true)) {
            self.ask_for_more(peer, now);
        }
    }

    fn ask_for_more(&mut self, peer: Did, now: Time) {
        let from = self.height().saturating_add(1);
        self.sync.asking = Some(self.ask(peer, Ask::Decided { from }, now));
    }

    /// Takes decided blocks that a peer has brought.
    pub(crate) fn take_steps(
        &mut self,
        id: u64,
        peer: Did,
        steps: Vec<Step>,
        now: Time,
        disk: &dyn Store,
    ) -> Result<(), Stopped> {
        self.sync.ended(id);
        if steps.is_empty() && self.peers.height(&peer) > self.height() {
            self.offend(&peer, Offence::Withholds, now);
            let here = self.height();
            self.peers.is_at(&peer, here);
        }
        for step in steps {
            if step.certificate.height <= self.height() {
                continue;
            }
            if let Err(offence) = self.take_step(step, now, disk)? {
                self.offend(&peer, offence, now);
                let here = self.height();
                self.peers.is_at(&peer, here);
                break;
            }
        }
        self.catch_up(now);
        Ok(())
    }

    fn take_step(
        &mut self,
        step: Step,
        now: Time,
        disk: &dyn Store,
    ) -> Result<Result<(), Offence>, Stopped> {
        let Step {
            certificate,
            header,
            txs,
        } = step;
        let next = self.height().saturating_add(1);
        let names = *header.block().cid() == certificate.block && header.height == next;
        if certificate.height != next || certificate.step != Vote::Precommit || !names {
            return Ok(Err(Offence::WrongAnswer));
        }
        let checked = certificate.check(&self.network, self.state.validators());
        if checked.is_err() && !crate::fault::believes(self.removed) {
            return Ok(Err(Offence::BadProof));
        }
        let known = |tx: icn_ledger::SignedTx| match self.mempool.get(&tx.id()) {
            Some(known) => Ok(known.clone()),
            None => Waiting::new(tx, &self.network),
        };
        let Ok(txs) = txs.into_iter().map(known).collect::<Result<Vec<_>, _>>() else {
            return Ok(Err(Offence::WrongAnswer));
        };
        let ids: Vec<_> = txs.iter().map(Waiting::id).collect();
        if *crate::judge::list(&ids).cid() != header.txs {
            return Ok(Err(Offence::WrongAnswer));
        }
        // More than two thirds have signed it: if it does not follow, one of us is wrong for good.
        let height = header.height;
        let candidate = self.follow(header, txs).ok_or(Stopped::Diverged(height))?;
        self.judging.found(candidate);
        match self.undecided.take() {
            // Consensus has decided it already, and waits for nothing more.
            Some(known) => self.decide(known, now, disk)?,
            None => self.orders.push_back(Input::Decided(certificate)),
        }
        self.obey(disk, now)?;
        match self.height() >= height {
            true => Ok(Ok(())),
            false => Ok(Err(Offence::BadProof)),
        }
    }

    /// When what waits to be told is: at once, if nothing was for a while.
    pub(crate) fn next_telling(&self) -> Option<Time> {
        let some = !self.tell.is_empty() || !self.tell_bids.is_empty();
        some.then(|| self.told_at.after_ms(TELL_MS).unwrap_or(self.told_at))
    }

    /// Tells everybody about new transactions and bids, as many at a time as a message takes.
    pub(crate) fn tell_all(&mut self, now: Time) {
        if !self.leaving && self.next_telling().is_none_or(|at| at > now) {
            return;
        }
        self.told_at = now;
        let (mut batch, mut bytes) = (Vec::new(), 0_usize);
        let (txs, bids) = (
            std::mem::take(&mut self.tell),
            std::mem::take(&mut self.tell_bids),
        );
        self.sync.unheard |= self.peers.is_empty() && !txs.is_empty();
        for tx in txs {
            let size = tx.bytes();
            let full = bytes.saturating_add(size) > crate::limits::GOSSIP_BYTES_MAX / 2
                || batch.len() >= crate::limits::GOSSIP_ITEMS_MAX;
            if full && !batch.is_empty() {
                let txs = std::mem::take(&mut batch);
                self.effect(Effect::Gossip(Gossip::Txs(txs)));
                bytes = 0;
            }
            bytes = bytes.saturating_add(size);
            batch.push(tx.tx().clone());
        }
        if !batch.is_empty() {
            self.effect(Effect::Gossip(Gossip::Txs(batch)));
        }
        for bids in bids.chunks(crate::limits::BIDS_TOLD_MAX) {
            self.effect(Effect::Gossip(Gossip::Bids(bids.to_vec())));
        }
    }
}
