//! The end of a proposal: its fee goes where it belongs, and its votes are no longer kept. What
//! they came to stays in the proposal.

use crate::proposal::{Phase, Proposal};
use crate::step::Fee;
use crate::{Book, Refusal, Step};
use icn_base::ProposalId;

pub(super) fn end(
    book: &Book<'_>,
    id: &ProposalId,
    proposal: Proposal,
    phase: Phase,
    fee: Fee,
) -> Result<Step, Refusal> {
    let mut step = Step::moved(*id, proposal.moved(phase, book.at)?);
    let votes = book.votes(id);
    if !votes.is_empty() {
        let gone = votes.keys().map(|did| (**did, None)).collect();
        step.changes.votes.insert(*id, gone);
    }
    step.fee = Some(fee);
    Ok(step)
}
