//! A proposal as guests, HTTP and the command line show it.

use crate::Draft;
use icn_base::ProposalId;
use icn_base::gov::{FailedView, PollView, ProposalView, TallyView};
use icn_governance::proposal::{Phase, Proposal};
use icn_governance::{Preview, Tally, tally};

impl Draft<'_> {
    /// A proposal with its votes as they stand, if there is one of that id.
    pub fn proposal(&self, id: &ProposalId) -> Option<ProposalView> {
        let book = self.book(self.at());
        let row = book.proposal(id).ok()?;
        let window = row.phase.window();
        let preview = window.map(|_| Preview::of(&book, row).cid());
        let counted = tally(&book, id).ok().flatten();
        Some(ProposalView {
            proposal: *id,
            status: row.status(),
            proposer: row.proposer,
            title: row.title.clone(),
            text: row.text.clone(),
            kind: row.kind.clone(),
            fee: row.fee,
            proposed: row.proposed,
            from: window.map(|window| window.from),
            until: window.map(|window| window.until),
            poll: poll(row, counted),
            preview,
            failed: failed(&row.phase),
        })
    }

    /// What would come of a proposal if it were executed now.
    pub fn preview(&self, id: &ProposalId) -> Option<Preview> {
        let book = self.book(self.at());
        let row = book.proposal(id).ok()?;
        Some(Preview::of(&book, row))
    }
}

fn poll(row: &Proposal, counted: Option<Tally>) -> Option<PollView> {
    let poll = row.poll.as_ref()?;
    let tally = counted.unwrap_or_default();
    let passes = tally.passes(poll);
    let (rounds, winner) = match tally.runoff {
        None => (Vec::new(), None),
        Some(runoff) => {
            let rounds = runoff.rounds.into_iter().map(|round| round.votes);
            (rounds.collect(), runoff.winner)
        }
    };
    Some(PollView {
        opened: poll.at,
        eligible: poll.eligible,
        quorum_bp: poll.terms.quorum_bp,
        threshold_bp: poll.terms.threshold_bp,
        reopened: poll.reopened,
        tally: TallyView {
            direct: tally.direct,
            delegated: tally.delegated,
            yes: tally.yes,
            no: tally.no,
            abstain: tally.abstain,
            ranked: tally.ranked,
            rounds,
            winner,
        },
        passes,
    })
}

fn failed(phase: &Phase) -> Option<FailedView> {
    match phase {
        Phase::Failed(reason) => Some(FailedView {
            number: reason.number,
            message: reason.message.clone(),
        }),
        Phase::Deliberation(_)
        | Phase::Voting(_)
        | Phase::Accepted(_)
        | Phase::Rejected {}
        | Phase::Executed {}
        | Phase::Withdrawn {}
        | Phase::Expired {} => None,
    }
}
