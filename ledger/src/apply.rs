//! The two doors of the book: would it be taken, and take it.

use crate::state::Changes;
use crate::tx::{SignedTx, Verified};
use crate::{Draft, Event, Reject, State, envelope, rules};
use icn_base::Time;

/// Answers what [`apply`] would, and changes nothing.
pub fn check(state: &State, tx: &SignedTx, at: Time) -> Result<(), Reject> {
    let verified = tx.clone().verify(&state.chain.network)?;
    check_verified(state, &verified, at)
}

/// [`check`], where the signatures were checked before.
pub fn check_verified(state: &State, tx: &Verified, at: Time) -> Result<(), Reject> {
    judge(state, tx, at).1.map(drop)
}

/// Applies one transaction, all or nothing. A refused envelope changes nothing
/// ([`Reject::is_envelope`]), nor does a refused message of a job's parties; any other refused
/// action costs the nonce and the fee.
pub fn apply(state: &mut State, tx: &SignedTx, at: Time) -> Result<Vec<Event>, Reject> {
    let verified = tx.clone().verify(&state.chain.network)?;
    apply_verified(state, &verified, at)
}

/// [`apply`], where the signatures were checked before.
pub fn apply_verified(state: &mut State, tx: &Verified, at: Time) -> Result<Vec<Event>, Reject> {
    let (changes, result) = judge(state, tx, at);
    state.absorb(changes);
    result
}

fn judge(state: &State, tx: &Verified, at: Time) -> (Changes, Result<Vec<Event>, Reject>) {
    let mut draft = Draft::new(state, at);
    if let Err(reject) = envelope::admit(&mut draft, tx) {
        return (Changes::default(), Err(reject));
    }
    let admitted = draft.changes.clone();
    match rules::act(&mut draft, tx) {
        Ok(()) => (draft.changes, Ok(draft.events)),
        Err(reject) => (admitted, Err(reject)),
    }
}
