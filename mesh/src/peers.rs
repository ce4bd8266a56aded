//! Peers: who is connected, how far they are, and what they have done.
//!
//! A fault has points, points fade with time, and whoever has too many is not heard for a while. An
//! honest peer never gets there: what can happen without anybody's fault has no points.

use crate::limits::{ASKS_PER_PEER_MAX, PEERS_MAX};
use icn_base::{Did, Time};
use std::collections::BTreeMap;

/// What a peer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Offence {
    /// Bytes that are no message, or break its bounds.
    #[error("sent bytes that are no message")]
    Garbled,
    /// A signature that does not hold, or another network's.
    #[error("passed on something that nobody has signed")]
    Forged,
    /// A block that may not follow, under the proposer's own name.
    #[error("proposed a block that may not follow")]
    BadBlock,
    /// A certificate that proves nothing.
    #[error("sent a certificate that proves nothing")]
    BadProof,
    /// Blocks that were not asked for, or are not what their names say.
    #[error("answered with something else than was asked for")]
    WrongAnswer,
    /// Claims to be far and does not have the blocks.
    #[error("claims a height and does not show its blocks")]
    Withholds,
    /// More than its share.
    #[error("sends more than its share")]
    Flood,
}

/// At so many points a peer is banned.
const BANNED_AT: u32 = 100;

/// How long that lasts.
const BAN_MS: u64 = 600_000;

/// One point fades in so many milliseconds.
const FADE_MS: u64 = 2_000;

/// What a peer may send in a second, and what it may save up.
const MESSAGES_PER_S: u64 = 4_000;
const MESSAGES_SAVED: u64 = 20_000;

impl Offence {
    /// How bad it is.
    pub const fn points(self) -> u32 {
        match self {
            Self::Garbled | Self::Forged | Self::BadProof => 50,
            Self::BadBlock => 25,
            Self::WrongAnswer => 34,
            Self::Withholds => 10,
            Self::Flood => 5,
        }
    }
}

/// A peer.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) connected: bool,
    /// The last height that it said it is at.
    pub(crate) height: u64,
    /// Questions that wait for its answer.
    pub(crate) asked: usize,
    points: u32,
    faded: Time,
    credit: u64,
    credited: Time,
    banned: Option<Time>,
}

/// Every peer that is remembered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peers {
    known: BTreeMap<Did, Peer>,
    turn: u64,
}

impl Peers {
    pub(crate) fn joined(&mut self, did: Did, now: Time) {
        if self.known.len() >= PEERS_MAX && !self.known.contains_key(&did) {
            self.forget_one();
        }
        let fresh = Peer {
            connected: true,
            height: 0,
            asked: 0,
            points: 0,
            faded: now,
            credit: MESSAGES_SAVED,
            credited: now,
            banned: None,
        };
        let peer = self.known.entry(did).or_insert(fresh);
        (peer.connected, peer.asked) = (true, 0);
    }

    pub(crate) fn left(&mut self, did: &Did) {
        if let Some(peer) = self.known.get_mut(did) {
            peer.connected = false;
        }
    }

    /// Whoever is gone and has done nothing is forgotten first.
    fn forget_one(&mut self) {
        let gone = self.known.iter().filter(|(_, peer)| !peer.connected);
        let least = gone.min_by_key(|(_, peer)| peer.points);
        if let Some(did) = least.map(|(did, _)| *did) {
            self.known.remove(&did);
        }
    }

    /// True if a peer can be asked something.
    pub(crate) fn is_free(&self, did: &Did) -> bool {
        let peer = self.known.get(did);
        peer.is_some_and(|peer| peer.connected && peer.asked < ASKS_PER_PEER_MAX)
    }

    pub(crate) fn asking(&mut self, did: &Did) {
        if let Some(peer) = self.known.get_mut(did) {
            peer.asked = peer.asked.saturating_add(1);
        }
    }

    pub(crate) fn asked(&mut self, did: &Did) {
        if let Some(peer) = self.known.get_mut(did) {
            peer.asked = peer.asked.saturating_sub(1);
        }
    }

    pub(crate) fn is_at(&mut self, did: &Did, height: u64) {
        if let Some(peer) = self.known.get_mut(did) {
            peer.height = height;
        }
    }

    /// How far a peer said it is.
    pub(crate) fn height(&self, did: &Did) -> u64 {
        self.known.get(did).map_or(0, |peer| peer.height)
    }

    /// True if nobody is connected. Whoever only listens is no peer.
    pub(crate) fn is_empty(&self) -> bool {
        self.connected().next().is_none()
    }

    /// Those that are connected.
    pub(crate) fn connected(&self) -> impl Iterator<Item = (&Did, &Peer)> {
        self.known.iter().filter(|(_, peer)| peer.connected)
    }

    /// Whom to ask next, in turn, among those that fit and are not asked too much already.
    pub(crate) fn choose(&mut self, fits: impl Fn(&Did, &Peer) -> bool) -> Option<Did> {
        let free = |peer: &Peer| peer.connected && peer.asked < ASKS_PER_PEER_MAX;
        let able: Vec<Did> = self
            .known
            .iter()
            .filter(|(did, peer)| free(peer) && fits(did, peer))
            .map(|(did, _)| *did)
            .collect();
        let count = u64::try_from(able.len()).ok().filter(|count| *count > 0)?;
        self.turn = self.turn.wrapping_add(1);
        let place = usize::try_from(self.turn % count).ok()?;
        able.get(place).copied()
    }

    /// Counts one message; false if it is one too many.
    pub(crate) fn count(&mut self, did: &Did, now: Time) -> bool {
        let Some(peer) = self.known.get_mut(did) else {
            return true;
        };
        let earned = now.ms_since(peer.credited) * MESSAGES_PER_S / 1_000;
        if earned > 0 {
            peer.credit = peer.credit.saturating_add(earned).min(MESSAGES_SAVED);
            peer.credited = now;
        }
        let enough = peer.credit > 0;
        peer.credit = peer.credit.saturating_sub(1);
        enough
    }

    /// Gives a peer its points; says until when it is banned, if that was too much.
    pub(crate) fn offend(&mut self, did: &Did, offence: Offence, now: Time) -> Option<Time> {
        let peer = self.known.get_mut(did)?;
        let faded = now.ms_since(peer.faded) / FADE_MS;
        let faded = u32::try_from(faded).unwrap_or(u32::MAX);
        peer.points = peer.points.saturating_sub(faded) + offence.points();
        peer.faded = now;
        if peer.points < BANNED_AT {
            return None;
        }
        let until = now.after_ms(BAN_MS).unwrap_or(now);
        peer.points = BANNED_AT / 2;
        peer.banned = Some(until);
        peer.connected = false;
        Some(until)
    }

    /// True while a peer is not heard.
    pub(crate) fn is_banned(&self, did: &Did, now: Time) -> bool {
        let banned = self.known.get(did).and_then(|peer| peer.banned);
        banned.is_some_and(|until| now < until)
    }
}
