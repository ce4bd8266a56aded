//! The HTTP API: reads are answered from a published view, everything else is asked of the main
//! loop.
//!
//! | to find | read |
//! |---|---|
//! | what HTTP and the main loop say to each other | `door.rs`, `view.rs`, `past.rs` |
//! | every route | `routes.rs`; one file for each resource |
//! | what a request passes first | `server.rs`, `gate.rs`, `input.rs` |
//! | which refusal is which status | `error.rs` |
//! | a request that is sent twice | `keyed.rs` |
//! | what the node signs itself | `act.rs` |
//!
//! What it never does: touch the state machine, believe a `Host`, or hold more of what a client
//! sends than a named bound.

mod accounts;
mod act;
mod blocks;
mod body;
mod circuits;
mod credentials;
mod cursor;
mod dag;
pub mod door;
mod error;
mod events;
mod executors;
mod explain;
mod exposition;
mod gate;
mod gateway;
mod governed;
mod input;
mod jobs;
mod keyed;
pub mod meters;
mod operations;
pub mod past;
mod pipe;
mod proofs;
mod proposals;
mod quote;
mod rate;
mod receipts;
mod routes;
pub mod server;
pub mod settings;
mod slow;
#[cfg(test)]
mod tests;
mod transactions;
pub mod verify;
pub mod view;
mod wait;

pub use door::{Ask, Door, Inside, NoEvidence};
pub use meters::Meters;
pub use past::{Fate, Happened, Past, Refusal, Report};
pub use routes::openapi;
pub use server::Server;
pub use settings::{Bounds, Rate, Reads, Settings, Token};
pub use view::{Check, Peer, Tip, View, Who};

use keyed::Keys;
use prometheus_client::registry::Registry;
use rate::Rates;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// All that handlers share.
#[derive(Debug)]
pub struct Api {
    settings: Settings,
    door: Door,
    registry: Arc<Registry>,
    meters: Meters,
    rates: Option<Rates>,
    keys: Arc<Keys>,
    ids: Ids,
    requests: Semaphore,
    streams: Arc<Semaphore>,
    heavy: Arc<Semaphore>,
    /// Pages of bodies that are here at once.
    bodies: Arc<Semaphore>,
    /// Threads that check signatures at once.
    cores: Arc<Semaphore>,
    /// Cancelled when the server stops: streams end.
    stop: CancellationToken,
}

impl Api {
    /// An API over this door. `meters` were registered with `registry` before it was shared.
    pub fn new(
        settings: Settings,
        door: Door,
        registry: Arc<Registry>,
        meters: Meters,
    ) -> io::Result<Self> {
        let bounds = settings.bounds;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            keys: Keys::open(&settings.keys)?,
            rates: settings.rate.map(Rates::new),
            settings,
            door,
            registry,
            meters,
            ids: Ids::new()?,
            requests: Semaphore::new(bounds.requests),
            streams: Arc::new(Semaphore::new(bounds.streams)),
            heavy: Arc::new(Semaphore::new(bounds.heavy)),
            bodies: Arc::new(Semaphore::new(bounds.bodies_bytes / body::PAGE)),
            cores: Arc::new(Semaphore::new(cores)),
            stop: CancellationToken::new(),
        })
    }
}

/// Ids of requests: unlike those of another run of the node, and in order.
#[derive(Debug)]
struct Ids {
    run: u32,
    next: AtomicU64,
}

impl Ids {
    fn new() -> io::Result<Self> {
        Ok(Self {
            run: getrandom::u32().map_err(io::Error::other)?,
            next: AtomicU64::new(0),
        })
    }

    fn next(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}-{number}", self.run)
    }
}
