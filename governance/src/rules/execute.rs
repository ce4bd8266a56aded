//! Executing a proposal that has passed: its changes are made all or none. Votes that were bound
//! to other changes than would be made now count as not cast; if it no longer passes without
//! them, it is voted on again, once.

use super::delegate::drop_all;
use super::end::end;
use super::open::voting;
use crate::preview::{Preview, parts, possible};
use crate::proposal::{Phase, Poll, Proposal, Vote};
use crate::step::Fee;
use crate::tally::Tally;
use crate::{Book, Changes, Enactment, Reason, Refusal, Step, member};
use icn_base::gov::{ProposalKind, ProposalStatus};
use icn_base::{Cid, ProposalId};

pub(super) fn execute(book: &Book<'_>, id: &ProposalId) -> Result<Step, Refusal> {
    let proposal = book.proposal(id)?;
    let (window, poll) = match (&proposal.phase, &proposal.poll) {
        (Phase::Accepted(window), Some(poll)) => (window, poll),
        (Phase::Executed {}, _) => return Err(Refusal::AlreadyExecuted {}),
        (
            Phase::Accepted(_)
            | Phase::Deliberation(_)
            | Phase::Voting(_)
            | Phase::Rejected {}
            | Phase::Failed(_)
            | Phase::Withdrawn {}
            | Phase::Expired {},
            _,
        ) => return Err(proposal.wrong(ProposalStatus::Accepted)),
    };
    window.check(book)?;
    let now = Preview::of(book, proposal).cid();
    let tally = Tally::count(book, id, proposal, poll, |vote| holds(vote, &now));
    if !tally.passes(poll) {
        return changed(book, id, proposal, poll, &now);
    }
    let kinds = parts(&proposal.kind, tally.winner());
    check_pending(book, kinds)?;
    check_ready(book, kinds)?;
    let mut counted = proposal.clone();
    counted.poll = Some(Poll {
        tally: Some(tally),
        ..poll.clone()
    });
    match possible(book, kinds) {
        Ok(enact) => {
            let mut step = end(book, id, counted, Phase::Executed {}, reward(proposal))?;
            step.changes.extend(rows(book, &enact));
            step.enact = enact;
            Ok(step)
        }
        Err(refusal) => {
            let fee = Fee::Forfeit {
                from: proposal.proposer,
                amount: proposal.fee,
            };
            end(
                book,
                id,
                counted,
                Phase::Failed(Reason::from(&refusal)),
                fee,
            )
        }
    }
}

/// True if a vote counts for the changes that would be made now.
fn holds(vote: &Vote, now: &Cid) -> bool {
    vote.preview.is_none_or(|preview| preview == *now)
}

/// A parameter comes into force with the next block. Until then another proposal cannot know what
/// it would replace, so it waits.
fn check_pending(book: &Book<'_>, kinds: &[ProposalKind]) -> Result<(), Refusal> {
    let pending = kinds.iter().find_map(|kind| match kind {
        ProposalKind::SetParameter { name, .. } => book
            .world
            .pending
            .keys()
            .find(|parameter| parameter.row().name == name),
        ProposalKind::Text {}
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::SetValidator { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. }
        | ProposalKind::Choice { .. }
        | ProposalKind::Bundle(_) => None,
    });
    match pending {
        Some(parameter) => Err(Refusal::ParameterPending {
            name: parameter.row().name,
        }),
        None => Ok(()),
    }
}

/// Power goes only to who has just said to be ready. Until then the proposal waits.
fn check_ready(book: &Book<'_>, kinds: &[ProposalKind]) -> Result<(), Refusal> {
    let absent = kinds.iter().find_map(|kind| match kind {
        ProposalKind::SetValidator { did, power } => {
            (*power > 0 && !book.is_ready(did)).then_some(*did)
        }
        ProposalKind::Text {}
        | ProposalKind::SetParameter { .. }
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. }
        | ProposalKind::Choice { .. }
        | ProposalKind::Bundle(_) => None,
    });
    absent.map_or(Ok(()), |did| Err(Refusal::NotReady { did }))
}

/// Back to voting, without the votes that no longer hold; or, the second time, to its end.
fn changed(
    book: &Book<'_>,
    id: &ProposalId,
    proposal: &Proposal,
    poll: &Poll,
    now: &Cid,
) -> Result<Step, Refusal> {
    if poll.reopened {
        let reason = Reason::from(&Refusal::PreviewChanged {});
        let fee = Fee::Forfeit {
            from: proposal.proposer,
            amount: proposal.fee,
        };
        return end(book, id, proposal.clone(), Phase::Failed(reason), fee);
    }
    let mut again = proposal.clone().moved(voting(book), book.at)?;
    again.poll = Some(Poll {
        reopened: true,
        tally: None,
        ..poll.clone()
    });
    let mut step = Step::moved(*id, again);
    let votes = book
        .votes(id)
        .into_iter()
        .filter(|(_, vote)| !holds(vote, now));
    step.changes
        .votes
        .insert(*id, votes.map(|(did, _)| (*did, None)).collect());
    Ok(step)
}

/// The fee is the proposer's reward for what the mesh has done with the proposal.
fn reward(proposal: &Proposal) -> Fee {
    let (to, amount) = (proposal.proposer, proposal.fee);
    match proposal.kind {
        ProposalKind::Text {} | ProposalKind::Choice { .. } => Fee::Forfeit { from: to, amount },
        ProposalKind::SetParameter { .. }
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::SetValidator { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. }
        | ProposalKind::Bundle(_) => Fee::Return { to, amount },
    }
}

/// The rows of this crate that the changes write.
fn rows(book: &Book<'_>, changes: &[Enactment]) -> Changes {
    let mut rows = Changes::default();
    for change in changes {
        match change {
            Enactment::AdmitMember { did } => {
                rows.members.insert(*did, member::admitted(book, did));
            }
            Enactment::RemoveMember { did } => {
                rows.members.insert(*did, member::removed(book, did));
                rows.delegations.extend(drop_all(book, did));
            }
            Enactment::SetParameter { .. }
            | Enactment::SetValidator { .. }
            | Enactment::Pay { .. }
            | Enactment::RegisterCircuit { .. }
            | Enactment::RetireCircuit { .. } => {}
        }
    }
    rows
}
