//! Closing a vote: by itself when its time is over; before that, but after the least time of a
//! vote, once its outcome is certain.

use super::end::end;
use crate::certain::is_certain;
use crate::proposal::{Phase, Poll, Proposal, Window};
use crate::step::Fee;
use crate::tally::Tally;
use crate::terms::delay_ms;
use crate::{Book, Parameter, Refusal, Step};
use icn_base::ProposalId;
use icn_base::gov::ProposalStatus;

pub(super) fn close(book: &Book<'_>, id: &ProposalId) -> Result<Step, Refusal> {
    let proposal = book.proposal(id)?;
    let (window, poll) = match (&proposal.phase, &proposal.poll) {
        (Phase::Voting(window), Some(poll)) => (window, poll),
        (Phase::Deliberation(_) | Phase::Withdrawn {}, _) | (Phase::Expired {}, None) => {
            return Err(proposal.wrong(ProposalStatus::Voting));
        }
        (
            Phase::Voting(_)
            | Phase::Accepted(_)
            | Phase::Rejected {}
            | Phase::Executed {}
            | Phase::Failed(_)
            | Phase::Expired {},
            _,
        ) => {
            return Err(Refusal::AlreadyClosed {
                status: proposal.status(),
            });
        }
    };
    if book.at < window.from {
        return Err(Refusal::TooEarly { from: window.from });
    }
    if !book.is_due(window.until) && !is_certain(book, id, proposal, poll) {
        return Err(Refusal::NotCertain {
            until: window.until,
        });
    }
    closed(book, id, proposal, poll)
}

/// The vote counted, and what follows from it.
pub(super) fn closed(
    book: &Book<'_>,
    id: &ProposalId,
    proposal: &Proposal,
    poll: &Poll,
) -> Result<Step, Refusal> {
    let tally = Tally::count(book, id, proposal, poll, |_| true);
    let passes = tally.passes(poll);
    let mut counted = proposal.clone();
    counted.poll = Some(Poll {
        tally: Some(tally),
        ..poll.clone()
    });
    if !passes {
        let fee = Fee::Forfeit {
            from: proposal.proposer,
            amount: proposal.fee,
        };
        return end(book, id, counted, Phase::Rejected {}, fee);
    }
    let delay_ms = delay_ms(&proposal.kind, &book.world);
    let execute_by_ms = book.world.parameter(Parameter::ExecuteByMs);
    let window = Window::after(book.at, delay_ms, delay_ms.saturating_add(execute_by_ms));
    Ok(Step::moved(
        *id,
        counted.moved(Phase::Accepted(window), book.at)?,
    ))
}
