//! Evidence: a validator has signed two things where it may sign one. The offence is recorded once, and
//! the accused orders no more from the next height on, unless it is the last validator: a network
//! that nobody orders could not even decide to end.
//!
//! How long ago it was does not matter: what counts is that the accused has power now.

use crate::record::Conviction;
use crate::{Draft, Event, Reject};
use icn_base::Did;
use icn_base::order::Evidence;

/// That both statements are signed by the accused was checked with the transaction's signature.
pub(super) fn act(draft: &mut Draft<'_>, from: Did, evidence: &Evidence) -> Result<(), Reject> {
    let offence = evidence.offence();
    if draft.conviction(&offence).is_some() {
        return Err(Reject::OffenceKnown {});
    }
    let did = offence.by;
    if draft.state.power(&did) == 0 {
        return Err(Reject::NotValidator { did });
    }
    let lost = draft.take_power(&did);
    let row = Conviction {
        by: from,
        at: draft.at(),
        lost,
    };
    draft.changes.offences.insert(offence, Some(row));
    draft.emit(Event::OffenceRecorded { offence, lost });
    Ok(())
}
