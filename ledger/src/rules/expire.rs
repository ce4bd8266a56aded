//! What falls due when its time has come, without anyone's transaction.

use crate::due::Due;
use crate::job::{Assignment, Ending, Phase, Work};
use crate::rules::{commit_receipt, ending, govern};
use crate::{Draft, Event, State};
use icn_base::{JobId, Time};
use std::sync::Arc;

/// Does what falls due in a block at this time. A deadline is due once the parent block's time has
/// reached it, and the state still stands at the parent.
pub(crate) fn expire(state: &mut State, at: Time) -> Vec<Event> {
    let mut events = Vec::new();
    for due in state.due.until(state.chain.time) {
        let mut draft = Draft::new(state, at);
        match due {
            Due::Job(id) => job(&mut draft, id),
            Due::Anchor(cid) => {
                draft.changes.anchors.insert(cid, None);
                draft.emit(Event::AnchorExpired { cid });
            }
            Due::Praise(executor, owner) => {
                draft.changes.praise.insert((executor, owner), None);
            }
        }
        events.append(&mut draft.events);
        let changes = draft.changes;
        state.absorb(changes);
    }
    for id in state.governance.due(state.chain.time) {
        let mut draft = Draft::new(state, at);
        govern::fall_due(&mut draft, &id);
        events.append(&mut draft.events);
        let changes = draft.changes;
        state.absorb(changes);
    }
    events
}

fn job(draft: &mut Draft<'_>, id: JobId) {
    let mut job = draft
        .take_job(&id)
        .expect("the index of deadlines follows the rows");
    match &job.phase {
        Phase::Open { .. } => ending::unassigned(draft, id, job, Ending::NoBids),
        Phase::Assigned(assigned) => {
            let mut assigned = Assignment::clone(assigned);
            let sealed = |work| matches!(work, Work::Sealed { .. });
            let promised = assigned.live().any(|seat| sealed(seat.work));
            if assigned.reveal_by.is_none() && promised {
                // The deadline ends sealing: who has not sealed is silent, the others may reveal.
                commit_receipt::end_sealing(draft, &mut assigned);
                job.phase = Phase::Assigned(Arc::new(assigned));
                draft.put_job(id, job);
            } else {
                ending::tally(draft, id, job, assigned);
            }
        }
        Phase::Ended(_) => {}
    }
}
