//! What the network counts. The node exports it; a counter never goes down, a gauge says so.

use std::sync::atomic::{AtomicU64, Ordering};

/// Declares the counters once: as atomics that the network writes, and as the numbers they are.
macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The network's counters, shared with whoever reads them.
        #[derive(Debug, Default)]
        pub struct Counters {
            $(pub(crate) $name: AtomicU64,)*
        }

        /// The counters at one moment.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Counters {
            /// What they say now.
            pub fn read(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)* }
            }
        }
    };
}

counters! {
    /// Gauge: peers of this network that are connected.
    peers,
    /// Gauge: connections, strangers' included.
    connections,
    /// Connections that others opened.
    connections_in,
    /// Connections that this node opened.
    connections_out,
    /// Connections from outside that came to nothing: garbage, silence, limits.
    connections_refused,
    /// Dials that came to nothing.
    dials_failed,
    /// Messages of gossip from peers, after gossipsub dropped repeats.
    gossip_in,
    /// Their bytes.
    gossip_in_bytes,
    /// Messages of gossip that were told to somebody.
    gossip_out,
    /// Their bytes.
    gossip_out_bytes,
    /// Messages of gossip that nobody was there to hear, or that fit no queue.
    gossip_unsent,
    /// Gossip that was accepted and passed on.
    accepted,
    /// Gossip that was ignored.
    ignored,
    /// Gossip that was rejected.
    rejected,
    /// Gossip and questions that were dropped because the node was slow to take them.
    dropped,
    /// Times that a peer was too slow to take gossip.
    slow,
    /// Questions from peers.
    asked,
    /// Their bytes.
    asked_bytes,
    /// Answers to them that were sent.
    answers_out,
    /// Their bytes.
    answers_out_bytes,
    /// Questions to peers.
    asks,
    /// Answers from peers.
    answers_in,
    /// Their bytes.
    answers_in_bytes,
    /// Questions to peers without an answer.
    asks_failed,
    /// Peers that were turned away: other networks, other keys, bans, strangers.
    refused,
    /// Peers that were banned, by the node or for their score.
    banned,
}

/// Adds to a counter.
pub(crate) fn add(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

/// Adds one.
pub(crate) fn one(counter: &AtomicU64) {
    add(counter, 1);
}

/// Adds a number of bytes.
pub(crate) fn bytes(counter: &AtomicU64, length: usize) {
    add(counter, u64::try_from(length).unwrap_or(u64::MAX));
}

/// Sets a gauge.
pub(crate) fn set(gauge: &AtomicU64, value: usize) {
    gauge.store(u64::try_from(value).unwrap_or(u64::MAX), Ordering::Relaxed);
}
