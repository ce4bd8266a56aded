//! Taking a proposal back, while it is only talked about.

use super::end::end;
use crate::proposal::Phase;
use crate::step::Fee;
use crate::{Book, Refusal, Step};
use icn_base::gov::ProposalStatus;
use icn_base::{Did, ProposalId};

pub(super) fn withdraw(book: &Book<'_>, member: &Did, id: &ProposalId) -> Result<Step, Refusal> {
    let proposal = book.proposal(id)?;
    if proposal.proposer != *member {
        return Err(Refusal::NotProposer {
            proposer: proposal.proposer,
        });
    }
    let Phase::Deliberation(window) = &proposal.phase else {
        return Err(proposal.wrong(ProposalStatus::Deliberation));
    };
    if book.is_due(window.until) {
        return Err(Refusal::TooLate {
            until: window.until,
        });
    }
    let fee = Fee::Forfeit {
        from: proposal.proposer,
        amount: proposal.fee,
    };
    end(book, id, proposal.clone(), Phase::Withdrawn {}, fee)
}
