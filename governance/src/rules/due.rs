//! What time does: each phase that is not the end has a deadline that leads out of it.

use super::close::closed;
use super::end::end;
use crate::proposal::Phase;
use crate::step::Fee;
use crate::{Book, Refusal, Step};
use icn_base::ProposalId;

/// Moves a proposal on whose deadline is due: voting closes, everything else expires. None, if
/// nothing is due, for example because a transaction of the same block has moved it on already.
pub fn fall_due(book: &Book<'_>, id: &ProposalId) -> Option<Step> {
    let proposal = book.proposal(id).ok()?;
    let due = proposal.due().is_some_and(|due| book.is_due(due));
    let moved: Result<Step, Refusal> = match (&proposal.phase, &proposal.poll) {
        _ if !due => return None,
        (Phase::Voting(_), Some(poll)) => closed(book, id, proposal, poll),
        (
            Phase::Deliberation(_)
            | Phase::Voting(_)
            | Phase::Accepted(_)
            | Phase::Rejected {}
            | Phase::Executed {}
            | Phase::Failed(_)
            | Phase::Withdrawn {}
            | Phase::Expired {},
            _,
        ) => {
            let fee = Fee::Forfeit {
                from: proposal.proposer,
                amount: proposal.fee,
            };
            end(book, id, proposal.clone(), Phase::Expired {}, fee)
        }
    };
    moved.ok()
}
