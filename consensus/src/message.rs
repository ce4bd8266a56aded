//! What validators send each other, as canonical dag-cbor.

use icn_base::Did;
use icn_base::codec::{self, CodecError};
use icn_base::limits::ORDER_MESSAGE_BYTES_MAX;
use icn_base::order::{Certificate, Proposal, Signed, Step, Vote};
use serde::{Deserialize, Serialize};

/// A message between validators. It stands for itself: whoever brings it, it is judged by its
/// signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A block to vote on.
    Proposal(Signed<Proposal>),
    /// A vote.
    Vote(Signed<Vote>),
    /// Prevotes of more than two thirds for one block.
    Polka(Certificate),
    /// Votes that let everybody enter another round.
    Round(RoundCertificate),
}

/// Votes of one round that justify entering it, or the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unjudged")]
pub struct RoundCertificate {
    kind: RoundKind,
    votes: Vec<Signed<Vote>>,
}

/// What the votes of a round are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoundKind {
    /// More than a third voted in it: enter it.
    Skip,
    /// More than two thirds precommitted in it, not alike: enter the next.
    Precommit,
}

/// Why bytes are not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// More bytes than any honest message has.
    #[error(
        "a message between validators has at most {ORDER_MESSAGE_BYTES_MAX} bytes, this has {0}"
    )]
    Length(usize),
    /// Not canonical, or none of the messages.
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl Message {
    /// Reads a stranger's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        if bytes.len() > ORDER_MESSAGE_BYTES_MAX {
            return Err(MessageError::Length(bytes.len()));
        }
        Ok(codec::decode(bytes)?)
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self).expect("flat maps of numbers, keys and links have a canonical form")
    }

    /// The height it is about.
    pub fn height(&self) -> u64 {
        match self {
            Self::Proposal(said) => said.body.height,
            Self::Vote(said) => said.body.height,
            Self::Polka(certificate) => certificate.height,
            Self::Round(certificate) => certificate.first().body.height,
        }
    }

    /// Who says it; nobody in particular says a certificate.
    pub const fn by(&self) -> Option<Did> {
        match self {
            Self::Proposal(said) => Some(said.by),
            Self::Vote(said) => Some(said.by),
            Self::Polka(_) | Self::Round(_) => None,
        }
    }
}

impl RoundCertificate {
    /// Of votes of one height and round, one by each validator.
    pub fn new(kind: RoundKind, mut votes: Vec<Signed<Vote>>) -> Option<Self> {
        votes.sort_by_key(|vote| vote.by);
        let first = votes.first()?.body;
        let alike = |vote: &Signed<Vote>| {
            (vote.body.height, vote.body.round) == (first.height, first.round)
                && (kind == RoundKind::Skip || vote.body.step == Step::Precommit)
        };
        let once = votes
            .iter()
            .zip(votes.iter().skip(1))
            .all(|(a, b)| a.by < b.by);
        (once && votes.iter().all(alike)).then_some(Self { kind, votes })
    }

    /// What it is good for.
    pub const fn kind(&self) -> RoundKind {
        self.kind
    }

    /// Its votes, in the order of who cast them.
    pub fn votes(&self) -> &[Signed<Vote>] {
        &self.votes
    }

    /// The first of them. There is always one.
    pub fn first(&self) -> &Signed<Vote> {
        self.votes.first().expect("none is made without a vote")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unjudged {
    kind: RoundKind,
    votes: Vec<Signed<Vote>>,
}

impl TryFrom<Unjudged> for RoundCertificate {
    type Error = &'static str;

    fn try_from(read: Unjudged) -> Result<Self, Self::Error> {
        let sorted = read.votes.is_sorted_by_key(|vote| vote.by);
        Self::new(read.kind, read.votes)
            .filter(|_| sorted)
            .ok_or("votes of one round, one by each validator, in ascending order expected")
    }
}
