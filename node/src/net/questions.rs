//! Questions that are open, ours and others'.

use crate::net::ask::Parcel;
use crate::net::limits::{ANSWERING_BYTES_MAX, ASKED_PER_PEER_MAX, ASKS_MAX, ASKS_PER_PEER_MAX};
use crate::net::words::Ticket;
use icn_base::Did;
use libp2p::PeerId;
use libp2p::request_response::{InboundRequestId, OutboundRequestId, ResponseChannel};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A question of this node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ours {
    pub(crate) id: u64,
    pub(crate) to: Did,
    pub(crate) peer: PeerId,
}

/// A peer's question.
#[derive(Debug)]
pub(crate) struct Theirs {
    pub(crate) request: InboundRequestId,
    pub(crate) peer: PeerId,
    pub(crate) channel: ResponseChannel<Parcel>,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Questions {
    ours: HashMap<OutboundRequestId, Ours>,
    theirs: BTreeMap<Ticket, Theirs>,
    tickets: HashMap<InboundRequestId, Ticket>,
    to: BTreeMap<PeerId, usize>,
    from: BTreeMap<PeerId, usize>,
    next: Ticket,
    answering: Arc<Semaphore>,
}

impl Default for Questions {
    fn default() -> Self {
        Self {
            ours: HashMap::new(),
            theirs: BTreeMap::new(),
            tickets: HashMap::new(),
            to: BTreeMap::new(),
            from: BTreeMap::new(),
            next: 0,
            answering: Arc::new(Semaphore::new(ANSWERING_BYTES_MAX)),
        }
    }
}

impl Questions {
    /// True if one more may be put to this peer.
    pub(crate) fn may_ask(&self, peer: &PeerId) -> bool {
        self.ours.len() < ASKS_MAX && count(&self.to, peer) < ASKS_PER_PEER_MAX
    }

    /// A question has left.
    pub(crate) fn asked(&mut self, request: OutboundRequestId, ours: Ours) {
        *self.to.entry(ours.peer).or_insert(0) += 1;
        self.ours.insert(request, ours);
    }

    /// A question has found its end, with or without an answer.
    pub(crate) fn ended(&mut self, request: OutboundRequestId) -> Option<Ours> {
        let ours = self.ours.remove(&request)?;
        lessen(&mut self.to, &ours.peer);
        Some(ours)
    }

    /// A peer's question has come; none if it has too many open already.
    pub(crate) fn take(&mut self, theirs: Theirs) -> Option<Ticket> {
        if self.theirs.len() >= ASKS_MAX || count(&self.from, &theirs.peer) >= ASKED_PER_PEER_MAX {
            return None;
        }
        *self.from.entry(theirs.peer).or_insert(0) += 1;
        let ticket = self.next;
        self.next += 1;
        self.tickets.insert(theirs.request, ticket);
        self.theirs.insert(ticket, theirs);
        Some(ticket)
    }

    /// Whom a ticket's answer goes to; none if nobody waits for it any more.
    pub(crate) fn answer(&mut self, ticket: Ticket) -> Option<Theirs> {
        let theirs = self.theirs.remove(&ticket)?;
        self.tickets.remove(&theirs.request);
        lessen(&mut self.from, &theirs.peer);
        Some(theirs)
    }

    /// A peer waits no longer.
    pub(crate) fn given_up(&mut self, request: InboundRequestId) {
        if let Some(ticket) = self.tickets.get(&request).copied() {
            self.answer(ticket);
        }
    }

    /// The answer as it is sent, if there is room for it among those that wait to be read.
    pub(crate) fn parcel(&self, bytes: Vec<u8>) -> Option<Parcel> {
        let length = u32::try_from(bytes.len()).ok()?;
        let share = Arc::clone(&self.answering)
            .try_acquire_many_owned(length)
            .ok()?;
        Some(Parcel {
            bytes,
            share: Some(share),
        })
    }
}

fn count(counts: &BTreeMap<PeerId, usize>, peer: &PeerId) -> usize {
    counts.get(peer).copied().unwrap_or(0)
}

fn lessen(counts: &mut BTreeMap<PeerId, usize>, peer: &PeerId) {
    if let Some(count) = counts.get_mut(peer) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(peer);
        }
    }
}
