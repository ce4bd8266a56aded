//! Gossip on its way: the same bytes for everybody, read once.

use icn_base::NetworkId;
use icn_mesh::{Gossip, Heard, Offence, Topic};
use sha2::{Digest, Sha256};

/// Bytes on a topic, and what they say to whoever reads them: reading checks every signature, and
/// gives every node the same answer.
#[derive(Clone, Debug)]
pub struct Letter {
    /// By which gossip knows it.
    pub id: u64,
    /// Where it travels.
    pub topic: Topic,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What they say.
    pub read: Result<Heard, Offence>,
}

impl Letter {
    /// What a node says.
    pub fn of(said: &Gossip, network: &NetworkId) -> Self {
        Self::new(said.topic(), said.encode(), network)
    }

    /// Any bytes.
    pub fn new(topic: Topic, bytes: Vec<u8>, network: &NetworkId) -> Self {
        let digest = Sha256::digest(&bytes);
        let first = digest.iter().take(8);
        Self {
            id: first.fold(0, |id, byte| id << 8 | u64::from(*byte)),
            topic,
            read: Gossip::read(&bytes, topic, network),
            bytes,
        }
    }

    /// What it is, for people.
    pub fn describe(&self) -> String {
        match &self.read {
            Ok(Heard::Txs(txs)) => format!("{} transactions", txs.len()),
            Ok(Heard::Order(message)) => {
                format!("{} at {}", kind(message), message.height())
            }
            Ok(Heard::Body(body)) => format!("body of {}", body.header.height),
            Ok(Heard::Announce(said)) => format!("announcement of {}", said.job),
            Ok(Heard::Bids(bids)) => format!("{} bids", bids.len()),
            Err(offence) => format!("what {offence}"),
        }
    }
}

const fn kind(message: &icn_consensus::Message) -> &'static str {
    match message {
        icn_consensus::Message::Proposal(_) => "proposal",
        icn_consensus::Message::Vote(_) => "vote",
        icn_consensus::Message::Polka(_) => "polka",
        icn_consensus::Message::Round(_) => "round certificate",
    }
}
