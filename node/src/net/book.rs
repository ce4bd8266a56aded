//! Addresses of peers, as they say them and as connections have shown them. Bounded, and nothing
//! in it is believed: an address is only ever dialled for the key that is expected there.

use crate::net::gate::origin;
use crate::net::limits::{ADDRESS_BYTES_MAX, ADDRESSES_PER_PEER_MAX, PEERS_KNOWN_MAX};
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};
use std::collections::BTreeMap;

/// Who can be reached where.
#[derive(Debug, Default)]
pub(crate) struct Book {
    peers: BTreeMap<PeerId, Entry>,
    turn: u64,
}

#[derive(Debug, Default)]
struct Entry {
    addresses: Vec<Multiaddr>,
    turn: u64,
}

impl Book {
    /// Keeps what a peer says about itself, after `seen`, where it was reached in truth.
    pub(crate) fn learn(
        &mut self,
        peer: PeerId,
        said: impl IntoIterator<Item = Multiaddr>,
        remote: &Multiaddr,
    ) {
        let near = origin(remote).is_some_and(|ip| ip.is_loopback());
        let mut addresses: Vec<Multiaddr> = Vec::new();
        for address in said {
            let address = of_peer(address, &peer);
            let fit = address.filter(|address| is_dialable(address, near));
            if let Some(address) = fit.filter(|address| !addresses.contains(address)) {
                addresses.push(address);
            }
            if addresses.len() == ADDRESSES_PER_PEER_MAX {
                break;
            }
        }
        if addresses.is_empty() {
            return;
        }
        if self.peers.len() >= PEERS_KNOWN_MAX && !self.peers.contains_key(&peer) {
            let oldest = self.peers.iter().min_by_key(|(_, entry)| entry.turn);
            if let Some(oldest) = oldest.map(|(peer, _)| *peer) {
                self.peers.remove(&oldest);
            }
        }
        self.turn += 1;
        let entry = Entry {
            addresses,
            turn: self.turn,
        };
        self.peers.insert(peer, entry);
    }

    /// Where a peer said that it listens.
    pub(crate) fn addresses(&self, peer: &PeerId) -> &[Multiaddr] {
        let entry = self.peers.get(peer);
        entry.map_or(&[], |entry| entry.addresses.as_slice())
    }
}

/// The address without the peer's own name at its end; none if it ends in another's.
fn of_peer(mut address: Multiaddr, peer: &PeerId) -> Option<Multiaddr> {
    match address.iter().last() {
        Some(Protocol::P2p(named)) if named == *peer => {
            address.pop();
            Some(address)
        }
        Some(Protocol::P2p(_)) | None => None,
        Some(_) => Some(address),
    }
}

/// False for addresses that lead nowhere from here. `near` peers may name this machine itself.
fn is_dialable(address: &Multiaddr, near: bool) -> bool {
    let leads = match address.iter().next() {
        Some(Protocol::Ip4(ip)) => {
            !ip.is_unspecified() && !ip.is_multicast() && (near || !ip.is_loopback())
        }
        Some(Protocol::Ip6(ip)) => {
            !ip.is_unspecified() && !ip.is_multicast() && (near || !ip.is_loopback())
        }
        Some(Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_)) => true,
        _ => false,
    };
    leads && address.len() <= ADDRESS_BYTES_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().expect("an address")
    }

    fn learned(said: &[&str], remote: &str) -> Vec<String> {
        let (mut book, peer) = (Book::default(), PeerId::random());
        let said = said
            .iter()
            .map(|text| address(&text.replace("ME", &peer.to_string())));
        book.learn(peer, said, &address(remote));
        book.addresses(&peer)
            .iter()
            .map(Multiaddr::to_string)
            .collect()
    }

    #[test]
    fn what_leads_nowhere_is_not_kept() {
        let said = [
            "/ip4/0.0.0.0/tcp/1",
            "/ip4/127.0.0.1/tcp/1",
            "/ip4/10.0.0.1/tcp/1",
            "/ip6/::/udp/1/quic-v1",
            "/ip4/224.0.0.1/tcp/1",
            "/dns4/example.org/tcp/1",
            "/memory/1",
            "/ip4/10.0.0.1/tcp/1",
        ];
        let far = learned(&said, "/ip4/10.0.0.9/tcp/7");
        assert_eq!(far, ["/ip4/10.0.0.1/tcp/1", "/dns4/example.org/tcp/1"]);
        let near = learned(&said, "/ip4/127.0.0.1/tcp/7");
        assert_eq!(near.len(), 3);
    }

    #[test]
    fn addresses_of_somebody_else_are_not_kept() {
        let said = [
            "/ip4/10.0.0.1/tcp/1/p2p/ME",
            "/ip4/10.0.0.1/tcp/2/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",
        ];
        let kept = learned(&said, "/ip4/10.0.0.9/tcp/7");
        assert_eq!(kept, ["/ip4/10.0.0.1/tcp/1"]);
    }

    #[test]
    fn the_book_and_its_entries_are_bounded() {
        let mut book = Book::default();
        let first = PeerId::random();
        let remote = address("/ip4/10.0.0.9/tcp/7");
        let many = (0..100).map(|port| address(&format!("/ip4/10.0.0.1/tcp/{port}")));
        book.learn(first, many, &remote);
        assert_eq!(book.addresses(&first).len(), ADDRESSES_PER_PEER_MAX);
        for _ in 0..PEERS_KNOWN_MAX {
            book.learn(PeerId::random(), [address("/ip4/10.0.0.1/tcp/1")], &remote);
        }
        assert_eq!(book.peers.len(), PEERS_KNOWN_MAX);
        assert!(book.addresses(&first).is_empty(), "the oldest has gone");
    }
}
