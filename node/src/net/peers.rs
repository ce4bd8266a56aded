//! Who is connected.

use crate::net::limits::{AGENT_BYTES_MAX, IDENTIFY_MS, STRANGER_MS};
use crate::net::names::Belongs;
use crate::net::words::{Departure, Direction, Refusal};
use icn_base::{Did, Time};
use libp2p::core::ConnectedPoint;
use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a peer has to subscribe to topics before it counts as here all the same.
const SUBSCRIBE: Duration = Duration::from_secs(1);

/// How long a peer of another network stays, so that it too can see where it has come.
const FAREWELL: Duration = Duration::from_millis(300);

/// Somebody who is connected.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) did: Did,
    pub(crate) remote: Multiaddr,
    pub(crate) direction: Direction,
    pub(crate) since: Time,
    pub(crate) agent: String,
    pub(crate) rtt: Option<Duration>,
    /// True once the node was told of it.
    pub(crate) joined: bool,
    /// True once it subscribed to a topic of this network.
    pub(crate) subscribed: bool,
    /// Why it goes, if this node sends it away.
    pub(crate) why: Option<Departure>,
    met: Instant,
    belongs: Option<(Belongs, Instant)>,
    speaks: String,
    /// Pings in a row that were lost, by connection.
    connections: BTreeMap<ConnectionId, u32>,
}

/// What is to be done with a peer now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Wait,
    /// It is one of us: the node is told.
    Join,
    /// It goes.
    Refuse(Refusal),
}

impl Peer {
    pub(crate) fn new(did: Did, endpoint: &ConnectedPoint, since: Time, met: Instant) -> Self {
        Self {
            did,
            remote: endpoint.get_remote_address().clone(),
            direction: match endpoint.is_dialer() {
                true => Direction::Outbound,
                false => Direction::Inbound,
            },
            since,
            agent: String::new(),
            rtt: None,
            joined: false,
            subscribed: false,
            why: None,
            met,
            belongs: None,
            speaks: String::new(),
            connections: BTreeMap::new(),
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.len()
    }

    pub(crate) fn opened(&mut self, connection: ConnectionId) {
        self.connections.insert(connection, 0);
    }

    pub(crate) fn closed(&mut self, connection: &ConnectionId) {
        self.connections.remove(connection);
    }

    /// A ping came back, or did not: how many in a row did not.
    pub(crate) fn pinged(&mut self, connection: ConnectionId, rtt: Option<Duration>) -> u32 {
        let Some(lost) = self.connections.get_mut(&connection) else {
            return 0;
        };
        *lost = match rtt {
            Some(_) => 0,
            None => lost.saturating_add(1),
        };
        self.rtt = rtt.or(self.rtt);
        *lost
    }

    /// It said who it is.
    pub(crate) fn identified(&mut self, belongs: Belongs, agent: &str, speaks: &str, now: Instant) {
        self.agent = plain(agent);
        self.speaks = plain(speaks);
        if self.belongs.is_none_or(|(known, _)| known != belongs) {
            self.belongs = Some((belongs, now));
        }
    }

    /// What it speaks, if it is of another network.
    pub(crate) fn elsewhere(&self) -> Option<&str> {
        matches!(self.belongs, Some((Belongs::Elsewhere, _))).then_some(self.speaks.as_str())
    }

    pub(crate) fn is_here(&self) -> bool {
        matches!(self.belongs, Some((Belongs::Here, _)))
    }

    /// What is to be done now.
    pub(crate) fn step(&self, now: Instant) -> Step {
        let stays = now.saturating_duration_since(self.met);
        match self.belongs {
            _ if self.joined => Step::Wait,
            Some((Belongs::Here, at)) => {
                match self.subscribed || now.saturating_duration_since(at) >= SUBSCRIBE {
                    true => Step::Join,
                    false => Step::Wait,
                }
            }
            Some((Belongs::Elsewhere, at)) => match now.saturating_duration_since(at) >= FAREWELL {
                true => Step::Refuse(Refusal::OtherNetwork(self.speaks.clone())),
                false => Step::Wait,
            },
            Some((Belongs::Nowhere, _)) => {
                match !self.subscribed && stays >= Duration::from_millis(STRANGER_MS) {
                    true => Step::Refuse(Refusal::Stranger),
                    false => Step::Wait,
                }
            }
            None => match stays >= Duration::from_millis(IDENTIFY_MS) {
                true => Step::Refuse(Refusal::Unidentified),
                false => Step::Wait,
            },
        }
    }
}

/// Everybody, by name.
pub(crate) type Peers = BTreeMap<PeerId, Peer>;

/// A stranger's words about itself, short and without anything that a terminal would obey.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in text.chars() {
        let character = match character {
            ' '..='~' => character,
            _ => '?',
        };
        if plain.len() == AGENT_BYTES_MAX {
            break;
        }
        plain.push(character);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Keypair;
    use libp2p::core::Endpoint;
    use libp2p::core::transport::PortUse;

    fn peer(now: Instant) -> Peer {
        let endpoint = ConnectedPoint::Dialer {
            address: Multiaddr::empty(),
            role_override: Endpoint::Dialer,
            port_use: PortUse::Reuse,
        };
        let did = Keypair::from_seed([1; 32]).did();
        Peer::new(did, &endpoint, Time::ZERO, now)
    }

    #[test]
    fn a_peer_of_this_network_joins_when_it_listens_to_topics_or_after_a_while() {
        let now = Instant::now();
        let mut peer = peer(now);
        assert_eq!(peer.step(now), Step::Wait);
        peer.identified(Belongs::Here, "icn/1", "/icn/x/1", now);
        assert_eq!(peer.step(now), Step::Wait);
        assert_eq!(peer.step(now + SUBSCRIBE), Step::Join);
        peer.subscribed = true;
        assert_eq!(peer.step(now), Step::Join);
        peer.joined = true;
        assert_eq!(peer.step(now + SUBSCRIBE), Step::Wait);
    }

    #[test]
    fn others_go_each_for_its_reason_and_at_its_time() {
        let now = Instant::now();
        let ms = Duration::from_millis;
        assert_eq!(peer(now).step(now + ms(IDENTIFY_MS - 1)), Step::Wait);
        assert_eq!(
            peer(now).step(now + ms(IDENTIFY_MS)),
            Step::Refuse(Refusal::Unidentified)
        );
        let mut stranger = peer(now);
        stranger.identified(Belongs::Nowhere, "x", "ipfs/0.1.0", now);
        assert_eq!(stranger.step(now + ms(STRANGER_MS - 1)), Step::Wait);
        assert_eq!(
            stranger.step(now + ms(STRANGER_MS)),
            Step::Refuse(Refusal::Stranger)
        );
        stranger.subscribed = true;
        assert_eq!(stranger.step(now + ms(STRANGER_MS)), Step::Wait);
        let mut foreign = peer(now);
        foreign.identified(Belongs::Elsewhere, "icn/1", "/icn/other/1", now);
        assert_eq!(
            foreign.step(now + FAREWELL),
            Step::Refuse(Refusal::OtherNetwork("/icn/other/1".to_owned()))
        );
    }

    #[test]
    fn lost_pings_count_in_a_row_and_by_connection() {
        let now = Instant::now();
        let mut peer = peer(now);
        let [a, b] = [1, 2].map(ConnectionId::new_unchecked);
        peer.opened(a);
        peer.opened(b);
        assert_eq!(peer.pinged(a, None), 1);
        assert_eq!(peer.pinged(b, None), 1);
        assert_eq!(peer.pinged(a, None), 2);
        assert_eq!(peer.pinged(a, Some(Duration::from_millis(3))), 0);
        assert_eq!(peer.pinged(a, None), 1);
        assert_eq!(peer.rtt, Some(Duration::from_millis(3)));
    }

    #[test]
    fn what_a_stranger_calls_itself_is_short_and_obeyed_by_no_terminal() {
        assert_eq!(plain("icn/0.1.0"), "icn/0.1.0");
        assert_eq!(plain("a\u{1b}[2Jb\n\u{202e}"), "a?[2Jb??");
        assert_eq!(plain(&"é".repeat(1_000)).len(), AGENT_BYTES_MAX);
    }
}
