//! Jobs.

use crate::tx::TxView;
use crate::words;
use icn_base::run::{Agreement, JobRequest};
use icn_base::run::{Grant, Input, JobSpec, JobState, Listed, Receipt, Requires};
use icn_base::{Cid, Did, JobId, Mana, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A job as people ask for it: what may be left out is left out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobAsk {
    /// The guest.
    #[schema(value_type = String)]
    pub module: Cid,
    /// The exported function to call; `run` if left out.
    #[serde(default)]
    pub entry: Option<String>,
    /// What the guest reads as its input; empty if left out.
    #[serde(default)]
    #[schema(value_type = Option<words::Input>)]
    pub input: Option<Input>,
    /// The blocks that the guest may read.
    #[serde(default)]
    #[schema(value_type = Option<Vec<words::Listed>>)]
    pub reads: Option<Vec<Listed>>,
    /// Fuel at most.
    pub fuel_limit: u64,
    /// Memory at most, in pages of 64 KiB.
    #[serde(default)]
    pub memory_pages: Option<u32>,
    /// What one executor may cost at most.
    #[schema(value_type = String)]
    pub max_price: Mana,
    /// How long bids are collected.
    #[serde(default)]
    pub bid_window_ms: Option<u64>,
    /// When the result is of no more use; in ten minutes if left out.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    pub deadline: Option<Time>,
    /// How many run it, and how many must agree; 1 of 1 if left out.
    #[serde(default)]
    #[schema(value_type = Option<words::Agreement>)]
    pub agreement: Option<Agreement>,
    /// Who may run it.
    #[serde(default)]
    #[schema(value_type = Option<words::Requires>)]
    pub requires: Option<Requires>,
    /// What effects it may have.
    #[serde(default)]
    #[schema(value_type = Option<Vec<words::Grant>>)]
    pub grants: Option<Vec<Grant>>,
    /// The node that assigns it; this one if left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub coordinator: Option<Did>,
    /// The job that this one tries again.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub retry_of: Option<JobId>,
    /// How often this node tries it again if it fails for lack of executors; not at all if left out.
    #[serde(default)]
    pub retries: Option<u8>,
}

impl From<JobAsk> for JobRequest {
    fn from(ask: JobAsk) -> Self {
        Self {
            module: ask.module,
            entry: ask.entry,
            input: ask.input,
            reads: ask.reads,
            fuel_limit: ask.fuel_limit,
            memory_pages: ask.memory_pages,
            max_price: ask.max_price,
            bid_window_ms: ask.bid_window_ms,
            deadline: ask.deadline,
            agreement: ask.agreement,
            requires: ask.requires,
            grants: ask.grants,
            coordinator: ask.coordinator,
            retry_of: ask.retry_of,
        }
    }
}

/// A job that the node has submitted, or one that it withdrew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobActed {
    /// The job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// What the node signed, and what became of it.
    #[serde(flatten)]
    pub tx: TxView,
}

/// A job in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobLine {
    /// The job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// Who asked for it.
    #[schema(value_type = String)]
    pub owner: Did,
    /// Where it is in its life.
    #[schema(value_type = words::JobState)]
    pub state: JobState,
    /// The guest.
    #[schema(value_type = String)]
    pub module: Cid,
    /// When it opened.
    #[schema(value_type = u64)]
    pub opened: Time,
    /// When the result is of no more use.
    #[schema(value_type = u64)]
    pub deadline: Time,
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobView {
    /// The job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// Who asked for it, and pays.
    #[schema(value_type = String)]
    pub owner: Did,
    /// Where it is in its life.
    #[schema(value_type = words::JobState)]
    pub state: JobState,
    /// What was asked for.
    #[schema(value_type = words::JobSpec)]
    pub spec: JobSpec,
    /// When it opened.
    #[schema(value_type = u64)]
    pub opened: Time,
    /// When time moves it on; absent once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub due: Option<Time>,
    /// The job whose run opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<JobId>,
    /// The owner's mana for it.
    pub hold: HoldView,
    /// Those who run it.
    pub seats: Vec<SeatView>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub ended: Option<Time>,
    /// The claim that won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub claim: Option<Cid>,
    /// What its run wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub output: Option<Cid>,
    /// Every receipt that came in time.
    #[schema(value_type = Vec<String>)]
    pub receipts: Vec<Cid>,
}

/// What is set aside for a job, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldView {
    /// What was held.
    #[schema(value_type = String)]
    pub held: Mana,
    /// What was paid of it.
    #[schema(value_type = String)]
    pub paid: Mana,
    /// What went back.
    #[schema(value_type = String)]
    pub refunded: Mana,
}

/// One executor's part in a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeatView {
    /// Whose it is.
    #[schema(value_type = String)]
    pub executor: Did,
    /// What it asks, whatever the fuel.
    #[schema(value_type = String)]
    pub base: Mana,
    /// What it asks for a million of fuel.
    #[schema(value_type = String)]
    pub per_mfuel: Mana,
    /// What it stands to lose.
    #[schema(value_type = String)]
    pub bond: Mana,
    /// `running`, `sealed`, `revealed` or `declined`.
    pub work: String,
    /// Its receipt, once it is revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub receipt: Option<Cid>,
}

/// Which jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// The `next` of the page before it.
    pub cursor: Option<String>,
    /// Items at most; 50 if left out, 500 at most.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
    /// Those of this owner.
    #[param(value_type = Option<String>)]
    pub owner: Option<Did>,
    /// Those in this state, such as `open`.
    #[param(value_type = Option<String>)]
    pub state: Option<JobState>,
}

/// How a job found its executors, or why it did not, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExplainView {
    /// The job.
    #[schema(value_type = String)]
    pub job: JobId,
    /// Where it is in its life.
    #[schema(value_type = words::JobState)]
    pub state: JobState,
    /// What became of each bid, as far as this node has heard; the coordinator hears all of them.
    pub executors: Vec<CandidateView>,
    /// What happened to it, in order.
    pub stages: Vec<StageView>,
}

/// What is known of one executor and one job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CandidateView {
    /// Who.
    #[schema(value_type = String)]
    pub executor: Did,
    /// Of a bid: `waiting`, `chosen`, `spare` or `refused`. In a quote: `qualifies` or `refused`.
    pub said: String,
    /// Its place among the bids; 1 is the best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// The most it may cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub worst_case: Option<Mana>,
    /// The number of the refusal that it would meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// What that says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A step in a job's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StageView {
    /// What happened, in a word: `opened`, `announced`, `assigned`, `running`, `ended`…
    pub stage: String,
    /// Who, or why, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When.
    #[schema(value_type = u64)]
    pub at: Time,
    /// How long after the step before it.
    pub after_ms: u64,
}

/// What a job would cost at most, and who might run it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteView {
    /// The complete spec that was priced.
    #[schema(value_type = words::JobSpec)]
    pub spec: JobSpec,
    /// What would be held: the sum of the four below.
    #[schema(value_type = String)]
    pub hold: Mana,
    /// Of it, for executors.
    #[schema(value_type = String)]
    pub runs: Mana,
    /// Of it, for the grants.
    #[schema(value_type = String)]
    pub budgets: Mana,
    /// Of it, for effects.
    #[schema(value_type = String)]
    pub effect_fees: Mana,
    /// Of it, for the messages of its market.
    #[schema(value_type = String)]
    pub market_fees: Mana,
    /// What submitting it costs besides.
    #[schema(value_type = String)]
    pub tx_fee: Mana,
    /// What the node's account can spend now.
    #[schema(value_type = String)]
    pub spendable: Mana,
    /// Registered executors, and what each would do.
    pub executors: Vec<CandidateView>,
}

/// A receipt, and what counts of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    /// Its name.
    #[schema(value_type = String)]
    pub cid: Cid,
    /// The receipt.
    #[schema(value_type = words::Receipt)]
    pub receipt: Receipt,
    /// True if its claim is the one that settled the job.
    pub won: bool,
}

/// Which receipt, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceiptQuery {
    /// `json`, or `car`: with all that it takes to verify it offline. Instead of `Accept`.
    pub format: Option<String>,
    /// That of this executor; the first of those that won, if left out.
    #[param(value_type = Option<String>)]
    pub executor: Option<Did>,
}
