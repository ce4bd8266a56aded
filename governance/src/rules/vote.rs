//! Voting: those who were members when voting opened, each with one vote, which a later one
//! replaces until voting closes.

use crate::member::must_be_eligible;
use crate::preview::Preview;
use crate::proposal::{Phase, Proposal, Vote};
use crate::step::Fact;
use crate::{Book, Refusal, Step};
use icn_base::Did;
use icn_base::gov::{Ballot, ProposalStatus, VoteRequest};

pub(super) fn vote(book: &Book<'_>, member: &Did, request: VoteRequest) -> Result<Step, Refusal> {
    let id = request.proposal;
    let proposal = book.proposal(&id)?;
    let (Phase::Voting(window), Some(poll)) = (&proposal.phase, &proposal.poll) else {
        return Err(proposal.wrong(ProposalStatus::Voting));
    };
    if book.is_due(window.until) {
        return Err(Refusal::TooLate {
            until: window.until,
        });
    }
    must_be_eligible(book, member, poll.opening)?;
    check_ballot(proposal, &request.ballot)?;
    if let Some(newer) = book.voted(&id, member).filter(|at| *at > book.seen) {
        return Err(Refusal::Stale { newer });
    }
    if let Some(preview) = request.preview {
        let now = Preview::of(book, proposal).cid();
        if preview != now {
            return Err(Refusal::PreviewDiffers { now });
        }
    }
    let mut step = Step::of(Fact::Voted {
        proposal: id,
        member: *member,
    });
    let vote = Vote {
        ballot: request.ballot,
        preview: request.preview,
        at: book.at,
    };
    step.changes
        .votes
        .entry(id)
        .or_default()
        .insert(*member, Some(vote));
    Ok(step)
}

/// A choice is answered by a ranking, everything else by yes or no; all may be abstained from.
fn check_ballot(proposal: &Proposal, ballot: &Ballot) -> Result<(), Refusal> {
    match (ballot, proposal.options()) {
        (Ballot::Abstain, _) | (Ballot::Yes | Ballot::No, None) => Ok(()),
        (Ballot::Yes | Ballot::No, Some(_)) | (Ballot::Ranked(_), None) => {
            Err(Refusal::BallotKind {
                name: proposal.kind.name(),
            })
        }
        (Ballot::Ranked(ranking), Some(options)) => check_ranking(ranking, options),
    }
}

fn check_ranking(ranking: &[u8], options: usize) -> Result<(), Refusal> {
    if ranking.is_empty() {
        return Err(Refusal::RankingEmpty {});
    }
    let mut seen = vec![false; options];
    for option in ranking.iter().copied() {
        match seen.get_mut(usize::from(option)) {
            None => return Err(Refusal::OptionUnknown { option, options }),
            Some(true) => return Err(Refusal::OptionTwice { option }),
            Some(free) => *free = true,
        }
    }
    Ok(())
}
