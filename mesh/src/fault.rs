//! Guards that a test can take away, to see whether anything notices.

use icn_base::{Keypair, NetworkId};
use icn_consensus::{Consensus, Entry, Highest};

/// A guard of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// One of consensus.
    Order(icn_consensus::Fault),
    /// Certificates of blocks that peers bring are believed.
    Certificate,
}

impl Fault {
    pub(crate) fn consensus(
        fault: Option<Self>,
        keys: Keypair,
        network: NetworkId,
        highest: Option<Highest>,
        log: Vec<Entry>,
    ) -> Consensus {
        let order = match fault {
            Some(Self::Order(fault)) => Some(fault),
            Some(Self::Certificate) => Some(icn_consensus::Fault::Certificate),
            None => None,
        };
        match order {
            Some(fault) => Consensus::without(fault, keys, network, highest, log),
            None => Consensus::new(keys, network, highest, log),
        }
    }
}
