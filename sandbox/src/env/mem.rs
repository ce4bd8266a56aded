//! An environment in memory, for tests and for `icn run --snapshot FILE`: balances and parameters,
//! and no book behind them. Payments move mana between its accounts; a child job holds its price
//! and budgets. Fees are the ledger's.

mod proposals;

use super::{CircuitInfo, Denial, Env, EnvError, ProofRequest, Verified, WitnessRequest};
use icn_abi::Class;
use icn_base::gov::{Ballot, ProposalStatus, ProposalView, Scope};
use icn_base::run::{BlockInfo, Effect, JobSpec, JobStatus, PendingJob, PendingJobs};
use icn_base::{Cid, Codec, Did, JobId, Mana, NetworkId, ProposalId, Time};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a snapshot file holds: JSON with any of these fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SnapshotFile {
    /// Height of the snapshot.
    pub height: u64,
    /// Time of the snapshot, in ms.
    pub time: Time,
    /// Accounts by DID.
    pub accounts: BTreeMap<Did, Account>,
    /// Governed parameters by name, any JSON each.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Proposals, as host call 31 answers them.
    pub proposals: Vec<ProposalView>,
}

/// An account in a snapshot file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Account {
    /// Spendable mana.
    pub mana: Mana,
    /// Reputation.
    pub reputation: u32,
}

/// A book that is only numbers.
#[derive(Clone, Debug)]
pub struct MemEnv {
    /// The block behind the snapshot.
    pub block: BlockInfo,
    /// The job's owner, who pays.
    pub owner: Did,
    /// The job that runs, for the ids of its children.
    pub job: JobId,
    /// Accounts by DID.
    pub accounts: BTreeMap<Did, Account>,
    /// What was paid to the treasury.
    pub treasury: Mana,
    /// Governed parameters: JSON by name.
    pub parameters: BTreeMap<String, String>,
    /// Blocks that can be read.
    pub blocks: BTreeMap<Cid, Vec<u8>>,
    /// Jobs by id.
    pub jobs: BTreeMap<JobId, JobStatus>,
    /// Jobs that wait for bids.
    pub pending: Vec<PendingJob>,
    /// Proposals by id.
    pub proposals: BTreeMap<ProposalId, ProposalView>,
    /// How the owner has voted.
    pub votes: BTreeMap<ProposalId, Ballot>,
    /// To whom the owner hands votes on.
    pub delegations: BTreeMap<Scope, Did>,
}

impl MemEnv {
    /// An empty book with one owner and one job.
    pub fn new(owner: Did, job: JobId) -> Self {
        let genesis = Cid::of(Codec::Raw, b"icn in memory");
        Self {
            block: BlockInfo {
                height: 0,
                time: Time::ZERO,
                block: genesis,
                network: NetworkId::new(genesis),
            },
            owner,
            job,
            accounts: BTreeMap::new(),
            treasury: Mana::ZERO,
            parameters: BTreeMap::new(),
            blocks: BTreeMap::new(),
            jobs: BTreeMap::new(),
            pending: Vec::new(),
            proposals: BTreeMap::new(),
            votes: BTreeMap::new(),
            delegations: BTreeMap::new(),
        }
    }

    /// Takes height, time, accounts, parameters and proposals from a snapshot file.
    pub fn load(&mut self, file: SnapshotFile) {
        self.block.height = file.height;
        self.block.time = file.time;
        self.accounts = file.accounts;
        self.parameters = file
            .parameters
            .into_iter()
            .map(|(name, value)| (name, value.to_string()))
            .collect();
        let proposals = file.proposals.into_iter();
        self.proposals = proposals.map(|one| (one.proposal, one)).collect();
    }

    fn account(&self, did: &Did) -> Account {
        self.accounts.get(did).copied().unwrap_or_default()
    }

    fn pay(&mut self, amount: Mana) -> Result<(), EnvError> {
        let mut owner = self.account(&self.owner);
        owner.mana = owner.mana.minus(amount).map_err(|_| {
            let text = format!("the owner has {} mana to spend, not {amount}", owner.mana);
            EnvError::Refused(Denial::new(Class::Economic, text))
        })?;
        self.accounts.insert(self.owner, owner);
        Ok(())
    }

    fn open_child(&mut self, spec: &JobSpec, index: u64) -> Result<(), EnvError> {
        let hold = self.child_hold(spec)?;
        let id = spec
            .child_id(&self.job, index)
            .map_err(|error| Denial::new(Class::InvalidSpec, error.to_string()))?;
        self.pay(hold)?;
        self.jobs.insert(
            id,
            JobStatus {
                job: id,
                state: icn_base::run::JobState::Open,
                claim: None,
                output: None,
            },
        );
        self.pending.push(PendingJob {
            job: id,
            module: spec.module,
            fuel_limit: spec.fuel_limit,
            max_price: spec.max_price,
            deadline: spec.deadline,
        });
        Ok(())
    }
}

fn no_circuit(circuit: &Cid) -> EnvError {
    let text = format!("there is no circuit {circuit}: only a book registers circuits");
    Denial::new(Class::InvalidSystemApiCall, text).into()
}

fn overflow(_: icn_base::mana::ManaError) -> Denial {
    Denial::new(
        Class::Economic,
        "the amounts together are more mana than there can be",
    )
}

impl Env for MemEnv {
    fn block(&mut self) -> BlockInfo {
        self.block
    }

    fn spendable(&mut self, account: &Did) -> Result<Mana, EnvError> {
        Ok(self.account(account).mana)
    }

    fn reputation(&mut self, account: &Did) -> Result<u32, EnvError> {
        Ok(self.account(account).reputation)
    }

    fn parameter(&mut self, name: &str) -> Result<Option<String>, EnvError> {
        Ok(self.parameters.get(name).cloned())
    }

    fn listed_block(&mut self, cid: &Cid) -> Result<Vec<u8>, EnvError> {
        let block = self.blocks.get(cid).cloned();
        block.ok_or_else(|| EnvError::Fault(format!("block {cid} is not here")))
    }

    fn job(&mut self, id: &JobId) -> Result<Option<JobStatus>, EnvError> {
        Ok(self.jobs.get(id).cloned())
    }

    fn pending_jobs(&mut self) -> Result<PendingJobs, EnvError> {
        Ok(PendingJobs {
            jobs: self.pending.clone(),
            next: None,
        })
    }

    fn child_hold(&mut self, child: &JobSpec) -> Result<Mana, EnvError> {
        let executors = u64::from(child.agreement.executors);
        let mut hold = child.max_price.times(executors).map_err(overflow)?;
        for grant in &child.grants {
            hold = hold.plus(grant.mana()).map_err(overflow)?;
        }
        Ok(hold)
    }

    fn proposal_fee(&mut self) -> Result<Mana, EnvError> {
        Ok(self.fee())
    }

    fn proposal(&mut self, id: &ProposalId) -> Result<Option<ProposalView>, EnvError> {
        Ok(self.proposals.get(id).cloned())
    }

    fn closing(&mut self, id: &ProposalId) -> Result<ProposalStatus, EnvError> {
        self.closing_of(id)
    }

    /// No circuit is registered where there is no book.
    fn circuit(&mut self, _: &Cid) -> Result<Option<CircuitInfo>, EnvError> {
        Ok(None)
    }

    fn verify_proof(&mut self, request: &ProofRequest, _: bool) -> Result<Verified, EnvError> {
        Err(no_circuit(&request.circuit))
    }

    fn prove(&mut self, request: &WitnessRequest, _: u32) -> Result<Vec<u8>, EnvError> {
        Err(no_circuit(&request.circuit))
    }

    fn apply(&mut self, effect: &Effect, index: u64) -> Result<(), EnvError> {
        match effect {
            Effect::SpendMana { amount } => {
                let treasury = self.treasury.plus(*amount).map_err(overflow)?;
                self.pay(*amount)?;
                self.treasury = treasury;
            }
            Effect::PayMana { to, amount } => {
                // Checked before the owner pays, so that a refusal changes nothing.
                self.account(to).mana.plus(*amount).map_err(overflow)?;
                self.pay(*amount)?;
                let mut account = self.account(to);
                account.mana = account.mana.plus(*amount).map_err(overflow)?;
                self.accounts.insert(*to, account);
            }
            Effect::SubmitJob { spec } => self.open_child(spec, index)?,
            Effect::PayProof(payment) => return Err(no_circuit(&payment.circuit)),
            Effect::PutBlock { .. } | Effect::AnchorReceipt { .. } => {}
            Effect::Propose(_)
            | Effect::OpenVoting { .. }
            | Effect::Vote(_)
            | Effect::CloseVoting { .. }
            | Effect::Execute { .. }
            | Effect::Delegate(_)
            | Effect::Revoke(_) => self.decide(effect, index)?,
        }
        Ok(())
    }
}
