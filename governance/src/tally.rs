//! Counting: whose vote each eligible member's is, and what they come to.

use crate::limits::DELEGATION_DEPTH_MAX;
use crate::proposal::{Poll, Proposal, Vote};
use crate::ranked::Runoff;
use crate::{Book, Refusal};
use icn_base::gov::{Ballot, ProposalStatus};
use icn_base::{Did, ProposalId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The votes of a poll, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Members who voted themselves.
    pub direct: u64,
    /// Members for whom another one voted.
    pub delegated: u64,
    /// For it.
    pub yes: u64,
    /// Against it.
    pub no: u64,
    /// Neither.
    pub abstain: u64,
    /// Rankings, in a choice.
    pub ranked: u64,
    /// The run-off, in a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runoff: Option<Runoff>,
}

/// The votes of a proposal: counted now, while more can come; or as they were counted last. None
/// before voting was opened.
pub fn tally(book: &Book<'_>, id: &ProposalId) -> Result<Option<Tally>, Refusal> {
    let proposal = book.proposal(id)?;
    Ok(match (&proposal.poll, proposal.status()) {
        (Some(poll), ProposalStatus::Voting) => {
            Some(Tally::count(book, id, proposal, poll, |_| true))
        }
        (poll, _) => poll.as_ref().and_then(|poll| poll.tally.clone()),
    })
}

impl Tally {
    /// Counts every eligible member's vote, by itself or by delegation. A vote that `counts` says
    /// no to is as if it had not been cast.
    pub(crate) fn count(
        book: &Book<'_>,
        id: &ProposalId,
        proposal: &Proposal,
        poll: &Poll,
        counts: impl Fn(&Vote) -> bool,
    ) -> Self {
        let mut votes = book.votes(id);
        votes.retain(|_, vote| counts(vote));
        let mut hands = Hands {
            book,
            proposal,
            poll,
            votes,
            known: BTreeMap::new(),
        };
        let mut tally = Self::default();
        let mut rankings = Vec::new();
        for (did, row) in book.members() {
            if !row.at(poll.opening).is_some_and(crate::Member::is_in) {
                continue;
            }
            if let Some((ballot, is_direct)) = hands.ballot(did) {
                tally.add(ballot, is_direct);
                rankings.extend(ranking(ballot));
            }
        }
        tally.finish(proposal, &rankings)
    }

    /// Counts the votes that members have cast themselves, and nothing else.
    pub(crate) fn count_direct(book: &Book<'_>, id: &ProposalId, proposal: &Proposal) -> Self {
        let votes = book.votes(id);
        let mut tally = Self::default();
        votes
            .values()
            .for_each(|vote| tally.add(&vote.ballot, true));
        let rankings: Vec<_> = votes
            .values()
            .filter_map(|vote| ranking(&vote.ballot))
            .collect();
        tally.finish(proposal, &rankings)
    }

    /// All votes.
    pub fn cast(&self) -> u64 {
        self.direct.saturating_add(self.delegated)
    }

    /// True if the votes meet quorum and threshold, or, in a choice, quorum and have a winner.
    pub fn passes(&self, poll: &Poll) -> bool {
        let has_winner = self
            .runoff
            .as_ref()
            .is_none_or(|runoff| runoff.winner.is_some());
        poll.terms.quorum_met(self.cast(), poll.eligible)
            && poll.terms.threshold_met(self.yes, self.no)
            && has_winner
    }

    /// The option that has won a choice.
    pub(crate) fn winner(&self) -> Option<usize> {
        self.runoff.as_ref()?.winner.map(usize::from)
    }

    fn add(&mut self, ballot: &Ballot, is_direct: bool) {
        let how = if is_direct {
            &mut self.direct
        } else {
            &mut self.delegated
        };
        *how = how.saturating_add(1);
        let what = match ballot {
            Ballot::Yes => &mut self.yes,
            Ballot::No => &mut self.no,
            Ballot::Abstain => &mut self.abstain,
            Ballot::Ranked(_) => &mut self.ranked,
        };
        *what = what.saturating_add(1);
    }

    fn finish(mut self, proposal: &Proposal, rankings: &[&[u8]]) -> Self {
        self.runoff = proposal
            .options()
            .map(|options| Runoff::count(rankings, options));
        self
    }
}

fn ranking(ballot: &Ballot) -> Option<&[u8]> {
    match ballot {
        Ballot::Ranked(options) => Some(options),
        Ballot::Yes | Ballot::No | Ballot::Abstain => None,
    }
}

/// The votes of a poll, and through whose hands they pass.
struct Hands<'b> {
    book: &'b Book<'b>,
    proposal: &'b Proposal,
    poll: &'b Poll,
    votes: BTreeMap<&'b Did, &'b Vote>,
    /// What was found before for who has not voted, so that no way is gone twice.
    known: BTreeMap<Did, Option<&'b Ballot>>,
}

impl<'b> Hands<'b> {
    /// The ballot that counts for a member, and whether it is the member's own. A vote stops at
    /// the first who has voted; one that meets nobody is missing. One who was no member had neither a
    /// vote nor a delegation then, so nothing passes through such a one.
    fn ballot(&mut self, member: &Did) -> Option<(&'b Ballot, bool)> {
        if let Some(vote) = self.votes.get(member) {
            return Some((&vote.ballot, true));
        }
        let (mut way, mut holder, mut found) = (Vec::new(), *member, None);
        while way.len() <= DELEGATION_DEPTH_MAX {
            if let Some(known) = self.known.get(&holder) {
                found = *known;
                break;
            }
            if let Some(vote) = self.votes.get(&holder) {
                found = Some(&vote.ballot);
                break;
            }
            way.push(holder);
            let (kind, poll) = (self.proposal.kind.scope(), self.poll);
            match self.book.delegate(&holder, kind, poll.opening, poll.at) {
                Some(to) => holder = to,
                None => break,
            }
        }
        self.known.extend(way.into_iter().map(|did| (did, found)));
        found.map(|ballot| (ballot, false))
    }
}
