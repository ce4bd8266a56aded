//! What each action means: one rule, one file.

mod transfer;

use crate::tx::{Action, Verified};
use crate::{Draft, Reject};

/// Does what an admitted transaction says. On a refusal the caller drops the draft.
pub(crate) fn act(draft: &mut Draft<'_>, tx: &Verified) -> Result<(), Reject> {
    let from = tx.body().from;
    match &tx.body().action {
        Action::Transfer { to, amount, memo } => transfer::act(draft, from, *to, *amount, memo),
    }
}
