//! Claims and receipts: who says that a run went so.

use super::{CallStats, Effect, Exit, Outcome};
use crate::codec::{self, CodecError};
use crate::keys::BadSignature;
use crate::{Cid, Codec, Did, Domain, JobId, Keypair, NetworkId, Signature, Time};
use serde::{Deserialize, Serialize};

/// The state that a run read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The height of the block that assigned the job.
    pub height: u64,
    /// The root of the state after that block.
    pub root: Cid,
}

/// That this job, on this snapshot, had this outcome. Executors that ran it rightly make equal
/// claims: nothing of the machine, the time or the executor is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The job.
    pub job: JobId,
    /// The guest.
    pub module: Cid,
    /// Its input.
    pub input: Cid,
    /// What it read.
    pub snapshot: Snapshot,
    /// The engine and the fuel schedule.
    pub engine: String,
    /// How it ended.
    pub exit: Exit,
    /// Its output.
    pub output: Cid,
    /// Its log.
    pub log: Cid,
    /// What it was told.
    pub journal: Cid,
    /// What it asks for.
    pub effects: Vec<Effect>,
    /// Fuel it used.
    pub fuel_used: u64,
    /// Host calls it made.
    pub host_calls: Vec<CallStats>,
    /// Memory it had at most, in bytes.
    pub memory_peak: u64,
}

impl Claim {
    /// The claim that this job had this outcome.
    pub fn new(job: JobId, module: Cid, input: Cid, snapshot: Snapshot, outcome: Outcome) -> Self {
        Self {
            job,
            module,
            input,
            snapshot,
            engine: outcome.engine,
            exit: outcome.exit,
            output: outcome.output,
            log: outcome.log,
            journal: outcome.journal,
            effects: outcome.effects,
            fuel_used: outcome.fuel_used,
            host_calls: outcome.host_calls,
            memory_peak: outcome.memory_peak,
        }
    }

    /// The claim's name: equal for all who saw the same.
    pub fn cid(&self) -> Result<Cid, CodecError> {
        Ok(Cid::of(Codec::DagCbor, &codec::encode(self)?))
    }
}

/// A claim, and who stands for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What is claimed.
    pub claim: Claim,
    /// Who ran it.
    pub executor: Did,
    /// When the run began, by the executor's clock.
    pub started: Time,
    /// When it ended.
    pub finished: Time,
    /// Over all of the above.
    pub signature: Signature,
}

/// Why a receipt is worth nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It cannot be written canonically.
    #[error("the receipt has no canonical form: {0}")]
    Codec(#[from] CodecError),
    /// The executor did not sign it.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

/// What the executor signs, in the order of the fields.
#[derive(Serialize)]
struct Statement<'a> {
    claim: &'a Claim,
    executor: &'a Did,
    started: Time,
    finished: Time,
}

impl Receipt {
    /// Signs a claim.
    pub fn sign(
        claim: Claim,
        started: Time,
        finished: Time,
        keys: &Keypair,
        network: &NetworkId,
    ) -> Result<Self, CodecError> {
        let executor = keys.did();
        let statement = Statement {
            claim: &claim,
            executor: &executor,
            started,
            finished,
        };
        let signature = keys.sign(Domain::Receipt, network, &codec::encode(&statement)?);
        Ok(Self {
            claim,
            executor,
            started,
            finished,
            signature,
        })
    }

    /// Holds if the executor signed it for this network.
    pub fn verify(&self, network: &NetworkId) -> Result<(), ReceiptError> {
        let (claim, executor) = (&self.claim, &self.executor);
        let statement = Statement {
            claim,
            executor,
            started: self.started,
            finished: self.finished,
        };
        let bytes = codec::encode(&statement)?;
        Ok(executor.verify(Domain::Receipt, network, &bytes, &self.signature)?)
    }

    /// The receipt's name.
    pub fn cid(&self) -> Result<Cid, CodecError> {
        Ok(Cid::of(Codec::DagCbor, &codec::encode(self)?))
    }
}
