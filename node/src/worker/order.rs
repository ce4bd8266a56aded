//! What the node wants to have run, and what it gets.

use icn_base::JobId;
use icn_base::run::Outcome;
use icn_dag::Block;
use icn_ledger::{Header, State};
use icn_replay::{Asked, Lacking};

/// A run that the node wants.
#[derive(Clone, Debug)]
pub struct RunOrder {
    /// The job.
    pub job: JobId,
    /// The state after the block that assigned it.
    pub state: State,
    /// That block's header.
    pub header: Header,
    /// Every block that the run may read: its module, its input with all parts, the blocks that it
    /// lists.
    pub blocks: Vec<Block>,
    /// How long the run may take on this machine. Compiling the module is not in it.
    pub wall_ms: u64,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What any machine would say.
    pub outcome: Outcome,
    /// The blocks of the output, the log and the journal that the outcome names, and the blocks
    /// that the run wrote. The last ones count only if its effects are applied.
    pub blocks: Vec<Block>,
    /// What it read of the snapshot, so that its receipt can be proved.
    pub asked: Asked,
    /// Why it failed, for people. Not part of any claim, and the worker's word alone.
    pub why: Option<String>,
}

/// Why there is no outcome. Nothing can be claimed about the run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkerFault {
    /// Something that the run needs is not in the order.
    #[error("the run cannot begin: {0}")]
    Lacking(#[from] Lacking),
    /// The sandbox could not run it to its end on this machine.
    #[error("{0}")]
    Sandbox(String),
    /// It took too long, and the sandbox did not stop it.
    #[error("the worker was ended: the run had {ms} ms and did not stop by itself")]
    Overran {
        /// The time that it had, with what compiling may take.
        ms: u64,
    },
    /// The worker died of it.
    #[error("the worker died of the run: {0}")]
    Died(String),
    /// The worker said what cannot be, and was ended.
    #[error("the worker said what cannot be ({0}) and was ended")]
    Nonsense(String),
    /// Too many orders wait.
    #[error("{0} runs wait for a worker already: try again later")]
    Full(usize),
    /// No worker can be started.
    #[error("no worker can be started: {0}")]
    NoWorker(String),
    /// The pool is closed.
    #[error("this node is shutting down")]
    Closed,
}

impl WorkerFault {
    /// True if the same order may well succeed when it is given again.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Full(_) | Self::NoWorker(_) | Self::Died(_) | Self::Closed => true,
            Self::Lacking(_) | Self::Sandbox(_) | Self::Overran { .. } | Self::Nonsense(_) => false,
        }
    }
}
