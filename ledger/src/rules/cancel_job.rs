//! CancelJob: its owner withdraws a job while it is open.

use crate::job::{Ending, Phase};
use crate::rules::ending;
use crate::{Draft, Reject};
use icn_base::{Did, JobId};

pub(super) fn act(draft: &mut Draft<'_>, from: Did, id: JobId) -> Result<(), Reject> {
    let job = draft.take_job(&id)?;
    if job.owner != from {
        return Err(Reject::NotOwner { owner: job.owner });
    }
    match job.phase {
        Phase::Open { .. } => {
            ending::unassigned(draft, id, job, Ending::Cancelled);
            Ok(())
        }
        Phase::Assigned(_) | Phase::Ended(_) => Err(Reject::JobNotOpen { job: id }),
    }
}
