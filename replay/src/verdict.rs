//! What can be said of a receipt, from its file alone.

use icn_base::run::{Outcome, Snapshot};
use icn_base::{Cid, Did, JobId, NetworkId};
use icn_dag::BlockError;
use icn_dag::car::CarError;
use icn_sandbox::NodeFault;
use serde::Serialize;

use crate::book::Lacking;

/// One of three.
#[derive(Debug)]
pub enum Verdict {
    /// The run was as the receipt says.
    Valid(Box<Grounds>),
    /// It was not.
    Invalid {
        /// What the receipt is about, and what it was judged on.
        grounds: Box<Grounds>,
        /// What differs; never empty.
        differs: Vec<Difference>,
    },
    /// It cannot be said on this machine, or with this file.
    CannotTell(CannotTell),
}

impl Verdict {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Valid(_) => "valid",
            Self::Invalid { .. } => "invalid",
            Self::CannotTell(_) => "cannot_tell",
        }
    }
}

/// What a verdict stands on. The file proves all of it but one thing: that the block `fixed_by` is
/// part of the network's chain. Whoever trusts that block can trust the verdict.
#[derive(Clone, Debug, Serialize)]
pub struct Grounds {
    /// The receipt.
    pub receipt: Cid,
    /// Its job.
    pub job: JobId,
    /// Who signed it.
    pub executor: Did,
    /// The network.
    pub network: NetworkId,
    /// The state that the run read.
    pub snapshot: Snapshot,
    /// The block that names the snapshot's root.
    pub fixed_by: Cid,
    /// What came of the run here; absent if there was nothing to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// One thing that the receipt says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What.
    pub what: &'static str,
    /// As the receipt has it.
    pub claimed: String,
    /// As it is.
    pub found: String,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum CannotTell {
    /// The file is no CAR, or one of its blocks was changed.
    #[error("the file is damaged: {0}")]
    File(#[from] CarError),
    /// The file is larger than any that is read.
    #[error("the file has more than {0} bytes")]
    TooLarge(u64),
    /// The roots are others than those of a receipt's file.
    #[error(
        "two roots are needed, the file names {0}: a receipt's file names the receipt and a header"
    )]
    Roots(usize),
    /// A block is missing.
    #[error("the {what} is missing: block {cid}")]
    Missing {
        /// What it is.
        what: &'static str,
        /// Its name.
        cid: Cid,
    },
    /// A block is something else than it should be.
    #[error("the {what} cannot be read: {source}")]
    Unreadable {
        /// What it should be.
        what: &'static str,
        /// What is wrong.
        source: BlockError,
    },
    /// The headers do not fix the state that the receipt names.
    #[error("the headers do not fix the snapshot: {0}")]
    Headers(&'static str),
    /// A row, a proof of one, or another block that the run needs is missing or wrong.
    #[error("something that the run needs is missing: {0}")]
    Lacking(#[from] Lacking),
    /// The job was assigned to another engine or schedule of fuel.
    #[error("the job ran on {theirs}, this is {ours}: use a version of icn with that engine")]
    Engine {
        /// The job's.
        theirs: String,
        /// This sandbox's.
        ours: &'static str,
    },
    /// This machine could not run it to its end.
    #[error("this machine could not run it: {0}")]
    Fault(#[from] NodeFault),
}
