//! A joiner's first start: the genesis is a block that the network's id names, so any peer can give
//! it, and none can give another.

use crate::config::Config;
use crate::net::{Command, Event, Net, NetConfig, NetError};
use icn_base::{Cid, Codec, Keypair, NetworkId, codec};
use icn_ledger::Genesis;
use icn_mesh::{Answer, Ask};
use std::io;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::sync::mpsc::Receiver;

/// How long peers are tried.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the genesis is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// Nobody is named who could be asked.
    #[error("nobody is known who could say what network {0} began with")]
    Nobody(NetworkId),
    /// Nobody has answered.
    #[error("no peer has given the genesis of network {network} within {} seconds", PATIENCE.as_secs())]
    Silent {
        /// Which network.
        network: NetworkId,
    },
    /// The block is no genesis.
    #[error("network {0} is named by a block that is no genesis of this version")]
    Unreadable(NetworkId),
    /// The network cannot be started.
    #[error(transparent)]
    Net(#[from] NetError),
    /// Something of the system.
    #[error("cannot start threads: {0}")]
    System(#[from] io::Error),
}

/// Asks the peers that the configuration names for what a network began with. This listens nowhere,
/// and ends before it returns.
pub fn fetch_genesis(
    config: &Config,
    keys: &Keypair,
    network: NetworkId,
) -> Result<Genesis, BeginError> {
    if config.net.bootstrap.is_empty() && !config.net.mdns {
        return Err(BeginError::Nobody(network));
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let _entered = runtime.enter();
    let config = NetConfig {
        bootstrap: config.net.bootstrap.clone(),
        mdns: config.net.mdns,
        ..NetConfig::new(network)
    };
    let (net, events) = crate::net::start(keys, &config)?;
    let asked = runtime.block_on(async {
        let asked = tokio::time::timeout(PATIENCE, ask(&net, events, *network.cid())).await;
        // The network may have ended before.
        let _ended = net.tell(Command::Leave).await;
        asked.ok().flatten()
    });
    let bytes = asked.ok_or(BeginError::Silent { network })?;
    codec::decode(&bytes).map_err(|_| BeginError::Unreadable(network))
}

/// Asks everyone who comes, until somebody gives the block. What does not hash to its name is nothing.
async fn ask(net: &Net, mut events: Receiver<Event>, genesis: Cid) -> Option<Vec<u8>> {
    let mut id = 0_u64;
    loop {
        match events.recv().await? {
            Event::Joined { peer, .. } => {
                id = id.wrapping_add(1);
                let bytes = Ask::Blocks(vec![genesis]).encode();
                let asked = Command::Ask {
                    to: peer,
                    id,
                    bytes,
                };
                net.tell(asked).await.ok()?;
            }
            Event::Answered {
                result: Ok(bytes), ..
            } => {
                if let Ok(Answer::Blocks(found)) = Answer::read(&bytes) {
                    let is_it = |bytes: &[u8]| Cid::of(Codec::DagCbor, bytes) == genesis;
                    let found = found.into_iter().map(|found| found.bytes.0);
                    if let Some(bytes) = found.into_iter().find(|bytes| is_it(bytes)) {
                        return Some(bytes);
                    }
                }
            }
            _ => {}
        }
    }
}
