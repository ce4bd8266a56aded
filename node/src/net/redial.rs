//! Whom to stay connected with, and when to try again.

use crate::net::limits::TARGETS_MAX;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Somebody to be connected with.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Where; none for a validator, whose addresses the book has.
    pub(crate) address: Option<Multiaddr>,
    /// Who; none until the address has answered once.
    pub(crate) peer: Option<PeerId>,
    wait: Duration,
    next: Instant,
}

/// Everybody whom the node stays connected with.
#[derive(Debug)]
pub(crate) struct Targets {
    all: Vec<Target>,
    validators: BTreeSet<PeerId>,
    least: Duration,
    most: Duration,
}

impl Targets {
    /// With these waits: the first after a failure, and the longest.
    pub(crate) const fn new(least: Duration, most: Duration) -> Self {
        Self {
            all: Vec::new(),
            validators: BTreeSet::new(),
            least,
            most,
        }
    }

    /// Adds an address; nothing happens if it is known or `me`, or if there are too many.
    pub(crate) fn add(&mut self, address: Multiaddr, me: &PeerId, now: Instant) {
        let known = self
            .all
            .iter()
            .any(|target| target.address.as_ref() == Some(&address));
        if known || self.all.len() >= TARGETS_MAX {
            return;
        }
        let peer = match address.iter().last() {
            Some(Protocol::P2p(peer)) => Some(peer),
            _ => None,
        };
        if peer.as_ref() != Some(me) {
            self.all.push(self.target(Some(address), peer, now));
        }
    }

    /// Replaces the validators.
    pub(crate) fn set_validators(&mut self, peers: BTreeSet<PeerId>, now: Instant) {
        self.all.retain(|target| {
            target.address.is_some() || target.peer.is_some_and(|peer| peers.contains(&peer))
        });
        for peer in &peers {
            if !self.all.iter().any(|target| target.peer == Some(*peer)) {
                self.all.push(self.target(None, Some(*peer), now));
            }
        }
        self.validators = peers;
    }

    fn target(&self, address: Option<Multiaddr>, peer: Option<PeerId>, now: Instant) -> Target {
        Target {
            address,
            peer,
            wait: self.least,
            next: now,
        }
    }

    pub(crate) const fn validators(&self) -> &BTreeSet<PeerId> {
        &self.validators
    }

    pub(crate) fn is_wanted(&self, peer: &PeerId) -> bool {
        self.all.iter().any(|target| target.peer == Some(*peer))
    }

    /// Takes those whose time has come and who are not connected; their next time is further off.
    /// `chance` (below 256) spreads those who lost the same peer at the same time.
    pub(crate) fn due(
        &mut self,
        now: Instant,
        mut chance: impl FnMut() -> u8,
        is_connected: impl Fn(&PeerId) -> bool,
    ) -> Vec<Target> {
        let most = self.most;
        let due = self.all.iter_mut().filter(|target| {
            target.next <= now && !target.peer.as_ref().is_some_and(&is_connected)
        });
        due.map(|target| {
            let spread = target.wait / 4 * u32::from(chance()) / 256;
            target.next = now + target.wait + spread;
            target.wait = (target.wait * 2).min(most);
            target.clone()
        })
        .collect()
    }

    /// A connection stands: whoever is behind that address is known now, and the waits are short again.
    pub(crate) fn connected(&mut self, peer: PeerId, address: Option<&Multiaddr>) {
        for target in &mut self.all {
            let same_address = address.is_some() && target.address.as_ref() == address;
            if same_address {
                target.peer = Some(peer);
            }
            if target.peer == Some(peer) {
                target.wait = self.least;
            }
        }
    }

    /// A connection is lost: it is tried again soon.
    pub(crate) fn lost(&mut self, peer: &PeerId, now: Instant) {
        for target in self.all.iter_mut().filter(|t| t.peer == Some(*peer)) {
            target.next = target.next.min(now + target.wait);
        }
    }

    /// The address is this node itself, or leads to nobody it should: it is not dialled again.
    pub(crate) fn drop_address(&mut self, address: &Multiaddr) {
        self.all
            .retain(|target| target.address.as_ref() != Some(address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: Duration = Duration::from_millis(500);
    const MOST: Duration = Duration::from_secs(60);

    fn address(port: usize) -> Multiaddr {
        format!("/ip4/10.0.0.1/tcp/{port}")
            .parse()
            .expect("an address")
    }

    #[test]
    fn waits_double_up_to_the_longest_and_are_short_again_after_a_connection() {
        let mut targets = Targets::new(LEAST, MOST);
        let mut now = Instant::now();
        targets.add(address(1), &PeerId::random(), now);
        let mut waits = Vec::new();
        for _ in 0..10 {
            assert_eq!(targets.due(now, || 0, |_| false).len(), 1);
            assert!(targets.due(now, || 0, |_| false).is_empty());
            waits.push(targets.all[0].next - now);
            now = targets.all[0].next;
        }
        assert_eq!(waits[..3], [LEAST, LEAST * 2, LEAST * 4]);
        assert_eq!(waits[9], MOST);
        let peer = PeerId::random();
        targets.connected(peer, Some(&address(1)));
        assert!(targets.due(now, || 0, |known| *known == peer).is_empty());
        targets.lost(&peer, now);
        assert!(targets.all[0].next <= now + LEAST);
    }

    #[test]
    fn validators_are_replaced_and_addresses_stay() {
        let mut targets = Targets::new(LEAST, MOST);
        let now = Instant::now();
        let [a, b, c] = [(); 3].map(|()| PeerId::random());
        targets.add(address(1).with(Protocol::P2p(a)), &c, now);
        targets.add(address(2).with(Protocol::P2p(c)), &c, now);
        targets.set_validators([a, b].into(), now);
        assert!(targets.is_wanted(&a) && targets.is_wanted(&b));
        assert_eq!(targets.all.len(), 2, "one target for one peer");
        targets.set_validators([c].into(), now);
        assert!(targets.is_wanted(&a), "its address was named");
        assert!(!targets.is_wanted(&b) && targets.is_wanted(&c));
    }

    #[test]
    fn there_are_so_many_targets() {
        let mut targets = Targets::new(LEAST, MOST);
        let me = PeerId::random();
        for port in 0..2 * TARGETS_MAX {
            targets.add(address(port), &me, Instant::now());
        }
        assert_eq!(targets.all.len(), TARGETS_MAX);
    }
}
