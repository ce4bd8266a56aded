//! What the network is started with.

use icn_base::NetworkId;
use libp2p::Multiaddr;

/// How a node's network is set up. The node's keys are handed in beside it.
#[derive(Clone, Debug)]
pub struct NetConfig {
    /// Which network: names of protocols and topics carry it, and peers of others are turned away.
    pub network: NetworkId,
    /// Where to listen: `/ip4/0.0.0.0/tcp/4001`, `/ip4/0.0.0.0/udp/4001/quic-v1`. Port 0 picks one.
    pub listen: Vec<Multiaddr>,
    /// Whom to be connected with, again whenever that connection is lost.
    pub bootstrap: Vec<Multiaddr>,
    /// Where the node can be reached from outside, if the operator knows.
    pub external: Vec<Multiaddr>,
    /// Look for peers on the local network.
    pub mdns: bool,
    /// Relay connections to nodes behind NAT.
    pub relay_server: bool,
    /// Peers to be connected with.
    pub peers_max: u32,
    /// Connections from one address.
    pub per_address_max: usize,
    /// Connections from this machine itself, where many nodes may stand behind one address.
    pub loopback_max: usize,
    /// How long a question waits for its answer.
    pub ask_timeout_ms: u64,
    /// How long after a lost connection it is dialled again; doubled each time that fails.
    pub redial_min_ms: u64,
    /// The longest such wait.
    pub redial_max_ms: u64,
}

impl NetConfig {
    /// The defaults for a network: no addresses, nobody known.
    pub fn new(network: NetworkId) -> Self {
        Self {
            network,
            listen: Vec::new(),
            bootstrap: Vec::new(),
            external: Vec::new(),
            mdns: false,
            relay_server: false,
            peers_max: 64,
            per_address_max: 16,
            loopback_max: 256,
            ask_timeout_ms: 10_000,
            redial_min_ms: 500,
            redial_max_ms: 60_000,
        }
    }
}
