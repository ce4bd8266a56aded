//! An executor's bid for one job.

use icn_base::keys::BadSignature;
use icn_base::mana::ManaError;
use icn_base::{Did, Domain, JobId, Keypair, Mana, NetworkId, Signature, Time, codec};
use icn_economics::Offer;
use serde::{Deserialize, Serialize};

/// What an executor asks for one job, and until when. It also asserts that module, input and every
/// listed block are held locally.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bid {
    /// The terms.
    pub terms: Terms,
    /// The executor's signature.
    pub signature: Signature,
}

/// The part of a bid that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The job.
    pub job: JobId,
    /// Who would run it.
    pub executor: Did,
    /// What it asks.
    pub offer: Offer,
    /// On which engine.
    pub engine: String,
    /// The last block time at which it may be taken.
    pub assign_before: Time,
}

impl Bid {
    /// Signs terms with the executor's key.
    pub fn sign(terms: Terms, keys: &Keypair, network: &NetworkId) -> Self {
        let signature = keys.sign(Domain::Bid, network, &bytes(&terms));
        Self { terms, signature }
    }

    /// Holds if the executor signed the terms for this network.
    pub fn verify(&self, network: &NetworkId) -> Result<(), BadSignature> {
        let executor = &self.terms.executor;
        executor.verify(Domain::Bid, network, &bytes(&self.terms), &self.signature)
    }

    /// The most that the run can cost.
    pub fn worst_case(&self, fuel_limit: u64) -> Result<Mana, ManaError> {
        self.terms.offer.charge(fuel_limit)
    }
}

fn bytes(terms: &Terms) -> Vec<u8> {
    codec::encode(terms).expect("terms have a canonical spelling")
}
