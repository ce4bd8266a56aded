//! Effects: what a run asks the book to change. A guest never acts; it asks.

use super::{JobSpec, ProofPayment, Receipt};
use crate::gov::{DelegateRequest, ProposalRequest, ProposalStatus, RevokeRequest, VoteRequest};
use crate::{Cid, Did, Mana, ProposalId};
use serde::{Deserialize, Serialize};

/// One change that a run asks for. Those of the winning claim apply in order, all or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// To keep a raw block.
    PutBlock {
        /// Its name.
        cid: Cid,
        /// Its size.
        bytes: u64,
    },
    /// To pay the treasury from the owner's account.
    SpendMana {
        /// How much.
        amount: Mana,
    },
    /// To pay another account from the owner's.
    PayMana {
        /// Whom.
        to: Did,
        /// How much.
        amount: Mana,
    },
    /// To open a child job. Its id is the CID of parent, index among the effects, and spec.
    SubmitJob {
        /// What it runs.
        spec: Box<JobSpec>,
    },
    /// To keep a record of work done elsewhere.
    AnchorReceipt {
        /// The record.
        receipt: Box<Receipt>,
    },
    /// To make a proposal. Its id is the CID of job, index among the effects, and request.
    Propose(Box<ProposalRequest>),
    /// To open voting on the owner's own proposal.
    OpenVoting {
        /// Which.
        proposal: ProposalId,
    },
    /// To cast the owner's vote.
    Vote(VoteRequest),
    /// To close voting.
    CloseVoting {
        /// On which proposal.
        proposal: ProposalId,
        /// Where the run was told that this leads. It does not stand if it leads elsewhere.
        status: ProposalStatus,
    },
    /// To execute a proposal that has passed.
    Execute {
        /// Which.
        proposal: ProposalId,
    },
    /// To hand the owner's votes on.
    Delegate(DelegateRequest),
    /// To take a delegation back.
    Revoke(RevokeRequest),
    /// To pay for a proof that was verified or made, and to take its nullifier.
    PayProof(ProofPayment),
}
