//! Gossip on its way: the same bytes for everybody, read once.

use icn_base::order::{Proposal, Step, Vote};
use icn_base::{Cid, NetworkId};
use icn_consensus::Message;
use icn_mesh::{Gossip, Heard, Offence, Topic};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

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

/// So many letters are kept, in case that they are written again.
const KEPT_MAX: usize = 512;

/// The letters of late. A liar writes the same words to many, and people say a thing again.
#[derive(Debug, Default)]
pub struct Letters {
    kept: BTreeMap<u64, Arc<Letter>>,
}

impl Letters {
    /// What a node says.
    pub fn of(&mut self, said: &Gossip, network: &NetworkId) -> Arc<Letter> {
        self.bytes(said.topic(), said.encode(), network)
    }

    /// Any bytes.
    pub fn bytes(&mut self, topic: Topic, bytes: Vec<u8>, network: &NetworkId) -> Arc<Letter> {
        let id = Letter::id(&bytes);
        if let Some(known) = self.kept.get(&id)
            && known.topic == topic
        {
            return Arc::clone(known);
        }
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        let letter = Arc::new(Letter::read(id, topic, bytes, network));
        self.kept.insert(id, Arc::clone(&letter));
        letter
    }
}

impl Letter {
    fn id(bytes: &[u8]) -> u64 {
        let digest = Sha256::digest(bytes);
        let first = digest.iter().take(8);
        first.fold(0, |id, byte| id << 8 | u64::from(*byte))
    }

    /// Any bytes.
    pub fn new(topic: Topic, bytes: Vec<u8>, network: &NetworkId) -> Self {
        Self::read(Self::id(&bytes), topic, bytes, network)
    }

    fn read(id: u64, topic: Topic, bytes: Vec<u8>, network: &NetworkId) -> Self {
        Self {
            id,
            topic,
            read: Gossip::read(&bytes, topic, network),
            bytes,
        }
    }

    /// What it is, for people.
    pub fn describe(&self) -> String {
        match &self.read {
            Ok(Heard::Txs(txs)) => format!("{} transactions", txs.len()),
            Ok(Heard::Order(message)) => order(message),
            Ok(Heard::Body(body)) => format!("body of {}", body.header.height),
            Ok(Heard::Announce(said)) => format!("announcement of {}", said.job),
            Ok(Heard::Bids(bids)) => format!("{} bids", bids.len()),
            Err(offence) => format!("what {offence}"),
        }
    }
}

/// What somebody says about order: which vote, for which block, at height.round.
fn order(message: &Message) -> String {
    match message {
        Message::Proposal(said) => {
            let Proposal { height, round, .. } = said.body;
            let block = end(Some(said.body.block));
            match said.body.valid_round {
                None => format!("proposal of {block} at {height}.{round}"),
                Some(valid) => format!("proposal of {block} at {height}.{round}, as in {valid}"),
            }
        }
        Message::Vote(said) => {
            let Vote { height, round, .. } = said.body;
            let block = end(said.body.block);
            match said.body.step {
                Step::Prevote => format!("prevote for {block} at {height}.{round}"),
                Step::Precommit => format!("precommit for {block} at {height}.{round}"),
            }
        }
        Message::Polka(said) => {
            let block = end(Some(said.block));
            format!("polka for {block} at {}.{}", said.height, said.round)
        }
        Message::Round(said) => {
            let first = said.first().body;
            format!("round certificate at {}.{}", first.height, first.round)
        }
    }
}

/// The end of a name, where names differ.
fn end(block: Option<Cid>) -> String {
    let name = block.map_or_else(|| "nothing".into(), |cid| cid.to_string());
    let from = name.len().saturating_sub(7);
    name.get(from..).unwrap_or_default().into()
}
