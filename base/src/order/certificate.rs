//! Certificates: more than two thirds of the power voted alike.

use super::{Signed, Step, Vote};
use crate::limits::ORDER_ROUND_MAX;
use crate::{Cid, Did, NetworkId, Signature};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Votes of one step of one round for one block. Of precommits, it proves that the block was
/// decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unsorted")]
pub struct Certificate {
    /// The height.
    pub height: u64,
    /// The round.
    pub round: u32,
    /// Which votes.
    pub step: Step,
    /// What they are for.
    pub block: Cid,
    /// Who voted, in ascending order.
    pub seats: Vec<Seat>,
}

/// One validator's vote in a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who voted.
    pub by: Did,
    /// Over the vote.
    pub signature: Signature,
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Somebody votes who is no validator.
    #[error("{0} votes in the certificate, but is no validator of its height")]
    Stranger(Did),
    /// Validators twice, or not in ascending order.
    #[error("the certificate names {0} out of order or twice")]
    Order(Did),
    /// A vote that was never cast.
    #[error("the vote of {0} in the certificate is not signed by them")]
    Signature(Did),
    /// Too few.
    #[error("the certificate has {signed} of the power {total}; it takes more than two thirds")]
    Power {
        /// The power that voted.
        signed: u128,
        /// The power of all.
        total: u128,
    },
}

impl Certificate {
    /// The vote that every seat casts.
    pub const fn vote(&self) -> Vote {
        Vote {
            height: self.height,
            round: self.round,
            step: self.step,
            block: Some(self.block),
        }
    }

    /// The votes, one by one.
    pub fn votes(&self) -> impl Iterator<Item = Signed<Vote>> + '_ {
        self.seats.iter().map(|seat| Signed {
            body: self.vote(),
            by: seat.by,
            signature: seat.signature,
        })
    }

    /// Holds if more than two thirds of the power of its height's validators cast these votes.
    ///
    /// The power is counted before any signature is looked at.
    pub fn check(
        &self,
        network: &NetworkId,
        validators: &BTreeMap<Did, u64>,
    ) -> Result<(), CertificateError> {
        self.check_with(validators, |vote| vote.verify(network).is_ok())
    }

    /// The same for those who may know some of the votes already: `holds` says whether a vote was
    /// signed by who casts it.
    pub fn check_with(
        &self,
        validators: &BTreeMap<Did, u64>,
        mut holds: impl FnMut(&Signed<Vote>) -> bool,
    ) -> Result<(), CertificateError> {
        ascending(&self.seats)?;
        let total = validators.values().copied().map(u128::from).sum();
        let mut signed = 0;
        for seat in &self.seats {
            let power = validators.get(&seat.by);
            signed += u128::from(*power.ok_or(CertificateError::Stranger(seat.by))?);
        }
        if signed * 3 <= total * 2 {
            return Err(CertificateError::Power { signed, total });
        }
        match self.votes().find(|vote| !holds(vote)) {
            Some(vote) => Err(CertificateError::Signature(vote.by)),
            None => Ok(()),
        }
    }
}

fn ascending(seats: &[Seat]) -> Result<(), CertificateError> {
    let pairs = seats.iter().zip(seats.iter().skip(1));
    match pairs.into_iter().find(|(a, b)| a.by >= b.by) {
        Some((_, out)) => Err(CertificateError::Order(out.by)),
        None => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsorted {
    height: u64,
    round: u32,
    step: Step,
    block: Cid,
    seats: Vec<Seat>,
}

impl TryFrom<Unsorted> for Certificate {
    type Error = String;

    fn try_from(read: Unsorted) -> Result<Self, String> {
        ascending(&read.seats).map_err(|error| error.to_string())?;
        if read.round > ORDER_ROUND_MAX {
            return Err("a height has no such round".into());
        }
        Ok(Self {
            height: read.height,
            round: read.round,
            step: read.step,
            block: read.block,
            seats: read.seats,
        })
    }
}
