//! What one node's network takes on, by name.

/// Bytes of what everybody is told, as the node sees it.
pub const GOSSIP_BYTES_MAX: usize = 1024 * 1024;

/// Room for what gossipsub puts around it: author, number, topic, signature and key.
pub const GOSSIP_FRAME_BYTES: usize = 4 * 1024;

/// Messages of gossip that wait for one peer to read them. What does not fit is dropped, and the
/// peer's score pays for it.
pub const GOSSIP_QUEUE_MAX: usize = 1_024;

/// Gossip that waits for a verdict. The oldest is ignored beyond.
pub const VERDICTS_WAITING_MAX: usize = 16 * 1024;

/// Bytes of a question.
pub const ASK_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of an answer.
pub const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bytes of large questions that are read at once.
pub const ASKS_READ_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of large answers that are read at once.
pub const ANSWERS_READ_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Bytes of answers that wait for strangers to read them.
pub const ANSWERING_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Questions of one peer that are open here.
pub const ASKED_PER_PEER_MAX: usize = 16;

/// Questions to one peer that are open.
pub const ASKS_PER_PEER_MAX: usize = 32;

/// Questions to and from all peers that are open, each way.
pub const ASKS_MAX: usize = 2_048;

/// Streams that questions and answers may take of one connection.
pub const ASK_STREAMS_MAX: usize = ASKED_PER_PEER_MAX + ASKS_PER_PEER_MAX;

/// Streams that a peer may open on one connection.
pub const STREAMS_MAX: usize = 128;

/// Connections to one peer: two that cross, and one that replaces a relayed one.
pub const CONNECTIONS_PER_PEER_MAX: u32 = 3;

/// Connections that are being made, from outside and from here.
pub const PENDING_IN_MAX: u32 = 64;
/// The same, from here.
pub const PENDING_OUT_MAX: u32 = 64;

/// Connections that wait to be accepted.
pub const BACKLOG: u32 = 1_024;

/// Peers whose addresses are remembered.
pub const PEERS_KNOWN_MAX: usize = 1_024;

/// Addresses that are remembered of one peer.
pub const ADDRESSES_PER_PEER_MAX: usize = 8;

/// Bytes of an address that is remembered.
pub const ADDRESS_BYTES_MAX: usize = 256;

/// Bytes that are kept of the names that a peer gives its program and its protocol.
pub const AGENT_BYTES_MAX: usize = 96;

/// The longest that a ban lasts before the node must say it again.
pub const BAN_MS_MAX: u64 = 365 * 24 * 3_600_000;

/// Peers that are refused for a time.
pub const BANS_MAX: usize = 4_096;

/// Validators that are kept connected.
pub const VALIDATORS_MAX: usize = 256;

/// Addresses that are dialled again and again: bootstrap and what the node was told to dial.
pub const TARGETS_MAX: usize = 256;

/// Peers that one search for providers returns.
pub const PROVIDERS_MAX: usize = 20;

/// Searches for providers that run at once.
pub const SEARCHES_MAX: usize = 256;

/// CIDs that this node announces it has.
pub const PROVIDED_MAX: usize = 16 * 1024;

/// CIDs of others that this node keeps providers of.
pub const PROVIDER_KEYS_MAX: usize = 16 * 1024;

/// Relays that a node behind NAT listens at.
pub const RELAYS_MAX: usize = 2;

/// How long after a relay is lost the node tries to listen there again.
pub const RELAY_AGAIN_MS: u64 = 3_000;

/// Commands that wait for the network.
pub const COMMANDS_MAX: usize = 4 * 1024;

/// Events that wait for the node.
pub const EVENTS_MAX: usize = 4 * 1024;

/// Events beyond those before gossip and questions are dropped.
pub const EVENTS_SPILL_MAX: usize = 1_024;

/// Events beyond those before nothing more is read from the sockets.
pub const EVENTS_STALL_MAX: usize = 8 * 1024;

/// How long a connection may take to become one: handshakes and all.
pub const CONNECT_MS: u64 = 8_000;

/// How long a peer may take to say who it is.
pub const IDENTIFY_MS: u64 = 10_000;

/// How long whoever is not of this network may stay without being of use.
pub const STRANGER_MS: u64 = 30_000;

/// How long a peer whose score is ruined is refused.
pub const OUTCAST_MS: u64 = 600_000;

/// How long a peer of another network is refused. Short, since an operator may correct a mistake.
pub const FOREIGN_MS: u64 = 30_000;

/// How often a peer is asked whether it lives, and how long it may take to say so.
pub const PING_MS: u64 = 15_000;
/// How long it may take to say so.
pub const PING_TIMEOUT_MS: u64 = 10_000;

/// Pings in a row that a peer may leave unanswered.
pub const PINGS_LOST_MAX: u32 = 2;

/// How long the network takes to leave at most.
pub const LEAVE_MS: u64 = 2_000;

const _: () = assert!(
    ASKS_READ_BYTES_MAX >= ASK_BYTES_MAX && ANSWERS_READ_BYTES_MAX >= ANSWER_BYTES_MAX,
    "the largest question and the largest answer can be read"
);
