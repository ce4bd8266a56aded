//! What an operator may choose. Every field stands, with its default and what it means, in
//! `docs/icn.toml`; a test compares the two.
//!
//! [`layers`] puts together what is said in files, in the environment and by flags, and remembers
//! who said what.

pub mod layers;
mod nearest;

pub use layers::{ConfigError, Layers, Loaded, Origin};
pub use libp2p::Multiaddr;

use icn_base::Mana;
use icn_consensus::Pace;
use libp2p::multiaddr::Protocol;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use tracing_subscriber::EnvFilter;

/// The defaults, with what they mean: what `docs/icn.toml` says.
pub const DEFAULTS: &str = include_str!("../../docs/icn.toml");

/// Peers that a node may be told to have at most.
const PEERS_MAX: u32 = 4_096;
/// Workers, and seats that an executor may offer.
const WORKERS_MAX: u32 = 1_024;
/// The least memory that a worker can live with.
const WORKER_BYTES_MIN: u64 = 64 << 20;
/// The smallest store.
const QUOTA_BYTES_MIN: u64 = 16 << 20;
/// The longest time of a round.
const PACE_MS_MAX: u64 = 3_600_000;

/// What a node is started with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// How it meets its peers.
    pub net: Net,
    /// How it is spoken to.
    pub api: Api,
    /// What it runs for others.
    pub executor: Executor,
    /// What it keeps.
    pub store: Store,
    /// How it orders, if it is a validator.
    pub order: Order,
    /// What it tells its operator.
    pub log: Log,
}

/// How a node meets its peers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Net {
    /// Where it listens.
    pub listen: Vec<Multiaddr>,
    /// Whom it dials, and dials again whenever that connection is lost; each ends in `/p2p/NAME`.
    pub bootstrap: Vec<Multiaddr>,
    /// Where it can be reached from outside, if that is known.
    pub external: Vec<Multiaddr>,
    /// Looks for peers on the local network.
    pub mdns: bool,
    /// Relays connections to nodes that nobody can dial.
    pub relay_server: bool,
    /// Peers to be connected with at most.
    pub peers_max: u32,
}

impl Default for Net {
    fn default() -> Self {
        let listen = ["/ip4/0.0.0.0/tcp/4279", "/ip4/0.0.0.0/udp/4279/quic-v1"];
        let listen = listen.map(|address| address.parse().expect("both are addresses"));
        Self {
            listen: listen.into(),
            bootstrap: Vec::new(),
            external: Vec::new(),
            mdns: false,
            relay_server: false,
            peers_max: 64,
        }
    }
}

/// How a node is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Api {
    /// Whether there is an HTTP API.
    pub enabled: bool,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names by which it may be called, beside `localhost` and plain addresses.
    pub hosts: Vec<String>,
    /// Origins whose pages may call it.
    pub origins: Vec<String>,
    /// Who may read without the operator's token.
    pub reads: Reads,
    /// Requests of one client each second, over a long time; 0 for as many as it likes.
    pub rate_per_second: u32,
    /// Requests of one client at once.
    pub rate_burst: u32,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            enabled: true,
            listen: SocketAddr::from(([127, 0, 0, 1], 4280)),
            hosts: Vec::new(),
            origins: Vec::new(),
            reads: Reads::Loopback,
            rate_per_second: 200,
            rate_burst: 1_000,
        }
    }
}

/// Who may read without the operator's token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// Everyone.
    Open,
    /// Everyone on this machine.
    #[default]
    Loopback,
    /// Nobody.
    Token,
}

/// What a node runs for others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Executor {
    /// Whether it runs jobs, and registers for that once it is a member.
    pub enabled: bool,
    /// Jobs at once.
    pub capacity: u32,
    /// What it asks for a job, whatever the fuel.
    pub base: Mana,
    /// What it asks for a million of fuel.
    pub per_mfuel: Mana,
    /// What it can do.
    pub capabilities: BTreeSet<String>,
    /// What it is, by name and value.
    pub labels: BTreeMap<String, String>,
    /// Processes that run guests; 0 for one for each core.
    pub workers: u32,
    /// Memory that each of them may use.
    pub memory_bytes: u64,
}

impl Default for Executor {
    fn default() -> Self {
        let mana = |units| Mana::new(units).expect("a small number is an amount");
        Self {
            enabled: true,
            capacity: 8,
            base: mana(5),
            per_mfuel: mana(1),
            capabilities: BTreeSet::new(),
            labels: BTreeMap::new(),
            workers: 0,
            memory_bytes: 1 << 30,
        }
    }
}

/// What a node keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Bytes that blocks may take on the disk.
    pub quota_bytes: u64,
    /// Bytes that stay free on the disk, for what must not fail.
    pub reserve_bytes: u64,
}

impl Default for Store {
    fn default() -> Self {
        let options = icn_store::Options::default();
        Self {
            quota_bytes: options.quota_bytes,
            reserve_bytes: options.reserve_bytes,
        }
    }
}

/// How a node orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Order {
    /// The least time between two blocks, where several order.
    pub beat_ms: u64,
    /// How long the others wait for a proposal.
    pub propose_ms: u64,
    /// What each further round adds to that.
    pub propose_step_ms: u64,
    /// How long it waits for votes that are missing.
    pub vote_ms: u64,
    /// What each further round adds to that.
    pub vote_step_ms: u64,
    /// After how long its last votes are sent again.
    pub resend_ms: u64,
    /// What none of these exceeds.
    pub max_ms: u64,
}

impl Default for Order {
    fn default() -> Self {
        let pace = Pace::default();
        Self {
            beat_ms: icn_mesh::limits::BEAT_MS,
            propose_ms: pace.propose_ms,
            propose_step_ms: pace.propose_step_ms,
            vote_ms: pace.vote_ms,
            vote_step_ms: pace.vote_step_ms,
            resend_ms: pace.resend_ms,
            max_ms: pace.max_ms,
        }
    }
}

impl Order {
    /// How long the steps of a round wait.
    pub const fn pace(&self) -> Pace {
        Pace {
            propose_ms: self.propose_ms,
            propose_step_ms: self.propose_step_ms,
            vote_ms: self.vote_ms,
            vote_step_ms: self.vote_step_ms,
            resend_ms: self.resend_ms,
            max_ms: self.max_ms,
        }
    }
}

/// What a node tells its operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// How much: `error`, `warn`, `info`, `debug` or `trace`, for parts as `info,icn_node::net=debug`.
    pub level: String,
    /// How.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Auto,
        }
    }
}

/// How a node logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Text,
    /// For programs, a line each.
    Json,
}

impl Config {
    /// Refuses values that make no sense, with the key and what is wrong.
    fn check(&self) -> Result<(), (&'static str, String)> {
        let within = |key, value: u64, least: u64, most: u64| {
            let fault = || (key, format!("{value} is not within {least} and {most}"));
            (least..=most)
                .contains(&value)
                .then_some(())
                .ok_or_else(fault)
        };
        let named = |address: &&Multiaddr| !matches!(address.iter().last(), Some(Protocol::P2p(_)));
        if let Some(nameless) = self.net.bootstrap.iter().find(named) {
            let why = format!("{nameless} does not say who is there: end it with /p2p/NAME");
            return Err(("net.bootstrap", why));
        }
        within(
            "net.peers_max",
            self.net.peers_max.into(),
            1,
            PEERS_MAX.into(),
        )?;
        let executor = &self.executor;
        let seats = u64::from(WORKERS_MAX);
        within("executor.capacity", executor.capacity.into(), 1, seats)?;
        within("executor.workers", executor.workers.into(), 0, seats)?;
        within(
            "executor.memory_bytes",
            executor.memory_bytes,
            WORKER_BYTES_MIN,
            u64::MAX >> 1,
        )?;
        within(
            "store.quota_bytes",
            self.store.quota_bytes,
            QUOTA_BYTES_MIN,
            u64::MAX >> 1,
        )?;
        let order = &self.order;
        for (key, ms) in [
            ("order.beat_ms", order.beat_ms),
            ("order.propose_ms", order.propose_ms),
            ("order.propose_step_ms", order.propose_step_ms),
            ("order.vote_ms", order.vote_ms),
            ("order.vote_step_ms", order.vote_step_ms),
            ("order.resend_ms", order.resend_ms),
            ("order.max_ms", order.max_ms),
        ] {
            within(key, ms, 1, PACE_MS_MAX)?;
        }
        let level = EnvFilter::builder().parse(&self.log.level);
        level
            .map(drop)
            .map_err(|error| ("log.level", error.to_string()))
    }
}

#[cfg(test)]
mod gains;
#[cfg(test)]
mod tests;
