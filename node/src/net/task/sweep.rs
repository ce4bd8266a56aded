//! Tidying: who joins, who goes, who is dialled again.

use super::Task;
use crate::net::counters;
use crate::net::gossip::OUTCAST_BELOW;
use crate::net::limits::{FOREIGN_MS, OUTCAST_MS, RELAY_AGAIN_MS, RELAYS_MAX};
use crate::net::peers::Step;
use crate::net::words::{Departure, Event, Refusal};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::{Multiaddr, PeerId};
use std::time::{Duration, Instant};

/// Refusals that are reported between two sweeps; the rest is only counted.
const REPORTS_MAX: u32 = 16;

impl Task {
    pub(super) fn sweep(&mut self, now: Instant) {
        self.reports = REPORTS_MAX;
        self.swarm.behaviour_mut().gate.forgive(now);
        let everybody: Vec<PeerId> = self.peers.keys().copied().collect();
        for peer in everybody {
            self.judge(&peer, now);
        }
        self.thin_out();
        self.dial(now);
        self.listen_again(now);
        let joined = self.peers.values().filter(|peer| peer.joined).count();
        counters::set(&self.counters.peers, joined);
        let connections = self.peers.values().map(|peer| peer.connections()).sum();
        counters::set(&self.counters.connections, connections);
    }

    /// Does with one peer what is due.
    pub(super) fn judge(&mut self, peer: &PeerId, now: Instant) {
        let Some(known) = self.peers.get_mut(peer) else {
            return;
        };
        match known.step(now) {
            Step::Wait => {}
            Step::Join => {
                known.joined = true;
                let did = known.did;
                let addresses = self.book.addresses(peer).to_vec();
                self.say(Event::Joined {
                    peer: did,
                    addresses,
                });
            }
            Step::Refuse(why) => self.send_away(peer, why, now),
        }
        let score = self.swarm.behaviour().gossip.peer_score(peer);
        let ruined = score.is_some_and(|score| score < OUTCAST_BELOW);
        if ruined && !self.targets.validators().contains(peer) {
            let until = now + Duration::from_millis(OUTCAST_MS);
            self.turn_out(*peer, until, Departure::Outcast);
        }
    }

    fn send_away(&mut self, peer: &PeerId, why: Refusal, now: Instant) {
        if matches!(why, Refusal::OtherNetwork(_)) {
            let until = now + Duration::from_millis(FOREIGN_MS);
            let gate = &mut self.swarm.behaviour_mut().gate;
            gate.refuse(*peer, until, why.clone());
        }
        let Some(known) = self.peers.get(peer) else {
            return;
        };
        let (did, address) = (known.did, known.remote.clone());
        self.part(peer, Departure::Closed);
        self.turned_away(Some(did), address, why);
    }

    /// Reports that somebody was turned away.
    pub(super) fn turned_away(
        &mut self,
        peer: Option<icn_base::Did>,
        address: Multiaddr,
        why: Refusal,
    ) {
        counters::one(&self.counters.refused);
        if self.reports == 0 {
            return;
        }
        self.reports -= 1;
        self.say(Event::Refused { peer, address, why });
    }

    /// Parts from those beyond the number that is wanted: the worst score first, never validators
    /// or whom the node was told to stay connected with.
    fn thin_out(&mut self) {
        let joined = self.peers.iter().filter(|(_, peer)| peer.joined);
        let excess = joined.count().saturating_sub(self.peers_max);
        if excess == 0 {
            return;
        }
        let gossip = &self.swarm.behaviour().gossip;
        let mut free: Vec<(f64, PeerId)> = self
            .peers
            .iter()
            .filter(|(id, peer)| peer.joined && !self.targets.is_wanted(id))
            .map(|(id, _)| (gossip.peer_score(id).unwrap_or(0.0), *id))
            .collect();
        free.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        for (_, peer) in free.into_iter().take(excess) {
            self.part(&peer, Departure::Closed);
        }
    }

    /// Dials whoever is due.
    pub(super) fn dial(&mut self, now: Instant) {
        let swarm = &self.swarm;
        let due = self
            .targets
            .due(now, chance, |peer| swarm.is_connected(peer));
        for target in due {
            let refused = |peer: &PeerId| self.swarm.behaviour().gate.refusal(peer, now).is_some();
            if target.peer.as_ref().is_some_and(refused) {
                continue;
            }
            let options = match (target.peer, target.address) {
                (Some(peer), None) if self.book.addresses(&peer).is_empty() => {
                    // Somebody may know where it is; it is dialled as soon as that is found.
                    self.swarm.behaviour_mut().kad.get_closest_peers(peer);
                    continue;
                }
                (Some(peer), address) => DialOpts::peer_id(peer)
                    .condition(PeerCondition::DisconnectedAndNotDialing)
                    .addresses(
                        address
                            .into_iter()
                            .chain(self.book.addresses(&peer).iter().cloned())
                            .collect(),
                    )
                    .extend_addresses_through_behaviour()
                    .build(),
                (None, Some(address)) => DialOpts::unknown_peer_id().address(address).build(),
                (None, None) => continue,
            };
            if let Err(error) = self.swarm.dial(options) {
                tracing::debug!(%error, "not dialled");
            }
        }
    }

    /// Listens again at relays that the operator named.
    fn listen_again(&mut self, now: Instant) {
        let lost = std::mem::take(&mut self.lost_circuits);
        for (at, circuit) in lost {
            if now < at {
                self.lost_circuits.push((at, circuit));
                continue;
            }
            match self.swarm.listen_on(circuit.clone()) {
                Ok(listener) => {
                    self.circuits.insert(listener, circuit);
                }
                Err(error) => {
                    tracing::debug!(%error, "cannot listen at a relay");
                    let again = now + Duration::from_millis(RELAY_AGAIN_MS);
                    self.lost_circuits.push((again, circuit));
                }
            }
        }
    }

    /// A node behind NAT listens at relays among its peers, so that others can reach it.
    pub(super) fn seek_relays(&mut self, peer: PeerId, remote: &Multiaddr) {
        if !self.behind_nat || self.relays.len() >= RELAYS_MAX || self.relays.contains(&peer) {
            return;
        }
        let mut address: Multiaddr = remote
            .iter()
            .filter(|part| !matches!(part, Protocol::P2p(_)))
            .collect();
        address.push(Protocol::P2p(peer));
        address.push(Protocol::P2pCircuit);
        match self.swarm.listen_on(address) {
            Ok(_) => {
                self.relays.insert(peer);
            }
            Err(error) => tracing::debug!(%error, "cannot listen at a relay"),
        }
    }
}

/// A little chance, so that many nodes do not dial one at the same moment.
fn chance() -> u8 {
    let mut byte = [0];
    // Without entropy the waits are merely equal.
    match getrandom::fill(&mut byte) {
        Ok(()) => byte[0],
        Err(_) => 0,
    }
}
