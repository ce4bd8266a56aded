//! A run's scratch copy of the book: what a guest asks for is tried at once, by the very rule that
//! will apply when the job settles, so all it reads later already has it.

use crate::grants::Left;
use crate::job::Job;
use crate::key::Key;
use crate::rules::{decide, effects, spec};
use crate::state::Changes;
use crate::{Draft, Reject, State, zk};
use icn_base::gov::ProposalStatus;
use icn_base::run::{Effect, JobSpec};
use icn_base::{Did, JobId, ProposalId, Time};
use icn_governance::Parameter;

/// What one run has changed of its snapshot for itself. Nothing of it outlives the run but the
/// effects. The snapshot is given to each method, and is the same each time.
#[derive(Clone, Debug)]
pub struct Scratch {
    at: Time,
    changes: Changes,
    id: JobId,
    job: Job,
    left: Left,
    next: u32,
}

/// The rows of a snapshot that an answer depends on: who has them has all that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// These, be they there or not.
    Rows(Vec<Key>),
    /// All: only they show what is not among them.
    All,
}

impl Need {
    /// What every run needs.
    pub fn of_run(job: JobId) -> Self {
        Self::Rows(vec![
            Key::Chain,
            Key::Job(job),
            Key::Parameter(Parameter::Capacity),
            Key::Parameter(Parameter::ValuableQuorum),
        ])
    }

    /// What an account's mana and reputation need.
    pub fn of_account(account: Did) -> Self {
        Self::Rows(vec![Key::Account(account)])
    }

    /// What the price of a job needs.
    pub fn of_quote() -> Self {
        let fees = [
            Parameter::TxFee,
            Parameter::EffectFee,
            Parameter::MarketFeeBp,
            Parameter::ZkManaPerKconstraint,
        ];
        Self::Rows(fees.map(Key::Parameter).to_vec())
    }
}

impl Scratch {
    /// The snapshot of a job's run. `at` is the snapshot's time.
    pub fn new(state: &State, id: JobId, at: Time) -> Result<Self, Reject> {
        let job = Draft::new(state, at).take_job(&id)?;
        Ok(Self {
            at,
            changes: Changes::default(),
            left: Left::of(&job.spec.grants),
            id,
            job,
            next: 0,
        })
    }

    /// The book as the run sees it.
    pub fn draft<'s>(&self, state: &'s State) -> Draft<'s> {
        Draft {
            changes: self.changes.clone(),
            ..Draft::new(state, self.at)
        }
    }

    /// The run's own job.
    pub const fn job(&self) -> &Job {
        &self.job
    }

    /// That job's id.
    pub const fn id(&self) -> &JobId {
        &self.id
    }

    /// What is left of its grants.
    pub const fn left(&self) -> &Left {
        &self.left
    }

    /// The index that the next effect will have.
    pub const fn next_index(&self) -> u32 {
        self.next
    }

    /// Where closing a vote would lead now; where it is, if it was closed before.
    pub fn closing(&self, state: &State, proposal: ProposalId) -> Result<ProposalStatus, Reject> {
        let (owner, seen) = (self.job.owner, self.job.seen());
        decide::closing(&self.draft(state), owner, seen, proposal)
    }

    /// What it takes to try an effect, beside [`Need::of_run`].
    pub fn needs(&self, state: &State, effect: &Effect) -> Need {
        let mut keys = vec![Key::Account(self.job.owner)];
        match effect {
            Effect::PutBlock { .. } | Effect::SpendMana { .. } => {}
            Effect::PayMana { to, .. } => keys.push(Key::Account(*to)),
            Effect::AnchorReceipt { .. } => keys.push(Key::Parameter(Parameter::AnchorTtlMs)),
            Effect::SubmitJob { spec: child } => {
                if spec::wants_belief(&self.draft(state), child) {
                    return Need::All;
                }
                keys.extend(self.child_keys(child));
            }
            Effect::PayProof(payment) => {
                keys.push(Key::Zk(zk::Key::Circuit(payment.circuit)));
                let taken = payment.taken.as_ref();
                let taken = taken.map(|it| zk::nullifier_key(&payment.circuit, it));
                keys.extend(taken.map(|key| Key::Zk(zk::Key::Nullifier(key))));
            }
            // Who may vote, how it stands and what would change: rows of everybody.
            Effect::Propose(_)
            | Effect::OpenVoting { .. }
            | Effect::Vote(_)
            | Effect::CloseVoting { .. }
            | Effect::Execute { .. }
            | Effect::Delegate(_)
            | Effect::Revoke(_) => return Need::All,
        }
        Need::Rows(keys)
    }

    fn child_keys(&self, child: &JobSpec) -> impl Iterator<Item = Key> {
        let parameters = [
            Parameter::TxFee,
            Parameter::EffectFee,
            Parameter::MarketFeeBp,
            Parameter::ZkManaPerKconstraint,
            Parameter::MinRunMs,
            Parameter::FuelPerMs,
            Parameter::MaxJobMs,
            Parameter::AssignGraceMs,
        ];
        let jobs = self.job.tree.top.into_iter().chain(child.retry_of);
        jobs.map(Key::Job).chain(parameters.map(Key::Parameter))
    }

    /// Tries an effect. A refused one changes nothing and takes no index.
    pub fn perform(&mut self, state: &State, effect: &Effect) -> Result<(), Reject> {
        let mut draft = self.draft(state);
        let (mut job, mut left) = (self.job.clone(), self.left.clone());
        effects::apply(&mut draft, self.id, &mut job, &mut left, self.next, effect)?;
        draft.put_job(self.id, job.clone());
        *self = Self {
            changes: draft.changes,
            next: self.next.saturating_add(1),
            job,
            left,
            ..*self
        };
        Ok(())
    }
}
