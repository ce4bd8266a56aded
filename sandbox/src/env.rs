//! What a run may see and ask of the book: the snapshot, and a scratch copy that effects change.

mod mem;

pub use mem::{Account, MemEnv, SnapshotFile};

use icn_abi::Class;
use icn_base::gov::{ProposalStatus, ProposalView};
use icn_base::run::{BlockInfo, Effect, JobSpec, JobStatus, PendingJobs};
use icn_base::{Cid, Did, JobId, Mana, ProposalId};

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

    /// Applies an effect to the scratch copy by the ledger's own rule, or refuses it and changes
    /// nothing. `index` is its place among the run's effects.
    fn apply(&mut self, effect: &Effect, index: u64) -> Result<(), EnvError>;
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
