//! Opening a vote: from now on it is fixed who may vote, who votes for whom, and what it takes.

use crate::proposal::{Phase, Poll, Window};
use crate::terms::Terms;
use crate::{Book, Parameter, Refusal, Step};
use icn_base::gov::ProposalStatus;
use icn_base::{Did, ProposalId};

pub(super) fn open(book: &Book<'_>, member: &Did, id: &ProposalId) -> Result<Step, Refusal> {
    let proposal = book.proposal(id)?;
    if proposal.proposer != *member {
        return Err(Refusal::NotProposer {
            proposer: proposal.proposer,
        });
    }
    let window = match &proposal.phase {
        Phase::Deliberation(window) => *window,
        Phase::Voting(_) => return Err(Refusal::AlreadyOpen {}),
        Phase::Accepted(_)
        | Phase::Rejected {}
        | Phase::Executed {}
        | Phase::Failed(_)
        | Phase::Withdrawn {}
        | Phase::Expired {} => return Err(proposal.wrong(ProposalStatus::Deliberation)),
    };
    window.check(book)?;
    let opening = book.openings().made.saturating_add(1);
    let mut opened = proposal.clone().moved(voting(book), book.at)?;
    opened.poll = Some(Poll {
        opening,
        at: book.at,
        eligible: book.members_count(),
        terms: Terms::of(&proposal.kind, &book.world),
        reopened: false,
        tally: None,
    });
    let mut step = Step::moved(*id, opened);
    step.changes.openings = Some(opening);
    Ok(step)
}

/// A vote that begins now.
pub(super) fn voting(book: &Book<'_>) -> Phase {
    Phase::Voting(Window::after(
        book.at,
        book.world.parameter(Parameter::MinVotingMs),
        book.world.parameter(Parameter::MaxVotingMs),
    ))
}

impl Window {
    /// Refuses what comes too early or too late.
    pub(super) fn check(&self, book: &Book<'_>) -> Result<(), Refusal> {
        if book.at < self.from {
            Err(Refusal::TooEarly { from: self.from })
        } else if book.is_due(self.until) {
            Err(Refusal::TooLate { until: self.until })
        } else {
            Ok(())
        }
    }
}
