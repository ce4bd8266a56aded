//! What nodes say to each other, as canonical dag-cbor, and the checks that need no state.
//!
//! [`Gossip`] goes to everybody; an [`Ask`] goes to one peer and has one [`Answer`]. Reading a
//! stranger's bytes ([`Gossip::read`] and its fellows) decodes them and checks every signature, so it
//! can be done on any thread; what is read is then judged by the state.

use crate::limits::{
    ANSWER_BYTES_MAX, ASK_BYTES_MAX, ASKED_BLOCKS_MAX, GOSSIP_BYTES_MAX, GOSSIP_ITEMS_MAX,
};
use crate::mempool::Waiting;
use crate::peers::Offence;
use icn_base::codec;
use icn_base::order::Certificate;
use icn_base::{Bytes, Cid, Did, Domain, JobId, Keypair, NetworkId, Signature, TxId};
use icn_consensus::Message;
use icn_ledger::limits::BLOCK_TXS_MAX;
use icn_ledger::{Bid, Header, SignedTx};
use serde::{Deserialize, Serialize};

/// What everybody is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gossip {
    /// Transactions that wait for a block.
    Txs(Vec<SignedTx>),
    /// What a validator says about order.
    Order(Message),
    /// What a block consists of, sent ahead of the proposal that names it.
    Body(Body),
    /// A job is open here, and this node has what it takes to run it.
    Announce(Announcement),
    /// Offers to run jobs.
    Bids(Vec<Bid>),
}

/// Where a message of a kind travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Votes, proposals and bodies.
    Order,
    /// Transactions.
    Txs,
    /// Announcements and bids.
    Market,
}

/// A header and the names of its transactions: most nodes have those already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The header.
    pub header: Header,
    /// The ids of its transactions, in their order.
    pub txs: Vec<TxId>,
}

/// A coordinator's word that a job is open, and where its blocks are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The job.
    pub job: JobId,
    /// Who has its module, its input and the blocks that it reads.
    pub holder: Did,
    /// Over the above.
    pub signature: Signature,
}

/// What one peer is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// How far are you? I am at this height.
    Tip {
        /// The last height that is decided here.
        height: u64,
    },
    /// The decided blocks from this height on, as many as fit an answer.
    Decided {
        /// The first height.
        from: u64,
    },
    /// Blocks by their names.
    Blocks(Vec<Cid>),
}

/// What a peer answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The last height that is decided here.
    Tip {
        /// Which.
        height: u64,
    },
    /// Decided blocks, one height after the other.
    Decided(Vec<Step>),
    /// Those of the blocks that are here, in the order in which they were asked for.
    Blocks(Vec<Found>),
}

/// A decided block, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// That it was decided.
    pub certificate: Certificate,
    /// Its header.
    pub header: Header,
    /// Its transactions.
    pub txs: Vec<SignedTx>,
}

/// A block that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// Its name.
    pub cid: Cid,
    /// Its bytes, which whoever gets them hashes.
    pub bytes: Bytes,
}

/// Gossip whose signatures hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Transactions.
    Txs(Vec<Waiting>),
    /// Of order: [`icn_consensus`] judges it by its height's validators.
    Order(Message),
    /// What a block consists of.
    Body(Body),
    /// A job is open.
    Announce(Announcement),
    /// Bids.
    Bids(Vec<Bid>),
}

impl Gossip {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Where it travels.
    pub const fn topic(&self) -> Topic {
        match self {
            Self::Txs(_) => Topic::Txs,
            Self::Order(_) | Self::Body(_) => Topic::Order,
            Self::Announce(_) | Self::Bids(_) => Topic::Market,
        }
    }

    /// Reads what a peer brought on a topic, and checks every signature in it.
    pub fn read(bytes: &[u8], topic: Topic, network: &NetworkId) -> Result<Heard, Offence> {
        Self::read_unless(bytes, topic, network, |_| false)
    }

    /// The same, but for transactions whose signatures have held before: everybody tells again what
    /// waits for long. `held` says so of an id.
    pub fn read_unless(
        bytes: &[u8],
        topic: Topic,
        network: &NetworkId,
        held: impl Fn(&TxId) -> bool,
    ) -> Result<Heard, Offence> {
        let gossip: Self = decode(bytes, GOSSIP_BYTES_MAX)?;
        if gossip.topic() != topic {
            return Err(Offence::Garbled);
        }
        gossip.check(network, held)
    }

    /// Checks bounds and signatures.
    fn check(self, network: &NetworkId, held: impl Fn(&TxId) -> bool) -> Result<Heard, Offence> {
        match self {
            Self::Txs(txs) => {
                counted(txs.len(), GOSSIP_ITEMS_MAX)?;
                let verified = txs
                    .into_iter()
                    .map(|tx| Waiting::unless(tx, network, &held));
                let verified: Result<_, _> = verified.collect();
                Ok(Heard::Txs(verified.map_err(|_| Offence::Forged)?))
            }
            Self::Order(message) => Ok(Heard::Order(message)),
            Self::Body(body) => {
                if body.txs.len() > BLOCK_TXS_MAX || body.header.network != *network {
                    return Err(Offence::Garbled);
                }
                Ok(Heard::Body(body))
            }
            Self::Announce(said) => match said.verify(network) {
                true => Ok(Heard::Announce(said)),
                false => Err(Offence::Forged),
            },
            Self::Bids(bids) => {
                counted(bids.len(), GOSSIP_ITEMS_MAX)?;
                let forged = bids.iter().any(|bid| bid.verify(network).is_err());
                match forged {
                    true => Err(Offence::Forged),
                    false => Ok(Heard::Bids(bids)),
                }
            }
        }
    }
}

impl Announcement {
    /// Signs one with the holder's key.
    pub fn sign(job: JobId, keys: &Keypair, network: &NetworkId) -> Self {
        let holder = keys.did();
        let signature = keys.sign(Domain::Announce, network, &bytes(&(job, holder)));
        Self {
            job,
            holder,
            signature,
        }
    }

    /// True if the holder signed it for this network.
    pub fn verify(&self, network: &NetworkId) -> bool {
        let said = bytes(&(self.job, self.holder));
        let signed = self
            .holder
            .verify(Domain::Announce, network, &said, &self.signature);
        signed.is_ok()
    }
}

impl Ask {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads what a peer asks.
    pub fn read(bytes: &[u8]) -> Result<Self, Offence> {
        let ask: Self = decode(bytes, ASK_BYTES_MAX)?;
        if let Self::Blocks(cids) = &ask {
            counted(cids.len(), ASKED_BLOCKS_MAX)?;
        }
        Ok(ask)
    }
}

impl Answer {
    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads what a peer answers.
    pub fn read(bytes: &[u8]) -> Result<Self, Offence> {
        decode(bytes, ANSWER_BYTES_MAX)
    }
}

fn counted(found: usize, most: usize) -> Result<(), Offence> {
    match found {
        0 => Err(Offence::Garbled),
        _ if found > most => Err(Offence::Garbled),
        _ => Ok(()),
    }
}

fn decode<T: serde::de::DeserializeOwned + Serialize>(
    bytes: &[u8],
    most: usize,
) -> Result<T, Offence> {
    if bytes.len() > most {
        return Err(Offence::Garbled);
    }
    codec::decode(bytes).map_err(|_| Offence::Garbled)
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    codec::encode(value).expect("what nodes say has a canonical spelling")
}
