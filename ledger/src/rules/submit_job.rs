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
    let tree = Tree {
        parent: None,
        top: None,
        depth: 0,
        below: 0,
    };
    open(
        draft,
        JobId::new(*tx.cid()),
        from,
        Arc::clone(spec),
        hold,
        tree,
    );
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
    let opened = draft.at();
    let grace_ms = draft.parameter(Parameter::AssignGraceMs);
    let last = |time: icn_base::Time, ms| time.after_ms(ms).unwrap_or(time);
    let assign_by = last(last(opened, spec.bid_window_ms), grace_ms);
    let job = Job {
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
    };
    draft.put_job(id, job);
    draft.emit(Event::JobOpened {
        job: id,
        owner,
        hold,
    });
}
