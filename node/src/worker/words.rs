//! What a node and a worker say to each other. The node believes nothing that it can check itself.

use super::Protection;
use icn_base::gov::{ProposalStatus, ProposalView};
use icn_base::run::{BlockInfo, Effect, JobSpec, JobStatus, Nullifier, Outcome, PendingJobs};
use icn_base::{Bytes, Cid, Did, JobId, Mana, ProposalId};
use serde::{Deserialize, Serialize};

/// To a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ToWorker {
    /// The bytes of a module.
    Module {
        /// Its name.
        cid: Cid,
        /// Its bytes.
        bytes: Bytes,
    },
    /// A job to run. Jobs are run in the order in which they come.
    Order(Box<Order>),
    /// To the question that was asked last.
    Answer(Answer),
}

/// A job to run: all that its outcome depends on, but for the module and the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    /// The job.
    pub(crate) job: JobId,
    /// Who signed it.
    pub(crate) owner: Did,
    /// What it asks for.
    pub(crate) spec: JobSpec,
    /// The bytes of its input; left out if they stand in the spec.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input: Option<Bytes>,
    /// The block behind the snapshot.
    pub(crate) block: BlockInfo,
    /// How long it may take.
    pub(crate) wall_ms: u64,
}

/// From a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum FromWorker {
    /// It is ready, behind these walls. The first thing that it says.
    Ready(Protection),
    /// The run that is under way wants to know something.
    Question(Question),
    /// A block that the run has written. Comes before the ending.
    Wrote(Bytes),
    /// The run has an outcome.
    Ended(Box<Ended>),
    /// The run has none.
    Fault(String),
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ended {
    /// The outcome.
    pub(crate) outcome: Outcome,
    /// The output's bytes.
    pub(crate) output: Bytes,
    /// The log's bytes.
    pub(crate) log: Bytes,
    /// The journal's bytes.
    pub(crate) journal: Bytes,
    /// Why it failed, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
}

/// What a run asks. But for the first, these are the reads of [`icn_sandbox::Env`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Question {
    /// The bytes of the job's module.
    Module,
    /// Mana that an account may spend.
    Spendable(Did),
    /// An account's reputation.
    Reputation(Did),
    /// A governed parameter.
    Parameter(String),
    /// The bytes of a block that the job lists.
    ListedBlock(Cid),
    /// A job.
    Job(JobId),
    /// The jobs that wait for bids.
    PendingJobs,
    /// The mana that a child job would hold.
    ChildHold(Box<JobSpec>),
    /// The fee of a proposal.
    ProposalFee,
    /// A proposal.
    Proposal(ProposalId),
    /// Where closing a vote leads.
    Closing(ProposalId),
    /// A circuit.
    Circuit(Cid),
    /// Whether a proof holds: what call 25 or 30 was given, as JSON.
    VerifyProof {
        /// The request.
        request: String,
        /// True for call 30.
        revocation: bool,
    },
    /// To make a proof: what call 26 was given, as JSON.
    Prove {
        /// The request.
        request: String,
        /// Which of the run's proofs.
        call: u32,
    },
    /// To apply an effect. The node counts by itself which one it is.
    Apply(Box<Effect>),
}

/// What a run is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Answer {
    /// There is none.
    Nothing,
    /// It is done.
    Done,
    /// An amount.
    Mana(Mana),
    /// A reputation.
    Reputation(u32),
    /// A parameter.
    Parameter(String),
    /// A block.
    Block(Bytes),
    /// A job.
    Job(JobStatus),
    /// Jobs.
    PendingJobs(PendingJobs),
    /// A proposal.
    Proposal(Box<ProposalView>),
    /// Where a proposal is.
    Status(ProposalStatus),
    /// A circuit.
    Circuit {
        /// True if it is over BLS12-381.
        bls12_381: bool,
        /// How many public inputs it has.
        inputs: u64,
        /// How many constraints.
        constraints: u64,
        /// What a proof costs this job.
        price: Mana,
    },
    /// A proof holds.
    Holds {
        /// The nullifier that it takes, if it takes one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken: Option<Nullifier>,
    },
    /// A proof does not hold.
    Fails,
    /// A proof and its public inputs, as JSON.
    Proved(Bytes),
    /// The book says no.
    Refused {
        /// The number of the class.
        class: u8,
        /// Cause and remedy.
        text: String,
    },
    /// This machine cannot say.
    Fault(String),
}
