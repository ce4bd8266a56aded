//! When a vote may close early: when nothing that is still open can change its outcome.

use crate::Book;
use crate::proposal::{Poll, Proposal};
use crate::tally::Tally;
use icn_base::ProposalId;

/// True if the outcome stands with every missing or delegated vote counted the other way.
///
/// Only members' own votes are certain: a delegated one may still be overridden. A choice is
/// certain once one option is first on more than half of all eligible members' own ballots, or
/// when all have voted themselves.
pub(crate) fn is_certain(
    book: &Book<'_>,
    id: &ProposalId,
    proposal: &Proposal,
    poll: &Poll,
) -> bool {
    let own = Tally::count_direct(book, id, proposal);
    let missing = poll.eligible.saturating_sub(own.cast());
    let quorum = poll.terms.quorum_met(own.cast(), poll.eligible);
    match &own.runoff {
        None => {
            let passes = quorum
                && poll
                    .terms
                    .threshold_met(own.yes, own.no.saturating_add(missing));
            passes
                || !poll
                    .terms
                    .threshold_met(own.yes.saturating_add(missing), own.no)
        }
        Some(runoff) => {
            let firsts = runoff.rounds.first().map(|round| round.votes.as_slice());
            let most = firsts
                .unwrap_or_default()
                .iter()
                .max()
                .copied()
                .unwrap_or(0);
            missing == 0 || (quorum && most > poll.eligible.saturating_sub(most))
        }
    }
}
