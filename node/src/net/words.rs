//! What the node tells the network, and what it hears from it.

use icn_base::{Cid, Did, Time};
use libp2p::Multiaddr;
use std::time::Duration;
use tokio::sync::oneshot;

/// Comes with what needs a word back, and goes back with that word.
pub type Ticket = u64;

/// Where gossip travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// What validators say about order, and what blocks consist of.
    Order,
    /// Transactions.
    Txs,
    /// Announcements and bids.
    Market,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 3] = [Self::Order, Self::Txs, Self::Market];
}

/// Whether gossip is passed on, and what its bearer's score gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Passed on.
    Accept,
    /// Not passed on, and nobody's fault.
    Ignore,
    /// Not passed on, and whoever brought it pays.
    Reject,
}

/// What the network is told to do.
#[derive(Debug)]
pub enum Command {
    /// Tell everybody. Nothing comes back: with nobody there it is silently fine.
    Gossip {
        /// Where.
        topic: Topic,
        /// What.
        bytes: Vec<u8>,
    },
    /// What is to become of gossip that was heard.
    Verdict {
        /// Of [`Event::Heard`].
        ticket: Ticket,
        /// That.
        verdict: Verdict,
    },
    /// Ask one peer; [`Event::Answered`] comes back, always.
    Ask {
        /// Whom. It is dialled if an address of it is known.
        to: Did,
        /// Comes back with the answer.
        id: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// Answer a peer.
    Answer {
        /// Of [`Event::Asked`].
        ticket: Ticket,
        /// The answer.
        bytes: Vec<u8>,
    },
    /// Leave a peer's question without an answer.
    Refuse {
        /// Of [`Event::Asked`].
        ticket: Ticket,
    },
    /// Disconnect a peer, and have nothing to do with it until then.
    Ban {
        /// Whom.
        peer: Did,
        /// Until when.
        until: Time,
    },
    /// Connect to whoever is there, and again whenever that connection is lost.
    Dial(Multiaddr),
    /// Stay connected with these, and send gossip to them directly. Replaces those named before.
    Validators(Vec<Did>),
    /// Say that this node has a block.
    Provide(Cid),
    /// Say so no longer.
    Withdraw(Cid),
    /// Who has a block? [`Event::Providers`] comes back.
    FindProviders {
        /// The block.
        cid: Cid,
        /// Comes back with the answer.
        id: u64,
    },
    /// Who is connected?
    Peers(oneshot::Sender<Vec<PeerInfo>>),
    /// Say goodbye and end.
    Leave,
}

/// What the network has to say.
#[derive(Clone, Debug)]
pub enum Event {
    /// The node can be reached at this address of this machine.
    Listening(Multiaddr),
    /// The node was seen from outside under this address.
    Reachable(Multiaddr),
    /// A peer of this network is connected.
    Joined {
        /// Who.
        peer: Did,
        /// Where it says that it listens.
        addresses: Vec<Multiaddr>,
    },
    /// It is gone.
    Left {
        /// Who.
        peer: Did,
        /// Why.
        why: Departure,
    },
    /// Somebody was turned away at the door.
    Refused {
        /// Who, if that was seen.
        peer: Option<Did>,
        /// Where.
        address: Multiaddr,
        /// Why.
        why: Refusal,
    },
    /// Gossip whose author's signature holds. [`Command::Verdict`] says what becomes of it.
    Heard {
        /// Who brought it.
        from: Did,
        /// Who said it.
        author: Did,
        /// Where.
        topic: Topic,
        /// What.
        bytes: Vec<u8>,
        /// Goes back with the verdict.
        ticket: Ticket,
    },
    /// A peer asks. [`Command::Answer`] or [`Command::Refuse`] goes back.
    Asked {
        /// Who.
        from: Did,
        /// What.
        bytes: Vec<u8>,
        /// Goes back with the answer.
        ticket: Ticket,
    },
    /// What came of [`Command::Ask`].
    Answered {
        /// The question's id.
        id: u64,
        /// Who was asked.
        from: Did,
        /// The answer, or why there is none.
        result: Result<Vec<u8>, AskFault>,
    },
    /// What came of [`Command::FindProviders`].
    Providers {
        /// The search's id.
        id: u64,
        /// Who has the block; nobody, perhaps.
        peers: Vec<Did>,
    },
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskFault {
    /// No connection, and none could be made.
    #[error("the peer cannot be reached")]
    Unreachable,
    /// No answer came in time.
    #[error("the peer did not answer in time")]
    Timeout,
    /// The connection ended before the answer.
    #[error("the connection was lost before the answer")]
    Lost,
    /// The peer does not take this network's questions.
    #[error("the peer does not speak this network's protocol")]
    Unspoken,
    /// The peer ended the stream without an answer, or with one that breaks the bounds.
    #[error("the peer gave no answer that could be read")]
    Unanswered,
    /// The question is larger than a question may be.
    #[error("the question is too large")]
    TooLarge,
    /// Too many questions are open already.
    #[error("too many questions are open")]
    TooMany,
}

/// Why a peer is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Departure {
    /// The connection ended.
    #[error("the connection ended")]
    Closed,
    /// It answered no pings.
    #[error("it no longer answers")]
    Silent,
    /// The node banned it.
    #[error("it is banned")]
    Banned,
    /// Its score was ruined by what it sent.
    #[error("it sent too much that should never have been sent")]
    Outcast,
    /// This node leaves.
    #[error("this node leaves")]
    Leaving,
}

/// Why somebody is turned away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is of another network.
    #[error("it is of another network: it speaks {0}")]
    OtherNetwork(String),
    /// Its key is no ed25519 key, so it has no DID.
    #[error("its key is not an ed25519 key")]
    OtherKey,
    /// It is banned still.
    #[error("it is banned")]
    Banned,
    /// It did not say who it is.
    #[error("it did not say who it is in time")]
    Unidentified,
    /// It is of no network, and of no use.
    #[error("it is not of this network and takes no part in it")]
    Stranger,
    /// It has this node's own key.
    #[error("it has this node's own key: two nodes must not share one")]
    OwnKey,
}

/// Who opened a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The peer did.
    Inbound,
    /// This node did.
    Outbound,
}

/// A peer, as `icn peers` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerInfo {
    /// Who.
    pub did: Did,
    /// Where it says that it listens.
    pub addresses: Vec<Multiaddr>,
    /// Where it is connected from or to.
    pub remote: Multiaddr,
    /// Its program and version, in its own words, without what a terminal would obey.
    pub agent: String,
    /// The last round trip.
    pub rtt: Option<Duration>,
    /// Who opened the first connection.
    pub direction: Direction,
    /// When.
    pub since: Time,
    /// Connections to it.
    pub connections: usize,
    /// What gossip thinks of it: below zero is bad.
    pub score: f64,
    /// True if it is one of those who order.
    pub validator: bool,
}
