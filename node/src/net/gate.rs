//! The door: who may connect at all. One address has so many connections, keys are ed25519, and
//! whoever is refused until a time stays outside until then.

use crate::net::identity::did_of;
use crate::net::limits::BANS_MAX;
use crate::net::words::Refusal;
use libp2p::core::Endpoint;
use libp2p::core::transport::PortUse;
use libp2p::multiaddr::Protocol;
use libp2p::swarm::behaviour::{ConnectionClosed, ListenFailure};
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm, dummy,
};
use libp2p::{Multiaddr, PeerId};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr};
use std::task::{Context, Poll};
use std::time::Instant;

/// Too many connections come from one address.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0} has too many connections already")]
pub(crate) struct Crowded(IpAddr);

/// How many connections an address may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PerAddress {
    pub(crate) most: usize,
    pub(crate) loopback: usize,
}

/// Refuses at the door.
#[derive(Debug)]
pub(crate) struct Gate {
    per_address: PerAddress,
    from: HashMap<ConnectionId, IpAddr>,
    counts: BTreeMap<IpAddr, usize>,
    refused: BTreeMap<PeerId, (Instant, Refusal)>,
}

impl Gate {
    pub(crate) fn new(per_address: PerAddress) -> Self {
        Self {
            per_address,
            from: HashMap::new(),
            counts: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// Turns a peer away until then. When too many are, the one whose time is up first is let off.
    pub(crate) fn refuse(&mut self, peer: PeerId, until: Instant, why: Refusal) {
        if self.refused.len() >= BANS_MAX && !self.refused.contains_key(&peer) {
            let soonest = self.refused.iter().min_by_key(|(_, (until, _))| *until);
            if let Some(soonest) = soonest.map(|(peer, _)| *peer) {
                self.refused.remove(&soonest);
            }
        }
        self.refused.insert(peer, (until, why));
    }

    /// Why a peer is turned away, if it is.
    pub(crate) fn refusal(&self, peer: &PeerId, now: Instant) -> Option<&Refusal> {
        let (until, why) = self.refused.get(peer)?;
        (now < *until).then_some(why)
    }

    /// Forgets whose time is up.
    pub(crate) fn forgive(&mut self, now: Instant) {
        self.refused.retain(|_, (until, _)| now < *until);
    }

    fn check(&self, peer: &PeerId) -> Result<THandler<Self>, ConnectionDenied> {
        if did_of(peer).is_none() {
            return Err(ConnectionDenied::new(Refusal::OtherKey));
        }
        match self.refusal(peer, Instant::now()) {
            Some(why) => Err(ConnectionDenied::new(why.clone())),
            None => Ok(dummy::ConnectionHandler),
        }
    }

    fn enter(&mut self, connection: ConnectionId, from: IpAddr) -> Result<(), Crowded> {
        let most = match from.is_loopback() {
            true => self.per_address.loopback,
            false => self.per_address.most,
        };
        let count = self.counts.entry(from).or_insert(0);
        if *count >= most {
            return Err(Crowded(from));
        }
        *count += 1;
        self.from.insert(connection, from);
        Ok(())
    }

    fn exit(&mut self, connection: &ConnectionId) {
        let Some(from) = self.from.remove(connection) else {
            return;
        };
        if let Some(count) = self.counts.get_mut(&from) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counts.remove(&from);
            }
        }
    }
}

/// Where a connection comes from: an IPv4 address, or the 64 bits of an IPv6 network that one
/// household or machine has. Relayed connections come from no address of their own.
pub(crate) fn origin(address: &Multiaddr) -> Option<IpAddr> {
    match address.iter().next()? {
        Protocol::Ip4(ip) => Some(IpAddr::V4(ip)),
        Protocol::Ip6(ip) => Some(match ip.to_ipv4_mapped() {
            Some(ip) => IpAddr::V4(ip),
            None if ip.is_loopback() => IpAddr::V6(ip),
            None => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
        }),
        _ => None,
    }
}

impl NetworkBehaviour for Gate {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        match origin(remote).filter(|_| !is_relayed(remote)) {
            Some(from) => self.enter(connection, from).map_err(ConnectionDenied::new),
            None => Ok(()),
        }
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _local: &Multiaddr,
        _remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.check(&peer)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.check(&peer)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionClosed(ConnectionClosed { connection_id, .. })
            | FromSwarm::ListenFailure(ListenFailure { connection_id, .. }) => {
                self.exit(&connection_id);
            }
            _ => {}
        }
    }

    fn on_connection_handler_event(
        &mut self,
        _: PeerId,
        _: ConnectionId,
        event: THandlerOutEvent<Self>,
    ) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}

/// True if a connection goes through a relay.
pub(crate) fn is_relayed(address: &Multiaddr) -> bool {
    address
        .iter()
        .any(|part| matches!(part, Protocol::P2pCircuit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn gate() -> Gate {
        let per_address = PerAddress {
            most: 2,
            loopback: 3,
        };
        Gate::new(per_address)
    }

    fn come(gate: &mut Gate, number: usize, from: &str) -> bool {
        let from: Multiaddr = from.parse().expect("an address");
        let connection = ConnectionId::new_unchecked(number);
        gate.handle_pending_inbound_connection(connection, &Multiaddr::empty(), &from)
            .is_ok()
    }

    #[test]
    fn an_address_has_so_many_connections_and_a_network_of_ipv6_is_one_address() {
        let mut gate = gate();
        assert!(come(&mut gate, 1, "/ip4/10.0.0.1/tcp/1"));
        assert!(come(&mut gate, 2, "/ip4/10.0.0.1/udp/2/quic-v1"));
        assert!(!come(&mut gate, 3, "/ip4/10.0.0.1/tcp/3"));
        assert!(come(&mut gate, 4, "/ip4/10.0.0.2/tcp/3"));
        assert!(come(&mut gate, 5, "/ip6/2001:db8::1/tcp/1"));
        assert!(come(&mut gate, 6, "/ip6/2001:db8::2/tcp/1"));
        assert!(!come(&mut gate, 7, "/ip6/2001:db8::3/tcp/1"));
        assert!(come(&mut gate, 8, "/ip6/2001:db8:0:1::3/tcp/1"));
        gate.exit(&ConnectionId::new_unchecked(1));
        assert!(come(&mut gate, 9, "/ip4/10.0.0.1/tcp/3"));
    }

    #[test]
    fn loopback_has_a_number_of_its_own_and_everything_is_given_back() {
        let mut gate = gate();
        for number in 0..3 {
            assert!(come(&mut gate, number, "/ip4/127.0.0.1/tcp/1"));
        }
        assert!(!come(&mut gate, 3, "/ip4/127.0.0.1/tcp/1"));
        for number in 0..4 {
            gate.exit(&ConnectionId::new_unchecked(number));
        }
        assert!(gate.counts.is_empty() && gate.from.is_empty());
    }

    #[test]
    fn who_is_refused_stays_outside_until_its_time_is_up() {
        let mut gate = gate();
        let (peer, now) = (PeerId::random(), Instant::now());
        gate.refuse(peer, now + Duration::from_secs(1), Refusal::Banned);
        assert_eq!(gate.refusal(&peer, now), Some(&Refusal::Banned));
        assert_eq!(gate.refusal(&peer, now + Duration::from_secs(1)), None);
        gate.forgive(now + Duration::from_secs(1));
        assert!(gate.refused.is_empty());
    }

    #[test]
    fn there_are_so_many_refusals_and_the_soonest_over_goes_first() {
        let mut gate = gate();
        let now = Instant::now();
        let first = PeerId::random();
        gate.refuse(first, now + Duration::from_secs(1), Refusal::Banned);
        for _ in 0..BANS_MAX {
            gate.refuse(
                PeerId::random(),
                now + Duration::from_secs(9),
                Refusal::Banned,
            );
        }
        assert_eq!(gate.refused.len(), BANS_MAX);
        assert_eq!(gate.refusal(&first, now), None);
    }
}
