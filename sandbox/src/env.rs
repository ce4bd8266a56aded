//! What a run may see and ask of the book: the snapshot, and a scratch copy that effects change.

mod mem;

pub use mem::{Account, MemEnv, SnapshotFile};

use icn_abi::Class;
use icn_base::gov::{ProposalStatus, ProposalView};
use icn_base::run::{
    BlockInfo, Effect, JobSpec, JobStatus, Nullifier, PendingJobs, ProveRequest, VerifyRequest,
};
use icn_base::{Cid, Did, JobId, Mana, ProposalId};
use serde_json::value::RawValue;

/// The snapshot of one run. Every executor of a job answers alike, or answers [`EnvError::Fault`].
///
/// A run owns the environment for its length: effects that [`Env::apply`] accepts show in all later
/// answers.
pub trait Env {
    /// The block behind the snapshot: the one that assigned the job.
    fn block(&mut self) -> BlockInfo;

    /// Mana that an account may spend.
    fn spendable(&mut self, account: &Did) -> Result<Mana, EnvError>;

    /// An account's reputation.
    fn reputation(&mut self, account: &Did) -> Result<u32, EnvError>;

    /// A governed parameter as JSON, if there is one of that name.
    fn parameter(&mut self, name: &str) -> Result<Option<String>, EnvError>;

    /// The bytes of a block. Asked only for blocks that the job lists.
    fn listed_block(&mut self, cid: &Cid) -> Result<Vec<u8>, EnvError>;

    /// A job, if there is one of that id.
    fn job(&mut self, id: &JobId) -> Result<Option<JobStatus>, EnvError>;

    /// The first jobs that wait for bids.
    fn pending_jobs(&mut self) -> Result<PendingJobs, EnvError>;

    /// The mana that this child job would hold.
    fn child_hold(&mut self, child: &JobSpec) -> Result<Mana, EnvError>;

    /// The fee that a proposal costs.
    fn proposal_fee(&mut self) -> Result<Mana, EnvError>;

    /// A proposal, if there is one of that id.
    fn proposal(&mut self, id: &ProposalId) -> Result<Option<ProposalView>, EnvError>;

    /// Where closing the vote on a proposal leads; where the proposal is, if it was closed before.
    fn closing(&mut self, id: &ProposalId) -> Result<ProposalStatus, EnvError>;

    /// A circuit of which proofs are verified, if there is one of that id.
    fn circuit(&mut self, id: &Cid) -> Result<Option<CircuitInfo>, EnvError>;

    /// Whether a proof holds, of a circuit that there is. `revocation` is true for call 30.
    fn verify_proof(
        &mut self,
        request: &ProofRequest,
        revocation: bool,
    ) -> Result<Verified, EnvError>;

    /// Makes a proof, of a circuit that there is: `{proof, public}` as JSON. `call` tells it apart
    /// from the run's others.
    fn prove(&mut self, request: &WitnessRequest, call: u32) -> Result<Vec<u8>, EnvError>;

    /// Applies an effect to the scratch copy by the ledger's own rule, or refuses it and changes
    /// nothing. `index` is its place among the run's effects.
    fn apply(&mut self, effect: &Effect, index: u64) -> Result<(), EnvError>;
}

/// What calls 25 and 30 are given.
pub type ProofRequest = VerifyRequest<Box<RawValue>>;

/// What call 26 is given.
pub type WitnessRequest = ProveRequest<Box<RawValue>>;

/// What is known of a circuit before its proofs are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitInfo {
    /// True if it is over BLS12-381, false if over BN254.
    pub bls12_381: bool,
    /// How many public inputs it has.
    pub inputs: u64,
    /// How many constraints it has.
    pub constraints: u64,
    /// What one of its proofs costs this job.
    pub price: Mana,
}

/// What is said of a proof that is well-formed and not out of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It holds, and takes this nullifier if it takes one.
    Holds(Option<Nullifier>),
    /// It does not hold.
    Fails,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvError {
    /// The book says no, on every machine alike: the guest gets the class and may read the text.
    Refused(Denial),
    /// This machine cannot say. The run ends without an outcome.
    Fault(String),
}

/// A refusal as a guest sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The class, whose negative number is the call's result.
    pub class: Class,
    /// Cause and remedy, for call 9. Part of the run: equal on every machine.
    pub text: String,
}

impl Denial {
    /// A refusal of this class.
    pub fn new(class: Class, text: impl Into<String>) -> Self {
        Self {
            class,
            text: text.into(),
        }
    }
}

impl From<Denial> for EnvError {
    fn from(denial: Denial) -> Self {
        Self::Refused(denial)
    }
}
