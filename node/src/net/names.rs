//! Names that carry the network, so that two networks never mix.

use crate::net::words::Topic;
use icn_base::NetworkId;
use libp2p::StreamProtocol;
use libp2p::gossipsub::{IdentTopic, TopicHash};

/// What a node calls its program.
pub const AGENT: &str = concat!("icn/", env!("CARGO_PKG_VERSION"));

/// What the identify protocol of every icn network begins with.
const FAMILY: &str = "/icn/";

/// The names of one network.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    network: String,
    topics: [IdentTopic; 3],
}

impl Names {
    pub(crate) fn new(network: &NetworkId) -> Self {
        let network = network.to_string();
        let topics = Topic::ALL.map(|topic| {
            let word = match topic {
                Topic::Order => "order",
                Topic::Txs => "tx",
                Topic::Market => "market",
            };
            IdentTopic::new(format!("icn/{network}/{word}"))
        });
        Self { network, topics }
    }

    /// What identify says that this node speaks.
    pub(crate) fn protocol_version(&self) -> String {
        format!("{FAMILY}{}/1", self.network)
    }

    /// Questions and answers.
    pub(crate) fn ask(&self) -> StreamProtocol {
        self.protocol("ask")
    }

    /// The table of who has which block.
    pub(crate) fn kad(&self) -> StreamProtocol {
        self.protocol("kad")
    }

    fn protocol(&self, word: &str) -> StreamProtocol {
        StreamProtocol::try_from_owned(format!("{FAMILY}{}/{word}/1", self.network))
            .expect("it begins with a slash")
    }

    /// The topics, in the order of [`Topic::ALL`].
    pub(crate) const fn topics(&self) -> &[IdentTopic; 3] {
        &self.topics
    }

    pub(crate) fn topic(&self, topic: Topic) -> TopicHash {
        let [order, txs, market] = &self.topics;
        match topic {
            Topic::Order => order.hash(),
            Topic::Txs => txs.hash(),
            Topic::Market => market.hash(),
        }
    }

    /// Which topic a hash names; none if it is no topic of this network.
    pub(crate) fn topic_of(&self, hash: &TopicHash) -> Option<Topic> {
        Topic::ALL
            .into_iter()
            .find(|topic| self.topic(*topic) == *hash)
    }

    /// Whose a peer is, by what it says that it speaks.
    pub(crate) fn belongs(&self, protocol_version: &str) -> Belongs {
        if protocol_version == self.protocol_version() {
            Belongs::Here
        } else if protocol_version.starts_with(FAMILY) {
            Belongs::Elsewhere
        } else {
            Belongs::Nowhere
        }
    }
}

/// Where a peer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// To this network.
    Here,
    /// To another network of this kind.
    Elsewhere,
    /// To none: another program, which may listen to gossip and send some.
    Nowhere,
}
