//! The network: one task around one libp2p swarm. It knows nothing of the ledger; what it carries
//! are bytes.
//!
//! [`start`] returns a handle that takes [`Command`]s and a channel of [`Event`]s. Both are bounded:
//! a node that is slow to take events loses gossip and questions first, then the sockets wait.
//!
//! A peer is known by its key: its [`Did`] and its libp2p name are the same ed25519 key, and whoever
//! has another kind of key is turned away. Names of protocols and topics carry the network, so two
//! networks never mix.
//!
//! - [`words`]: commands and events.
//! - [`config`], [`limits`]: what an operator may set, and what nobody may.
//! - `gate`, `peers`, `redial`, `book`: who may connect, who has, whom to dial again, and where.
//! - `gossip`, `tickets`: what everybody is told, and the verdicts that decide what is passed on.
//! - `ask`, `questions`: one question, one answer.
//! - `task`: the loop.

mod ask;
mod behaviour;
mod book;
pub mod config;
pub mod counters;
mod gate;
mod gossip;
mod identity;
pub mod limits;
mod names;
mod peers;
mod questions;
mod redial;
mod task;
mod tickets;
pub mod words;

pub use behaviour::NetError;
pub use config::NetConfig;
pub use counters::{Counters, Counts};
pub use identity::{did_of, peer_of};
pub use libp2p::Multiaddr;
pub use names::AGENT;
pub use words::{
    AskFault, Command, Departure, Direction, Event, PeerInfo, Refusal, Ticket, Topic, Verdict,
};

use icn_base::{Did, Keypair};
use limits::{COMMANDS_MAX, EVENTS_MAX};
use names::Names;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use task::{Ends, Task};
use tokio::sync::{mpsc, oneshot};

/// The network has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the network has ended")]
pub struct Ended;

/// A handle to the network. The network ends when it is told to leave, or with its last handle.
#[derive(Clone, Debug)]
pub struct Net {
    did: Did,
    commands: mpsc::Sender<Command>,
    counters: Arc<Counters>,
}

/// Starts the network with the node's keys, on the runtime that this is called from.
///
/// It listens when this returns; [`Event::Listening`] says where. When the channel of events ends,
/// the network has.
pub fn start(keys: &Keypair, config: &NetConfig) -> Result<(Net, mpsc::Receiver<Event>), NetError> {
    let names = Names::new(&config.network);
    let mut swarm = behaviour::swarm(keys, &names, config)?;
    let mut circuits = HashMap::new();
    for address in &config.listen {
        let listener = swarm.listen_on(address.clone());
        let listener = listener.map_err(|error| NetError::Listen {
            address: address.clone(),
            why: error.to_string(),
        })?;
        if gate::is_relayed(address) {
            circuits.insert(listener, address.clone());
        }
    }
    for address in &config.external {
        swarm.add_external_address(address.clone());
    }
    let (commands, taken) = mpsc::channel(COMMANDS_MAX);
    let (said, events) = mpsc::channel(EVENTS_MAX);
    let counters = Arc::new(Counters::default());
    let ends = Ends {
        commands: taken,
        events: said,
        counters: Arc::clone(&counters),
        circuits,
    };
    tokio::spawn(Task::new(swarm, names, config, ends).run());
    let net = Net {
        did: keys.did(),
        commands,
        counters,
    };
    Ok((net, events))
}

impl Net {
    /// Who this node is.
    pub const fn did(&self) -> Did {
        self.did
    }

    /// Tells the network something, and waits while it has too much to do.
    pub async fn tell(&self, command: Command) -> Result<(), Ended> {
        self.commands.send(command).await.map_err(|_| Ended)
    }

    /// Tells the network something now; the command comes back if the network has too much to do,
    /// or has ended.
    pub fn try_tell(&self, command: Command) -> Result<(), Box<Command>> {
        let told = self.commands.try_send(command);
        told.map_err(|error| Box::new(error.into_inner()))
    }

    /// Who is connected.
    pub async fn peers(&self) -> Result<Vec<PeerInfo>, Ended> {
        let (reply, peers) = oneshot::channel();
        self.tell(Command::Peers(reply)).await?;
        peers.await.map_err(|_| Ended)
    }

    /// True if nobody has ever been connected, not even a stranger.
    pub fn is_alone(&self) -> bool {
        let Counters {
            connections_in,
            connections_out,
            ..
        } = &*self.counters;
        let none = |counter: &AtomicU64| counter.load(Ordering::Relaxed) == 0;
        none(connections_in) && none(connections_out)
    }

    /// What the network counts.
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }
}

#[cfg(test)]
mod tests;
