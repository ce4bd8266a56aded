//! A node, put together: disk, network, workers, HTTP, and the main loop among them.

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::disk::{Disk, DiskError};
use crate::heart::{Heart, HeartError, Intake, Recent, Waits, Watch};
use crate::home::{Home, HomeError};
use crate::http::{
    Api, Ask, Door, Meters, Peer, Rate, Reads, Server, Settings, Tip, Token, View, Who,
};
use crate::metrics::{Metrics, Others};
use crate::net::{Event, Multiaddr, Net, NetConfig, NetError, PeerInfo};
use crate::past::Chronicle;
use crate::worker::{Settings as Workers, WorkerPool};
use icn_base::{Did, Keypair, NetworkId};
use icn_dag::Store;
use icn_ledger::{Genesis, Profile};
use icn_mesh::{Mesh, Setup, Stopped, names};
use prometheus_client::registry::Registry;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// How often the list of peers is renewed.
const PEERS: Duration = Duration::from_secs(1);

/// How long a node that starts waits to hear where it listens.
const LISTENING: Duration = Duration::from_secs(2);

/// How long no more of it must come for it to be all.
const QUIET: Duration = Duration::from_millis(50);

/// How long the main loop may take to answer.
const PULSE: Duration = Duration::from_secs(5);

/// How long a node that stops waits for runs and requests.
const DRAIN: Duration = Duration::from_secs(20);

/// A node that runs.
#[derive(Debug)]
pub struct Running {
    /// Who it is.
    pub did: Did,
    /// Its network.
    pub network: NetworkId,
    /// Where its HTTP API listens, if it has one.
    pub api: Option<SocketAddr>,
    /// Where it listens for its peers.
    pub listening: Vec<Multiaddr>,
    /// What the operator should be told of the disk.
    pub notes: Vec<String>,
    net: Net,
    door: Door,
    stop: CancellationToken,
    heart: JoinHandle<Result<(), HeartError>>,
    runtime: Runtime,
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The data directory.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The mesh.
    #[error(transparent)]
    Mesh(#[from] Stopped),
    /// The network.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The HTTP API.
    #[error("the HTTP API cannot listen on {address}: {source}; choose another `api.listen`")]
    Api {
        /// Where it should.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Something else of the system.
    #[error("cannot {action}: {source}")]
    System {
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

fn system(action: &'static str) -> impl FnOnce(io::Error) -> StartError {
    move |source| StartError::System { action, source }
}

/// Starts a node. It runs on threads of its own until [`Running::stop`].
pub fn start(
    home: &Home,
    config: &Config,
    keys: Keypair,
    genesis: Genesis,
) -> Result<Running, StartError> {
    let (did, network) = (keys.did(), genesis.network());
    let options = icn_store::Options {
        quota_bytes: config.store.quota_bytes,
        reserve_bytes: config.store.reserve_bytes,
        ..icn_store::Options::default()
    };
    let (disk, memory) = Disk::open(home.dir(), options)?;
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(system("start threads"))?;
    let _entered = runtime.enter();

    let mut clock = Clock::start();
    let net_config = NetConfig {
        listen: config.net.listen.clone(),
        bootstrap: config.net.bootstrap.clone(),
        external: config.net.external.clone(),
        mdns: config.net.mdns,
        relay_server: config.net.relay_server,
        peers_max: config.net.peers_max,
        ..NetConfig::new(network)
    };
    let (net, mut events) = crate::net::start(&keys, &net_config)?;
    let (listening, early) = runtime.block_on(listening(&mut events, net_config.listen.len()));
    // A worker reaches no more than this directory, and so cannot make it.
    Home::new(home.cache()).make()?;
    let pool = WorkerPool::start(workers(home, config)).map_err(system("start workers"))?;
    let pool = Arc::new(pool);

    let mut registry = Registry::default();
    let metrics = Metrics::register(&mut registry);
    let meters = Meters::register(&mut registry);
    registry.register_collector(Box::new(Others {
        net: net.clone(),
        pool: Arc::downgrade(&pool),
    }));

    let setup = Setup {
        pace: config.order.pace(),
        beat_ms: config.order.beat_ms,
        highest: memory.highest,
        log: memory.log,
        ..Setup::new(keys, genesis)
    };
    let mesh = Mesh::open(setup, &disk.store, clock.now())?;
    let tip = disk.store.name(names::TIP).map_err(DiskError::from)?;
    let reader = disk.store.reader();
    let chronicle = Chronicle::open(reader.clone(), tip).map_err(DiskError::from)?;
    let chronicle = Arc::new(chronicle);

    let stop = CancellationToken::new();
    let (peers, seen) = watch::channel::<Arc<[Peer]>>(Arc::from([]));
    runtime.spawn(renew_peers(net.clone(), peers, stop.clone()));
    let (teller, told) = mpsc::unbounded_channel();
    let intake = Intake::new(network, teller, runtime.handle().clone());
    let watch = Watch::new(seen, offer(config));
    let who = Who {
        did,
        network,
        version: env!("CARGO_PKG_VERSION"),
        engine: icn_sandbox::ENGINE,
        addresses: reached(&listening, &config.net.external, &did),
    };
    let first = first_view(&mesh);
    let past = Arc::clone(&chronicle);
    let (door, inside) = Door::new(who, first, Arc::new(reader), past);
    let heart = Heart {
        mesh,
        disk,
        clock,
        net: net.clone(),
        events,
        early,
        inside,
        intake,
        told,
        pool,
        chronicle,
        metrics,
        threads: runtime.handle().clone(),
        stop: stop.clone(),
        waits: Waits::default(),
        recent: Recent::default(),
        watch,
        cache: home.cache(),
    };
    let api = match config.api.enabled {
        true => Some(serve(
            home,
            config,
            &runtime,
            door.clone(),
            registry,
            meters,
            &stop,
        )?),
        false => None,
    };
    let heart = beat(heart, stop.clone()).map_err(system("start the main loop"))?;
    Ok(Running {
        did,
        network,
        api,
        notes: memory.notes,
        listening,
        net,
        door,
        stop,
        heart,
        runtime,
    })
}

/// Where the node listens, and what else the network had to say before all of that was known.
async fn listening(
    events: &mut mpsc::Receiver<Event>,
    listens: usize,
) -> (Vec<Multiaddr>, Vec<Event>) {
    let (mut places, mut early) = (Vec::new(), Vec::new());
    let end = tokio::time::Instant::now() + LISTENING;
    // One that listens everywhere has several addresses, which come one after the other.
    if listens == 0 {
        return (places, early);
    }
    loop {
        let patience = match places.len() < listens {
            true => end,
            false => tokio::time::Instant::now() + QUIET,
        };
        match tokio::time::timeout_at(patience, events.recv()).await {
            Ok(Some(Event::Listening(address))) => places.push(address),
            Ok(Some(other)) => early.push(other),
            Ok(None) | Err(_) => break,
        }
    }
    (places, early)
}

/// Where peers reach it, as it is told to others.
fn reached(listening: &[Multiaddr], external: &[Multiaddr], did: &Did) -> Vec<String> {
    let all = external.iter().chain(listening).cloned();
    let all = all.filter_map(|address| crate::join::named(address, did));
    all.map(|address| address.to_string()).collect()
}

/// The main loop's thread. When the loop ends, so does everything.
fn beat(heart: Heart, stop: CancellationToken) -> io::Result<JoinHandle<Result<(), HeartError>>> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let thread = std::thread::Builder::new().name("icn-heart".to_owned());
    thread.spawn(move || {
        let _ends = stop.drop_guard();
        runtime.block_on(heart.beat())
    })
}

fn workers(home: &Home, config: &Config) -> Workers {
    let defaults = Workers::default();
    Workers {
        workers: match usize::try_from(config.executor.workers) {
            Ok(0) | Err(_) => defaults.workers,
            Ok(workers) => workers,
        },
        memory_bytes: config.executor.memory_bytes,
        // A worker works in the root directory, where a path from this one would lead nowhere.
        cache: std::path::absolute(home.cache()).ok(),
        ..defaults
    }
}

/// What this node offers, if it runs jobs for others.
fn offer(config: &Config) -> Option<Profile> {
    let executor = &config.executor;
    executor.enabled.then(|| Profile {
        capacity: executor.capacity,
        prices: icn_economics::Offer {
            base: executor.base,
            per_mfuel: executor.per_mfuel,
        },
        capabilities: executor.capabilities.clone(),
        labels: executor.labels.clone(),
        engine: icn_sandbox::ENGINE.to_owned(),
    })
}

fn first_view(mesh: &Mesh) -> View {
    let state = mesh.state();
    let chain = state.chain();
    let root = state.root().copied();
    View {
        tip: Tip {
            height: chain.height,
            block: mesh.tip(),
            time: chain.time,
            root: root.expect("a state between blocks is committed to"),
        },
        state: state.clone(),
        waiting: 0,
        behind: None,
        peers: Arc::from([]),
        checks: Arc::from([]),
    }
}

fn serve(
    home: &Home,
    config: &Config,
    runtime: &Runtime,
    door: Door,
    registry: Registry,
    meters: Meters,
    stop: &CancellationToken,
) -> Result<SocketAddr, StartError> {
    let settings = Settings {
        listen: config.api.listen,
        hosts: config.api.hosts.clone(),
        origins: config.api.origins.clone(),
        reads: match config.api.reads {
            config::Reads::Open => Reads::Open,
            config::Reads::Loopback => Reads::Loopback,
            config::Reads::Token => Reads::Token,
        },
        rate: (config.api.rate_per_second > 0).then_some(Rate {
            per_second: config.api.rate_per_second,
            burst: config.api.rate_burst,
        }),
        token: home.token()?.map(|text| Token::new(&text)),
        ..Settings::new(home.answers())
    };
    let api = Api::new(settings, door, Arc::new(registry), meters);
    let api = api.map_err(system("open the answers that are kept"))?;
    let address = config.api.listen;
    let failed = |source| StartError::Api { address, source };
    let server = runtime.block_on(Server::bind(api)).map_err(failed)?;
    let address = server.address();
    runtime.spawn(server.run(stop.clone()));
    Ok(address)
}

/// Asks the network who is there, from time to time.
async fn renew_peers(net: Net, into: watch::Sender<Arc<[Peer]>>, stop: CancellationToken) {
    loop {
        let Ok(peers) = net.peers().await else {
            return;
        };
        into.send_replace(peers.into_iter().map(peer).collect());
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PEERS) => {}
        }
    }
}

fn peer(info: PeerInfo) -> Peer {
    Peer {
        id: info.did.to_string(),
        did: Some(info.did),
        address: info.remote.to_string(),
        outbound: info.direction == crate::net::Direction::Outbound,
        since: info.since,
        agent: Some(info.agent),
        rtt_ms: info.rtt.and_then(|rtt| u64::try_from(rtt.as_millis()).ok()),
    }
}

/// Tells a node to end.
#[derive(Clone, Debug)]
pub struct Stopper(CancellationToken);

impl Stopper {
    /// Tells it to take no more work, to finish or hand back what it has, and to end.
    pub fn stop(&self) {
        self.0.cancel();
    }
}

impl Running {
    /// What tells the node to end, for whoever does not have it.
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Says whether the main loop answers.
    pub fn pulse(&self) -> impl Fn() -> bool + Send + 'static {
        let (door, threads) = (self.door.clone(), self.runtime.handle().clone());
        move || {
            let answer = async { tokio::time::timeout(PULSE, door.ask(Ask::Ping)).await };
            matches!(threads.block_on(answer), Ok(Ok(())))
        }
    }

    /// Tells the node to take no more work, to finish or hand back what it has, and to end.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// The node's network, for those who show it.
    pub const fn net(&self) -> &Net {
        &self.net
    }

    /// What HTTP sees of the node.
    pub const fn door(&self) -> &Door {
        &self.door
    }

    /// A future's result, on the node's own threads.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Waits until the node has ended, by itself or because it was told to.
    pub fn wait(self) -> Result<(), HeartError> {
        let Self {
            heart,
            runtime,
            net,
            stop,
            ..
        } = self;
        let ended = heart
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        stop.cancel();
        // The network may have ended before.
        drop(net.try_tell(crate::net::Command::Leave));
        runtime.shutdown_timeout(DRAIN);
        ended
    }
}
