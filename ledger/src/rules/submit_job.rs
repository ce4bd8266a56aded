//! SubmitJob: opens a job and holds its budget.

use crate::job::{Job, Phase, Tree};
use crate::quote::{fees, quote};
use crate::rules::spec;
use crate::{Draft, Event, Reject};
use icn_base::run::JobSpec;
use icn_base::{Did, JobId, Mana, TxId};
use icn_economics::Hold;
use icn_governance::Parameter;
use std::sync::Arc;

pub(super) fn act(
    draft: &mut Draft<'_>,
    from: Did,
    tx: TxId,
    spec: &Arc<JobSpec>,
) -> Result<(), Reject> {
    spec::check(draft, &from, spec)?;
    let hold = quote(spec, &fees(draft))?.hold()?;
    draft.change(&from, |owner| owner.hold(hold))?;
    let id = JobId::new(*tx.cid());
    open(draft, id, from, Arc::clone(spec), hold, Tree::default());
    Ok(())
}

/// Opens a job whose hold stands in its owner's account.
pub(super) fn open(
    draft: &mut Draft<'_>,
    id: JobId,
    owner: Did,
    spec: Arc<JobSpec>,
    hold: Mana,
    tree: Tree,
) {
    draft.put_job(id, row(draft, owner, spec, hold, tree));
    draft.emit(Event::JobOpened {
        job: id,
        owner,
        hold,
    });
}

/// The row of a job that opens now.
pub(crate) fn row(
    draft: &Draft<'_>,
    owner: Did,
    spec: Arc<JobSpec>,
    hold: Mana,
    tree: Tree,
) -> Job {
    let opened = draft.at();
    let grace_ms = draft.parameter(Parameter::AssignGraceMs);
    let last = |time: icn_base::Time, ms| time.after_ms(ms).unwrap_or(time);
    let assign_by = last(last(opened, spec.bid_window_ms), grace_ms);
    Job {
        owner,
        spec,
        opened,
        tree,
        hold: Hold::new(hold),
        fees: fees(draft),
        phase: Phase::Open {
            assign_by,
            last_call: last(assign_by, grace_ms),
        },
    }
}
