//! Nodes of a test, and how to wait for what they say.

use crate::net::{Command, Event, Multiaddr, Net, NetConfig, Topic, Verdict, peer_of, start};
use icn_base::{Cid, Codec, Did, Keypair, NetworkId};
use libp2p::multiaddr::Protocol;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Longer than anything here takes on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long is listened to what should not come.
pub(super) const SILENCE: Duration = Duration::from_millis(1_500);

pub(super) struct Node {
    pub(super) net: Net,
    pub(super) events: mpsc::Receiver<Event>,
    pub(super) at: Multiaddr,
}

pub(super) fn network(name: &str) -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, name.as_bytes()))
}

pub(super) fn keys(seed: u8) -> Keypair {
    Keypair::from_seed([seed; 32])
}

/// What every node here begins with.
pub(super) fn config() -> NetConfig {
    NetConfig {
        listen: vec![address("/ip4/127.0.0.1/tcp/0")],
        redial_min_ms: 200,
        redial_max_ms: 1_000,
        ..NetConfig::new(network("here"))
    }
}

pub(super) fn address(text: &str) -> Multiaddr {
    text.parse().expect("an address")
}

/// A node that listens.
pub(super) async fn node(seed: u8, config: NetConfig) -> Node {
    let (net, mut events) = start(&keys(seed), &config).expect("loopback is there");
    let at = until(&mut events, |event| match event {
        Event::Listening(at) => Some(at),
        _ => None,
    })
    .await;
    Node { net, events, at }
}

/// One that is connected to others from the start.
pub(super) async fn joined(seed: u8, to: &[&Node]) -> Node {
    let bootstrap = to.iter().map(|node| node.full()).collect();
    let config = NetConfig {
        bootstrap,
        ..config()
    };
    node(seed, config).await
}

/// The first event that is picked.
pub(super) async fn until<T>(
    events: &mut mpsc::Receiver<Event>,
    mut pick: impl FnMut(Event) -> Option<T>,
) -> T {
    let found = async {
        loop {
            let event = events.recv().await.expect("the network has not ended");
            if let Some(found) = pick(event) {
                return found;
            }
        }
    };
    timeout(PATIENCE, found).await.expect("it happens in time")
}

impl Node {
    pub(super) fn did(&self) -> Did {
        self.net.did()
    }

    /// Where it listens, with its name.
    pub(super) fn full(&self) -> Multiaddr {
        let peer = peer_of(&self.did()).expect("a key");
        self.at.clone().with(Protocol::P2p(peer))
    }

    pub(super) async fn tell(&self, command: Command) {
        self.net.tell(command).await.expect("the network is there");
    }

    pub(super) async fn until<T>(&mut self, pick: impl FnMut(Event) -> Option<T>) -> T {
        until(&mut self.events, pick).await
    }

    pub(super) async fn sees(&mut self, other: Did) {
        self.until(|event| match event {
            Event::Joined { peer, .. } if peer == other => Some(()),
            _ => None,
        })
        .await;
    }

    pub(super) async fn gossip(&self, topic: Topic, bytes: &[u8]) {
        let bytes = bytes.to_vec();
        self.tell(Command::Gossip { topic, bytes }).await;
    }

    /// The next gossip: who brought it, who said it, and what; with this verdict.
    pub(super) async fn hears(&mut self, verdict: Verdict) -> (Did, Did, Vec<u8>) {
        let (from, author, bytes, ticket) = self
            .until(|event| match event {
                Event::Heard {
                    from,
                    author,
                    bytes,
                    ticket,
                    ..
                } => Some((from, author, bytes, ticket)),
                _ => None,
            })
            .await;
        self.tell(Command::Verdict { ticket, verdict }).await;
        (from, author, bytes)
    }

    /// Everything that it says within the silence.
    pub(super) async fn says(&mut self) -> Vec<Event> {
        let mut said = Vec::new();
        let listen = async {
            while let Some(event) = self.events.recv().await {
                said.push(event);
            }
        };
        drop(timeout(SILENCE, listen).await);
        said
    }

    /// What it thinks of another; none if that is not connected.
    pub(super) async fn score(&self, other: Did) -> Option<f64> {
        let peers = self.net.peers().await.expect("the network is there");
        let peer = peers.into_iter().find(|peer| peer.did == other);
        peer.map(|peer| peer.score)
    }
}

/// Both know of each other.
pub(super) async fn meet(a: &mut Node, b: &mut Node) {
    let (left, right) = (a.did(), b.did());
    a.sees(right).await;
    b.sees(left).await;
}
