//! What a validator says about order, signed.

use crate::codec;
use crate::keys::BadSignature;
use crate::limits::ORDER_ROUND_MAX;
use crate::{Cid, Did, Domain, Keypair, NetworkId, Signature};
use serde::{Deserialize, Deserializer, Serialize, de};

/// Which of the two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// The block is good.
    Prevote,
    /// More than two thirds say so.
    Precommit,
}

/// A vote for a block, or for none, in one step of one round of one height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The height that is decided.
    pub height: u64,
    /// The attempt to decide it.
    #[serde(deserialize_with = "round")]
    pub round: u32,
    /// Which vote.
    pub step: Step,
    /// The block; none if the round should pass without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<Cid>,
}

/// The block that the proposer of a round puts up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The height that is decided.
    pub height: u64,
    /// The attempt to decide it.
    #[serde(deserialize_with = "round")]
    pub round: u32,
    /// The block.
    pub block: Cid,
    /// The round in which more than two thirds prevoted for it before, if one did.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "valid_round"
    )]
    pub valid_round: Option<u32>,
}

/// What can be signed for the sake of order.
pub trait Statement: Serialize {
    /// The purpose that it is signed for.
    const DOMAIN: Domain;
}

impl Statement for Vote {
    const DOMAIN: Domain = Domain::Vote;
}

impl Statement for Proposal {
    const DOMAIN: Domain = Domain::Proposal;
}

/// A statement, and who stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed<T> {
    /// What is said.
    pub body: T,
    /// Who says it.
    pub by: Did,
    /// Over the body.
    pub signature: Signature,
}

impl<T: Statement> Signed<T> {
    /// Says it.
    pub fn sign(body: T, keys: &Keypair, network: &NetworkId) -> Self {
        let signature = keys.sign(T::DOMAIN, network, &bytes(&body));
        Self {
            body,
            by: keys.did(),
            signature,
        }
    }

    /// Holds if they said it, on this network.
    pub fn verify(&self, network: &NetworkId) -> Result<(), BadSignature> {
        self.by
            .verify(T::DOMAIN, network, &bytes(&self.body), &self.signature)
    }
}

/// What is signed.
pub(super) fn bytes<T: Statement>(body: &T) -> Vec<u8> {
    codec::encode(body).expect("a flat map of numbers and a link has a canonical form")
}

fn round<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        round if round <= ORDER_ROUND_MAX => Ok(round),
        _ => Err(de::Error::custom("a height has no such round")),
    }
}

fn valid_round<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    round(deserializer).map(Some)
}
