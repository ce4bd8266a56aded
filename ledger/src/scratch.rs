//! A run's scratch copy of the book: what a guest asks for is tried at once, by the very rule that
//! will apply when the job settles, so all it reads later already has it.

use crate::grants::Left;
use crate::job::Job;
use crate::rules::{decide, effects};
use crate::{Draft, Reject, State};
use icn_base::gov::ProposalStatus;
use icn_base::run::Effect;
use icn_base::{JobId, ProposalId, Time};

/// The book as one run has changed it for itself. Nothing of it outlives the run but the effects.
#[derive(Clone, Debug)]
pub struct Scratch<'s> {
    draft: Draft<'s>,
    id: JobId,
    job: Job,
    left: Left,
    next: u32,
}

impl<'s> Scratch<'s> {
    /// The snapshot of a job's run. `at` is the snapshot's time.
    pub fn new(state: &'s State, id: JobId, at: Time) -> Result<Self, Reject> {
        let draft = Draft::new(state, at);
        let job = draft.take_job(&id)?;
        let left = Left::of(&job.spec.grants);
        Ok(Self {
            draft,
            id,
            job,
            left,
            next: 0,
        })
    }

    /// The book as the run sees it.
    pub const fn draft(&self) -> &Draft<'s> {
        &self.draft
    }

    /// The run's own job.
    pub const fn job(&self) -> &Job {
        &self.job
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
    pub fn closing(&self, proposal: ProposalId) -> Result<ProposalStatus, Reject> {
        decide::closing(&self.draft, self.job.owner, self.job.seen(), proposal)
    }

    /// Tries an effect. A refused one changes nothing and takes no index.
    pub fn perform(&mut self, effect: &Effect) -> Result<(), Reject> {
        let mut tried = self.clone();
        let Self {
            draft,
            id,
            job,
            left,
            next,
        } = &mut tried;
        effects::apply(draft, *id, job, left, *next, effect)?;
        draft.put_job(*id, job.clone());
        *next = next.saturating_add(1);
        *self = tried;
        Ok(())
    }
}
