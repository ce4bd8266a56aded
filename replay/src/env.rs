//! What a guest's host calls read and change: the snapshot, through the scratch copy of its own
//! effects. Every answer is the ledger's.

use crate::book::{Book, Lacking};
use icn_base::gov::{ProposalStatus, ProposalView};
use icn_base::limits::PENDING_JOBS_MAX;
use icn_base::run::{BlockInfo, Effect, JobSpec, JobStatus, PendingJob, PendingJobs};
use icn_base::{Cid, Did, JobId, Mana, ProposalId};
use icn_governance::Parameter;
use icn_ledger::scratch::{Need, Scratch};
use icn_ledger::{Draft, Job, Key, Reject, quote};
use icn_sandbox::{CircuitInfo, Denial, Env, EnvError, ProofRequest, Verified, WitnessRequest};

mod proofs;
mod prover;

/// The environment of one run of one job.
#[derive(Debug)]
pub struct BookEnv<B> {
    pub(crate) book: B,
    block: BlockInfo,
    scratch: Scratch,
}

impl<B: Book> BookEnv<B> {
    /// A run of this job on the state after this block, which is the one that assigned it.
    pub fn new(mut book: B, job: JobId, block: BlockInfo) -> Result<Self, Lacking> {
        let state = book.state(&Need::of_run(job))?;
        let scratch = Scratch::new(state, job, block.time).map_err(Lacking::because)?;
        let state = book.state(&Need::of_account(scratch.job().owner))?;
        let owner = state.actor(&scratch.job().owner);
        let held = owner.map_or(Mana::ZERO, |owner| owner.account.held());
        if held < scratch.job().hold.left() {
            // The root may be anybody's: rules rely on a hold that is held.
            return Err(Lacking("the owner does not have what the job holds".into()));
        }
        Ok(Self {
            book,
            block,
            scratch,
        })
    }

    /// The job's row at the snapshot, with what the run has changed in it since.
    pub const fn job(&self) -> &Job {
        self.scratch.job()
    }

    /// The book, after the run.
    pub fn into_book(self) -> B {
        self.book
    }

    pub(crate) fn read<T>(
        &mut self,
        need: &Need,
        answer: impl FnOnce(&Draft<'_>) -> T,
    ) -> Result<T, EnvError> {
        let state = self.book.state(need)?;
        Ok(answer(&self.scratch.draft(state)))
    }
}

impl<B: Book> Env for BookEnv<B> {
    fn block(&mut self) -> BlockInfo {
        self.block
    }

    fn spendable(&mut self, account: &Did) -> Result<Mana, EnvError> {
        self.read(&Need::of_account(*account), |draft| {
            draft.actor(account).account.spendable()
        })
    }

    fn reputation(&mut self, account: &Did) -> Result<u32, EnvError> {
        self.read(&Need::of_account(*account), |draft| {
            draft.actor(account).standing.score(draft.at()).into()
        })
    }

    fn parameter(&mut self, name: &str) -> Result<Option<String>, EnvError> {
        let Ok(parameter) = name.parse::<Parameter>() else {
            return Ok(None);
        };
        let need = Need::Rows(vec![Key::Parameter(parameter)]);
        self.read(&need, |draft| Some(draft.parameter(parameter).to_string()))
    }

    fn listed_block(&mut self, cid: &Cid) -> Result<Vec<u8>, EnvError> {
        Ok(self.book.block(cid)?)
    }

    fn job(&mut self, id: &JobId) -> Result<Option<JobStatus>, EnvError> {
        self.read(&Need::Rows(vec![Key::Job(*id)]), |draft| {
            draft.job(id).map(|job| job.status(*id))
        })
    }

    fn pending_jobs(&mut self) -> Result<PendingJobs, EnvError> {
        self.read(&Need::All, |draft| {
            let open = draft.open_jobs(PENDING_JOBS_MAX + 1);
            let mut jobs: Vec<_> = open.map(|(id, job)| pending(*id, &job.spec)).collect();
            let next = jobs.get(PENDING_JOBS_MAX).map(|job| job.job);
            jobs.truncate(PENDING_JOBS_MAX);
            PendingJobs { jobs, next }
        })
    }

    fn child_hold(&mut self, child: &JobSpec) -> Result<Mana, EnvError> {
        let hold = self.read(&Need::of_quote(), |draft| quote::child(draft, child))?;
        Ok(hold.map_err(denied)?)
    }

    fn proposal_fee(&mut self) -> Result<Mana, EnvError> {
        let need = Need::Rows(vec![Key::Parameter(Parameter::ProposalFee)]);
        self.read(&need, |draft| draft.amount(Parameter::ProposalFee))
    }

    fn proposal(&mut self, id: &ProposalId) -> Result<Option<ProposalView>, EnvError> {
        self.read(&Need::All, |draft| draft.proposal(id))
    }

    fn closing(&mut self, id: &ProposalId) -> Result<ProposalStatus, EnvError> {
        let state = self.book.state(&Need::All)?;
        Ok(self.scratch.closing(state, *id).map_err(denied)?)
    }

    fn circuit(&mut self, id: &Cid) -> Result<Option<CircuitInfo>, EnvError> {
        self.circuit_info(id)
    }

    fn verify_proof(
        &mut self,
        request: &ProofRequest,
        revocation: bool,
    ) -> Result<Verified, EnvError> {
        self.verify(request, revocation)
    }

    fn prove(&mut self, request: &WitnessRequest, call: u32) -> Result<Vec<u8>, EnvError> {
        self.make_proof(request, call)
    }

    fn apply(&mut self, effect: &Effect, index: u64) -> Result<(), EnvError> {
        let next = u64::from(self.scratch.next_index());
        assert_eq!(
            next, index,
            "the sandbox counts the effects that were applied"
        );
        let state = self.book.state(&Need::Rows(Vec::new()))?;
        let need = self.scratch.needs(state, effect);
        let state = self.book.state(&need)?;
        Ok(self.scratch.perform(state, effect).map_err(denied)?)
    }
}

const fn pending(job: JobId, spec: &JobSpec) -> PendingJob {
    PendingJob {
        job,
        module: spec.module,
        fuel_limit: spec.fuel_limit,
        max_price: spec.max_price,
        deadline: spec.deadline,
    }
}

/// The book's refusal, in the words that the guest may read. They are part of the run.
fn denied(reject: Reject) -> Denial {
    let text = format!("{reject}; {}", reject.hint());
    Denial::new(reject.class(), text)
}

/// What is not here is this machine's lack, and no answer to the guest.
impl From<Lacking> for EnvError {
    fn from(lacking: Lacking) -> Self {
        Self::Fault(lacking.0)
    }
}
