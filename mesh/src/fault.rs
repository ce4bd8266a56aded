//! Guards that a test can take away, to see whether anything notices. Only a build with the feature
//! `faults` can do without one.

use icn_base::{Keypair, NetworkId};
use icn_consensus::{Consensus, Entry, Highest};
use icn_ledger::State;

/// A guard of a node.
#[cfg(feature = "faults")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One of consensus.
    Order(icn_consensus::Fault),
    /// Certificates of blocks that peers bring are believed.
    Certificate,
    /// One of the book.
    Book(icn_ledger::Fault),
}

/// The guard that a node does without.
#[cfg(feature = "faults")]
pub type Removed = Option<Fault>;

/// The guard that a node does without: none.
#[cfg(not(feature = "faults"))]
pub type Removed = Option<std::convert::Infallible>;

/// Order as it was left.
pub(crate) fn consensus(
    removed: Removed,
    keys: Keypair,
    network: NetworkId,
    highest: Option<Highest>,
    log: Vec<Entry>,
) -> Consensus {
    #[cfg(feature = "faults")]
    if let Some(fault @ (Fault::Order(_) | Fault::Certificate)) = removed {
        let fault = match fault {
            Fault::Order(fault) => fault,
            _ => icn_consensus::Fault::Certificate,
        };
        return Consensus::without(fault, keys, network, highest, log);
    }
    #[cfg(not(feature = "faults"))]
    let None = removed;
    Consensus::new(keys, network, highest, log)
}

/// A book as it was read.
pub(crate) fn book(removed: Removed, state: State) -> State {
    #[cfg(feature = "faults")]
    if let Some(Fault::Book(fault)) = removed {
        return state.without(fault);
    }
    #[cfg(not(feature = "faults"))]
    let None = removed;
    state
}

/// Whether certificates are believed.
pub(crate) const fn believes(removed: Removed) -> bool {
    #[cfg(feature = "faults")]
    return matches!(removed, Some(Fault::Certificate));
    #[cfg(not(feature = "faults"))]
    removed.is_some()
}
