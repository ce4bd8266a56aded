//! What the ledger's words look like in JSON. These types are never made: they are read by the
//! OpenAPI document alone. Whoever changes the real words changes these, too: nothing compares them yet.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a guest reads as its input.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The CID of a block or a file.
    Cid(String),
    /// The bytes themselves in base64, up to 64 KiB.
    Inline(String),
}

/// A block that a job may read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its CID.
    pub cid: String,
    /// Its size in bytes.
    pub size: u64,
}

/// How many executors run a job, and how many must say the same.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Executors.
    pub executors: u8,
    /// Equal claims that settle the job.
    pub quorum: u8,
}

/// What an executor must be to run a job.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requires {
    /// Capabilities it has registered.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// Its reputation at least.
    #[serde(default)]
    pub reputation: u32,
    /// Nobody else, if anyone is named.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Labels it carries.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Leave for one kind of effect, counted and capped.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub enum Grant {
    /// To pay from the owner's account.
    #[serde(rename = "mana.spend")]
    ManaSpend {
        /// As much in all.
        limit: String,
        /// To this account only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// To submit child jobs.
    #[serde(rename = "mesh.submit")]
    MeshSubmit {
        /// As many.
        count: u32,
        /// Their holds together.
        budget: String,
    },
    /// To write blocks and to anchor receipts.
    #[serde(rename = "dag.write")]
    DagWrite {
        /// As many bytes in all.
        bytes: u64,
    },
    /// To read the blocks that the job lists.
    #[serde(rename = "dag.read")]
    DagRead {},
    /// To have proofs verified.
    #[serde(rename = "zk.verify")]
    ZkVerify {
        /// Their prices together.
        budget: String,
    },
    /// To have proofs made: the job's spec names whom it trusts with the witness.
    #[serde(rename = "zk.prove")]
    ZkProve {
        /// Their prices together.
        budget: String,
    },
    /// To make proposals, open and close voting, and execute what has passed.
    #[serde(rename = "governance.propose")]
    GovernancePropose {
        /// As often in all.
        count: u32,
        /// The fees of the proposals together.
        fees: String,
    },
    /// To vote, and to hand votes on.
    #[serde(rename = "governance.vote")]
    GovernanceVote {
        /// As often in all.
        count: u32,
        /// On this proposal only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposal: Option<String>,
    },
}

/// What a job asks for. Complete: nothing in it is left to a default.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobSpec {
    /// The guest.
    pub module: String,
    /// The exported function to call.
    pub entry: String,
    /// What the guest reads as its input.
    pub input: Input,
    /// The blocks that the guest may read.
    pub reads: Vec<Listed>,
    /// Fuel at most.
    pub fuel_limit: u64,
    /// Memory at most, in pages of 64 KiB.
    pub memory_pages: u32,
    /// What one executor may cost at most.
    pub max_price: String,
    /// How long bids are collected.
    pub bid_window_ms: u64,
    /// When the result is of no more use.
    pub deadline: u64,
    /// How many run it, and how many must agree.
    pub agreement: Agreement,
    /// Who may run it.
    pub requires: Requires,
    /// What effects it may have.
    pub grants: Vec<Grant>,
    /// The node that assigns it.
    pub coordinator: String,
    /// The job that this one tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<String>,
}

/// Where a job is in its life.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for bids.
    Open,
    /// Executors have it.
    Assigned,
    /// Settled: the guest ended well.
    Completed,
    /// Settled: the guest failed, or its effects were refused.
    GuestFailed,
    /// Refunded: nobody bid.
    NoBids,
    /// Refunded: the executors were silent.
    Late,
    /// Refunded: withdrawn by its owner.
    Cancelled,
    /// Refunded: no claim found enough agreement.
    Disagreed,
}

/// A claim, and who stands for it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What is claimed: job, module, input, snapshot, engine, exit, output, log, journal, effects,
    /// fuel, host calls and memory.
    pub claim: BTreeMap<String, serde_json::Value>,
    /// Who ran it.
    pub executor: String,
    /// When the run began, by the executor's clock.
    pub started: u64,
    /// When it ended.
    pub finished: u64,
    /// Over all of the above, in hex.
    pub signature: String,
}

/// What would change.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schema(no_recursion)]
pub enum ProposalKind {
    /// Nothing in the book: what the text says.
    Text {},
    /// A governed parameter.
    SetParameter {
        /// Its name.
        name: String,
        /// What it is to be.
        value: u64,
    },
    /// Somebody becomes a member.
    AdmitMember {
        /// Who.
        did: String,
    },
    /// Somebody is a member no longer.
    RemoveMember {
        /// Who.
        did: String,
    },
    /// A member's power in ordering.
    SetValidator {
        /// Whose.
        did: String,
        /// How much; 0 takes part no longer.
        power: u64,
    },
    /// Mana from the treasury.
    Budget {
        /// Whom it goes to.
        to: String,
        /// How much.
        amount: String,
        /// What for.
        #[serde(default)]
        memo: String,
    },
    /// A circuit whose proofs are verified from then on.
    RegisterCircuit(CircuitOffer),
    /// A circuit whose proofs are verified no longer.
    RetireCircuit {
        /// Which.
        circuit: String,
    },
    /// One of several, by ranking.
    Choice {
        /// What there is to choose from.
        options: Vec<ChoiceOption>,
    },
    /// Several, all or none.
    Bundle(Vec<ProposalKind>),
}

/// A circuit that is to be registered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CircuitOffer {
    /// The bytes of `verification_key.json`, in base64. Their CID is the circuit's id.
    pub key: String,
    /// The names of its public inputs, in order.
    pub inputs: Vec<String>,
    /// How many constraints it has: what a proof of it costs follows from them.
    pub constraints: u64,
    /// What a proof of it states, for people.
    pub statement: String,
    /// The built-in prover that makes its proofs.
    #[serde(default)]
    pub prover: Option<crate::zk::ProverView>,
}

/// One option of a choice.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(no_recursion)]
pub struct ChoiceOption {
    /// What people call it.
    pub label: String,
    /// What is done if it wins, all or none.
    #[serde(default)]
    pub kinds: Vec<ProposalKind>,
}

/// A vote: a word, or option indexes, the one liked most first.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Ballot {
    /// `yes`, `no` or `abstain`.
    Word(BallotWord),
    /// In a choice.
    Ranked(Vec<u8>),
}

/// A vote that is no ranking.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BallotWord {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither, but present.
    Abstain,
}

/// A proposal with its votes as they stand.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalView {
    /// Its id.
    pub proposal: String,
    /// Where it is in its life.
    pub status: String,
    /// Who made it.
    pub proposer: String,
    /// What people call it.
    pub title: String,
    /// Why, for people.
    #[serde(default)]
    pub text: String,
    /// What would change.
    pub kind: ProposalKind,
    /// What is in escrow until its end.
    pub fee: String,
    /// When it was made.
    pub proposed: u64,
    /// The next step may be taken from this time on.
    #[serde(default)]
    pub from: Option<u64>,
    /// Time takes it at this time.
    #[serde(default)]
    pub until: Option<u64>,
    /// The votes, once voting was opened.
    #[serde(default)]
    pub poll: Option<BTreeMap<String, serde_json::Value>>,
    /// What would be done now: what a vote may be bound to.
    #[serde(default)]
    pub preview: Option<String>,
    /// Why it has failed.
    #[serde(default)]
    pub failed: Option<BTreeMap<String, serde_json::Value>>,
}

/// A signed transaction.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedTx {
    /// What is signed.
    pub body: TxBody,
    /// The signature of `from` over the canonical dag-cbor of the body, in hex.
    pub signature: String,
}

/// What is signed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TxBody {
    /// The network for which it is meant.
    pub network: String,
    /// Who acts.
    pub from: String,
    /// The account's next number; absent in messages of a job's parties.
    #[serde(default)]
    pub nonce: Option<u64>,
    /// The last block time at which it may stand.
    pub valid_until: u64,
    /// What it does: an object with one field, the kind of action.
    pub action: serde_json::Value,
}

/// One transaction, or up to 1,000.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(SignedTx),
    /// Several; each gets a verdict of its own.
    Many(Vec<SignedTx>),
}

/// What became of one transaction, or of each.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum VerdictOrMany {
    /// Of the one.
    One(crate::tx::TxView),
    /// Of each, in the order in which they came.
    Many(Vec<crate::tx::TxView>),
}
