//! A job's row: what was asked for, what is held for it, and where it is in its life.
//!
//! `Open -> Assigned -> Ended`. Each unfinished phase has a time at which it falls due
//! ([`Job::due`]), so no job can be forgotten (invariant 10).

use crate::bid::Bid;
use icn_base::run::{Claim, JobSpec, JobState, JobStatus, Snapshot};
use icn_base::{Cid, Codec, Did, Domain, JobId, Mana, NetworkId, Time, codec};
use icn_economics::{Hold, Offer};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Who asked for it, and pays.
    pub owner: Did,
    /// What was asked for.
    pub spec: Arc<JobSpec>,
    /// When it opened.
    pub opened: Time,
    /// Where it stands among jobs that open jobs.
    pub tree: Tree,
    /// The owner's mana that is set aside for it.
    pub hold: Hold,
    /// The fees that were in force when it opened.
    pub fees: Fees,
    /// Where it is in its life.
    pub phase: Phase,
}

/// A job's place among jobs that open jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// The job whose run opened this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<JobId>,
    /// The job at the top; absent if it is this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<JobId>,
    /// How many generations are above.
    pub depth: u32,
    /// How many jobs are below, counted at the top only.
    pub below: u32,
}

/// Fees as they were when a job opened, so that what is held for them is what they cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    /// For each message.
    pub tx: Mana,
    /// For each effect that is applied.
    pub effect: Mana,
    /// The treasury's part of each charge.
    pub market_bp: u64,
    /// For each thousand constraints of a proof.
    pub zk_per_kconstraint: u64,
}

/// Where a job is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Phase {
    /// Bids are collected.
    Open {
        /// Until then only the coordinator assigns.
        assign_by: Time,
        /// Until then its owner or a validator may, too.
        last_call: Time,
    },
    /// Executors have it.
    Assigned(Arc<Assignment>),
    /// It is over.
    Ended(Arc<Ended>),
}

/// Who runs a job, and what has come of it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The height of the block that assigned it.
    pub height: u64,
    /// That block's time: what its run reads stood then.
    pub at: Time,
    /// The state that its executors read; known from the next block on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// The engine of every bid.
    pub engine: String,
    /// Those who have, or had, a seat.
    pub seats: Vec<Seat>,
    /// Bids for seats that are given back, best first.
    pub spares: Vec<Bid>,
    /// Until when receipts are revealed, once sealing has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reveal_by: Option<Time>,
    /// The different claims that were made.
    pub claims: Vec<Arc<Claim>>,
}

/// One executor's part in a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Whose it is.
    pub executor: Did,
    /// What it asks.
    pub offer: Offer,
    /// What it stands to lose.
    pub bond: Mana,
    /// What is set aside, with the bond, for the fees of its messages.
    pub fees: Mana,
    /// Since when it has the seat.
    pub since: Time,
    /// What has come of it.
    pub work: Work,
}

/// What has come of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Work {
    /// Nothing yet.
    Running,
    /// A receipt is promised under this seal.
    Sealed {
        /// See [`seal`].
        seal: Cid,
    },
    /// A receipt is here.
    Revealed {
        /// The receipt.
        receipt: Cid,
        /// Its claim.
        claim: Cid,
    },
    /// It was given back.
    Declined,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// When.
    pub at: Time,
    /// How.
    pub how: Ending,
    /// The claim that won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Cid>,
    /// What its run wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Cid>,
    /// Every receipt that came in time.
    pub receipts: Vec<Cid>,
}

/// The ways in which a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ending {
    /// Settled: the guest ended well and its effects stand.
    Completed,
    /// Settled: the guest failed by itself.
    GuestFailed,
    /// Settled: an effect was refused, so none stands.
    EffectRefused {
        /// Its index.
        effect: u32,
        /// The number of the refusal.
        number: u16,
    },
    /// Refunded: nobody has bid, or nobody is left.
    NoBids,
    /// Refunded: executors were silent.
    Late,
    /// Refunded: withdrawn by its owner.
    Cancelled,
    /// Refunded: no claim could find enough agreement.
    Disagreed,
}

impl Job {
    /// When the phase that the job is in falls due; none once it is over.
    pub fn due(&self) -> Option<Time> {
        match &self.phase {
            Phase::Open { last_call, .. } => Some(*last_call),
            Phase::Assigned(assigned) => Some(assigned.reveal_by.unwrap_or(self.spec.deadline)),
            Phase::Ended(_) => None,
        }
    }

    /// Where it is, in the word that guests and HTTP use.
    pub fn state(&self) -> JobState {
        match &self.phase {
            Phase::Open { .. } => JobState::Open,
            Phase::Assigned(_) => JobState::Assigned,
            Phase::Ended(ended) => match ended.how {
                Ending::Completed => JobState::Completed,
                Ending::GuestFailed | Ending::EffectRefused { .. } => JobState::GuestFailed,
                Ending::NoBids => JobState::NoBids,
                Ending::Late => JobState::Late,
                Ending::Cancelled => JobState::Cancelled,
                Ending::Disagreed => JobState::Disagreed,
            },
        }
    }

    /// The time of the state that its run reads.
    pub fn seen(&self) -> Time {
        match &self.phase {
            Phase::Assigned(assigned) => assigned.at,
            Phase::Open { .. } | Phase::Ended(_) => self.opened,
        }
    }

    /// What guests and HTTP are told of it.
    pub fn status(&self, id: JobId) -> JobStatus {
        let ended = match &self.phase {
            Phase::Ended(ended) => Some(ended),
            Phase::Open { .. } | Phase::Assigned(_) => None,
        };
        JobStatus {
            job: id,
            state: self.state(),
            claim: ended.and_then(|ended| ended.claim),
            output: ended.and_then(|ended| ended.output),
        }
    }

    /// True while it waits for bids.
    pub const fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
    }

    /// True if its executors seal their receipts before they show them.
    pub fn is_sealed(&self) -> bool {
        self.spec.agreement.executors > 1
    }
}

impl Assignment {
    /// The seats that were not given back.
    pub fn live(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| seat.work != Work::Declined)
    }
}

/// What an executor commits to before it shows its receipt: it binds the claim to job, executor and
/// network, and hides it behind a salt.
pub fn seal(network: &NetworkId, job: &JobId, executor: &Did, claim: &Cid, salt: &Salt) -> Cid {
    let words = (
        Domain::Receipt.tag(),
        "seal",
        network,
        job,
        executor,
        claim,
        salt,
    );
    let bytes = codec::encode(&words).expect("a seal's words have a canonical spelling");
    Cid::of(Codec::DagCbor, &bytes)
}

/// 32 bytes that nobody else can guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        icn_base::Bytes(self.0.to_vec()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = icn_base::Bytes::deserialize(deserializer)?;
        let salt = bytes.0.try_into();
        salt.map(Self)
            .map_err(|_| serde::de::Error::custom("a salt has 32 bytes"))
    }
}
