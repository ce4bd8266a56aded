//! The swarm: which protocols it speaks, over which transports, within which bounds.

use crate::net::ask::AskCodec;
use crate::net::config::NetConfig;
use crate::net::gate::{Gate, PerAddress};
use crate::net::gossip;
use crate::net::identity::keys_of;
use crate::net::limits::{
    ASK_STREAMS_MAX, BACKLOG, CONNECT_MS, CONNECTIONS_PER_PEER_MAX, PENDING_IN_MAX,
    PENDING_OUT_MAX, PING_MS, PING_TIMEOUT_MS, PROVIDED_MAX, PROVIDER_KEYS_MAX, STREAMS_MAX,
};
use crate::net::names::{AGENT, Names};
use icn_base::Keypair;
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::identity;
use libp2p::kad::store::{MemoryStore, MemoryStoreConfig};
use libp2p::request_response::{self, ProtocolSupport};
use libp2p::swarm::NetworkBehaviour;
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::{
    Multiaddr, PeerId, Swarm, SwarmBuilder, autonat, dcutr, gossipsub, identify, kad, mdns, noise,
    ping, quic, relay, tcp, yamux,
};
use std::error::Error;
use std::io;
use std::time::Duration;

/// Connections are closed by the sweep, which knows who is of use, and not for being idle.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 3_600);

/// Streams of one connection that may be in negotiation.
const NEGOTIATING_MAX: usize = 64;

/// Bytes that a peer may send ahead on a QUIC connection, and on one stream of it.
const QUIC_CONNECTION_BYTES: u32 = 8 * 1024 * 1024;
const QUIC_STREAM_BYTES: u32 = 4 * 1024 * 1024;

/// Why the network cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// An address to listen at is taken, or not of this machine.
    #[error("cannot listen at {address}: {why}")]
    Listen {
        /// Which.
        address: Multiaddr,
        /// What the system says.
        why: String,
    },
    /// A transport cannot be set up.
    #[error("a transport cannot be set up: {0}")]
    Transport(String),
    /// How this machine resolves names cannot be read.
    #[error("the settings of DNS cannot be read")]
    Dns(#[source] io::Error),
    /// A protocol cannot be set up.
    #[error("a protocol cannot be set up: {0}")]
    Protocols(String),
}

/// Everything that the node speaks.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    pub(crate) gate: Gate,
    pub(crate) limits: connection_limits::Behaviour,
    pub(crate) identify: identify::Behaviour,
    pub(crate) ping: ping::Behaviour,
    pub(crate) gossip: gossipsub::Behaviour,
    pub(crate) ask: request_response::Behaviour<AskCodec>,
    pub(crate) kad: kad::Behaviour<MemoryStore>,
    pub(crate) autonat: autonat::Behaviour,
    pub(crate) relay_client: relay::client::Behaviour,
    pub(crate) relay: Toggle<relay::Behaviour>,
    pub(crate) dcutr: dcutr::Behaviour,
    pub(crate) mdns: Toggle<mdns::tokio::Behaviour>,
}

impl Behaviour {
    fn new(
        keys: &identity::Keypair,
        names: &Names,
        config: &NetConfig,
        relay_client: relay::client::Behaviour,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let me = keys.public().to_peer_id();
        let per_address = PerAddress {
            most: config.per_address_max,
            loopback: config.loopback_max,
        };
        let relay = config
            .relay_server
            .then(|| relay::Behaviour::new(me, relay::Config::default()));
        let mdns = config
            .mdns
            .then(|| mdns::tokio::Behaviour::new(mdns::Config::default(), me))
            .transpose()?;
        Ok(Self {
            gate: Gate::new(per_address),
            limits: connection_limits::Behaviour::new(limits(config.peers_max)),
            identify: identify::Behaviour::new(
                identify::Config::new(names.protocol_version(), keys.public())
                    .with_agent_version(AGENT.to_owned())
                    .with_push_listen_addr_updates(true),
            ),
            ping: ping::Behaviour::new(
                ping::Config::new()
                    .with_interval(Duration::from_millis(PING_MS))
                    .with_timeout(Duration::from_millis(PING_TIMEOUT_MS)),
            ),
            gossip: gossip::behaviour(keys, names, config.per_address_max)?,
            ask: request_response::Behaviour::with_codec(
                AskCodec::new(),
                [(names.ask(), ProtocolSupport::Full)],
                request_response::Config::default()
                    .with_request_timeout(Duration::from_millis(config.ask_timeout_ms))
                    .with_max_concurrent_streams(ASK_STREAMS_MAX),
            ),
            kad: providers(me, names),
            autonat: autonat::Behaviour::new(me, autonat::Config::default()),
            relay_client,
            relay: relay.into(),
            dcutr: dcutr::Behaviour::new(me),
            mdns: mdns.into(),
        })
    }
}

/// A quarter of all places is for connections that this node opens itself, so that strangers who
/// fill all of theirs do not cut it off. Validators are not counted.
fn limits(peers_max: u32) -> ConnectionLimits {
    let most = peers_max.saturating_mul(2);
    ConnectionLimits::default()
        .with_max_pending_incoming(Some(PENDING_IN_MAX))
        .with_max_pending_outgoing(Some(PENDING_OUT_MAX))
        .with_max_established_incoming(Some(most - most / 4))
        .with_max_established(Some(most))
        .with_max_established_per_peer(Some(CONNECTIONS_PER_PEER_MAX))
}

/// The table of who has which block. It keeps nobody's values, only who provides what.
fn providers(me: PeerId, names: &Names) -> kad::Behaviour<MemoryStore> {
    let store = MemoryStoreConfig {
        max_records: PROVIDER_KEYS_MAX,
        max_value_bytes: 0,
        max_provided_keys: PROVIDED_MAX,
        ..MemoryStoreConfig::default()
    };
    let mut config = kad::Config::new(names.kad());
    config.set_record_filtering(kad::StoreInserts::FilterBoth);
    config.set_query_timeout(Duration::from_secs(10));
    let store = MemoryStore::with_config(me, store);
    let mut kad = kad::Behaviour::with_config(me, store, config);
    kad.set_mode(Some(kad::Mode::Server));
    kad
}

fn streams() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(STREAMS_MAX);
    config
}

fn quic(mut config: quic::Config) -> quic::Config {
    config.max_concurrent_stream_limit = u32::try_from(STREAMS_MAX).unwrap_or(u32::MAX);
    config.max_connection_data = QUIC_CONNECTION_BYTES;
    config.max_stream_data = QUIC_STREAM_BYTES;
    config
}

/// A swarm for these keys that listens nowhere yet.
pub(crate) fn swarm(
    keys: &Keypair,
    names: &Names,
    config: &NetConfig,
) -> Result<Swarm<Behaviour>, NetError> {
    let transport = |error: noise::Error| NetError::Transport(error.to_string());
    let tcp = tcp::Config::default().nodelay(true).listen_backlog(BACKLOG);
    let swarm = SwarmBuilder::with_existing_identity(keys_of(keys))
        .with_tokio()
        .with_tcp(tcp, noise::Config::new, streams)
        .map_err(transport)?
        .with_quic_config(quic)
        .with_dns()
        .map_err(NetError::Dns)?
        .with_relay_client(noise::Config::new, streams)
        .map_err(transport)?
        .with_behaviour(|keys, relay| Behaviour::new(keys, names, config, relay))
        .map_err(|error| NetError::Protocols(error.to_string()))?;
    Ok(swarm
        .with_swarm_config(|swarm| {
            swarm
                .with_idle_connection_timeout(NEVER)
                .with_max_negotiating_inbound_streams(NEGOTIATING_MAX)
        })
        .with_connection_timeout(Duration::from_millis(CONNECT_MS))
        .build())
}
