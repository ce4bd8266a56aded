//! Facts: what a transaction, or time, has changed.

use crate::job::Ending;
use icn_base::order::Offence;
use icn_base::{Cid, Did, JobId, Mana};
use icn_governance::{Enactment, Fact};
use serde::{Deserialize, Serialize};

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// Mana went from one account to another.
    Transferred {
        /// The payer.
        from: Did,
        /// The payee.
        to: Did,
        /// How much.
        amount: Mana,
    },
    /// A job opened; this much of its owner's mana is held.
    JobOpened {
        /// The job.
        job: JobId,
        /// Its owner.
        owner: Did,
        /// What is held.
        hold: Mana,
    },
    /// A job's seats were given.
    JobAssigned {
        /// The job.
        job: JobId,
        /// To whom.
        executors: Vec<Did>,
    },
    /// A seat was given back; a spare bid may have taken it.
    SeatDeclined {
        /// The job.
        job: JobId,
        /// Who gave it back.
        executor: Did,
        /// Who has it now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Did>,
        /// What the treasury got of the bond.
        lost: Mana,
    },
    /// A receipt was promised.
    ReceiptSealed {
        /// The job.
        job: JobId,
        /// By whom.
        executor: Did,
    },
    /// A receipt came and counts.
    ReceiptRevealed {
        /// The job.
        job: JobId,
        /// By whom.
        executor: Did,
        /// The receipt.
        receipt: Cid,
        /// What it claims.
        claim: Cid,
    },
    /// An executor was paid for a job.
    ExecutorPaid {
        /// The job.
        job: JobId,
        /// Who.
        executor: Did,
        /// What the owner was charged.
        charge: Mana,
        /// The treasury's part of it.
        fee: Mana,
    },
    /// An executor's bond went to the treasury.
    BondForfeited {
        /// The job.
        job: JobId,
        /// Whose.
        executor: Did,
        /// How much.
        amount: Mana,
    },
    /// A run's block is to be kept.
    BlockWritten {
        /// The job.
        job: JobId,
        /// The block.
        cid: Cid,
        /// Its size.
        bytes: u64,
    },
    /// A run's owner paid the treasury.
    ManaSpent {
        /// The job.
        job: JobId,
        /// How much.
        amount: Mana,
    },
    /// A run's owner paid an account.
    ManaPaid {
        /// The job.
        job: JobId,
        /// Whom.
        to: Did,
        /// How much.
        amount: Mana,
    },
    /// A job ended, and its hold is closed.
    JobEnded {
        /// The job.
        job: JobId,
        /// How.
        how: Ending,
        /// What was paid from the hold.
        paid: Mana,
        /// What went back to the owner.
        refunded: Mana,
    },
    /// An executor registered, or changed its offer.
    ExecutorRegistered {
        /// Who.
        executor: Did,
    },
    /// An executor takes no more jobs.
    ExecutorWithdrawn {
        /// Who.
        executor: Did,
    },
    /// A record is kept.
    Anchored {
        /// What.
        cid: Cid,
        /// By whom.
        by: Did,
    },
    /// A proof that a run had verified or made was paid for.
    ProofPaid {
        /// The job.
        job: JobId,
        /// The circuit.
        circuit: Cid,
        /// The host call: 25, 26 or 30.
        call: u16,
        /// How much.
        amount: Mana,
    },
    /// A member put a commitment into the members' tree.
    Enrolled {
        /// Who.
        did: Did,
        /// Which leaf.
        place: u32,
    },
    /// An issuer registered, or changed its name or key.
    IssuerRegistered {
        /// Who.
        issuer: Did,
    },
    /// A credential was issued.
    CredentialIssued {
        /// The CID of its bytes.
        credential: Cid,
        /// By whom.
        issuer: Did,
    },
    /// A credential was taken back.
    CredentialRevoked {
        /// Which.
        credential: Cid,
        /// By its issuer.
        issuer: Did,
    },
    /// Something became of a proposal, a vote or a delegation.
    Governance(Fact),
    /// An executed proposal changed something. Parameters and powers are in force from the next
    /// block on.
    Enacted(Enactment),
    /// A validator was shown to have said two things where it may say one.
    OffenceRecorded {
        /// What it did.
        offence: Offence,
        /// The power that it loses from the next height on.
        lost: u64,
    },
    /// A record is no longer kept.
    AnchorExpired {
        /// What.
        cid: Cid,
    },
}
