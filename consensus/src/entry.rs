//! The write-ahead log's entries: what a validator must remember of the height under way.

use icn_base::codec::{self, CodecError};
use icn_base::order::{Certificate, Evidence, Proposal, Signed, Vote};
use icn_base::{Cid, Did};
use serde::{Deserialize, Serialize};

/// One entry. Read back in the order in which they were appended, they make the same state again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// A proposal, one's own or another's.
    Proposal(Signed<Proposal>),
    /// A vote, one's own or another's.
    Vote(Signed<Vote>),
    /// Prevotes of two thirds that came together.
    Polka(Certificate),
    /// What was thought of a block.
    Block(Judged),
    /// A timeout that passed.
    Timeout {
        /// The height under way.
        height: u64,
        /// The round.
        round: u32,
        /// What was waited for.
        waited: Waited,
    },
    /// A validator said two things; kept until it is a validator no longer.
    Evidence {
        /// The height under way.
        height: u64,
        /// The proof.
        evidence: Evidence,
    },
}

/// A block and what was thought of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The height under way.
    pub height: u64,
    /// The round in which it came.
    pub round: u32,
    /// Who proposed it then.
    pub proposer: Did,
    /// The block.
    pub block: Cid,
    /// Whether it may follow.
    pub valid: bool,
}

/// What a validator waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Waited {
    /// The proposal.
    Proposal,
    /// Prevotes.
    Prevotes,
    /// Precommits.
    Precommits,
}

impl Entry {
    /// Its bytes. The frame around them, with length and checksum, is the disk's.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self).expect("flat maps of numbers, keys and links have a canonical form")
    }

    /// Reads an entry back.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        codec::decode(bytes)
    }

    /// The height that was under way. Once a later one is, the entry is of no use.
    pub const fn height(&self) -> u64 {
        match self {
            Self::Proposal(said) => said.body.height,
            Self::Vote(said) => said.body.height,
            Self::Polka(certificate) => certificate.height,
            Self::Block(Judged { height, .. })
            | Self::Timeout { height, .. }
            | Self::Evidence { height, .. } => *height,
        }
    }
}
