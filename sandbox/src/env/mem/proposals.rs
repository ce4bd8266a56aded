//! Proposals of a book that is only numbers: they go along their life by the owner's calls alone.
//! There are no other members, no terms and no times here; those are the ledger's.

use super::MemEnv;
use crate::env::{Denial, EnvError};
use icn_abi::Class;
use icn_base::gov::{
    Ballot, PollView, ProposalRequest, ProposalStatus, ProposalView, TallyView, VoteRequest,
};
use icn_base::run::Effect;
use icn_base::{Mana, ProposalId};

impl MemEnv {
    /// What a proposal costs: the parameter of that name.
    pub(super) fn fee(&self) -> Mana {
        let json = self.parameters.get("proposal_fee");
        let units = json.and_then(|json| json.parse().ok());
        units
            .and_then(|units| Mana::new(units).ok())
            .unwrap_or_default()
    }

    /// Where closing the vote leads: accepted if more are for it than against it.
    pub(super) fn closing_of(&self, id: &ProposalId) -> Result<ProposalStatus, EnvError> {
        let proposal = self.known(id)?;
        match (proposal.status, &proposal.poll) {
            (ProposalStatus::Voting, Some(poll)) if poll.tally.yes > poll.tally.no => {
                Ok(ProposalStatus::Accepted)
            }
            (ProposalStatus::Voting, _) => Ok(ProposalStatus::Rejected),
            (ProposalStatus::Deliberation | ProposalStatus::Withdrawn, _) => {
                Err(wrong(proposal, ProposalStatus::Voting))
            }
            (status, _) => Ok(status),
        }
    }

    pub(super) fn decide(&mut self, effect: &Effect, index: u64) -> Result<(), EnvError> {
        match effect {
            Effect::Propose(request) => self.propose(request, index),
            Effect::OpenVoting { proposal } => self.open(proposal),
            Effect::Vote(vote) => self.vote(vote),
            Effect::CloseVoting { proposal, status } => self.moves(proposal, *status),
            Effect::Execute { proposal } => match self.known(proposal)?.status {
                ProposalStatus::Accepted | ProposalStatus::Executed => {
                    self.moves(proposal, ProposalStatus::Executed)
                }
                _ => Err(wrong(self.known(proposal)?, ProposalStatus::Accepted)),
            },
            Effect::Delegate(request) => {
                self.delegations.insert(request.scope, request.to);
                Ok(())
            }
            Effect::Revoke(request) => match self.delegations.remove(&request.scope) {
                Some(_) => Ok(()),
                None => {
                    let text = format!("there is no delegation of `{}`", request.scope);
                    Err(Denial::new(Class::InvalidJobState, text).into())
                }
            },
            Effect::PutBlock { .. }
            | Effect::SpendMana { .. }
            | Effect::PayMana { .. }
            | Effect::SubmitJob { .. }
            | Effect::AnchorReceipt { .. }
            | Effect::PayProof(_) => Ok(()),
        }
    }

    fn propose(&mut self, request: &ProposalRequest, index: u64) -> Result<(), EnvError> {
        let id = request
            .effect_id(&self.job, index)
            .map_err(|error| Denial::new(Class::Serialization, error.to_string()))?;
        let fee = self.fee();
        self.pay(fee)?;
        let proposal = ProposalView {
            proposal: id,
            status: ProposalStatus::Deliberation,
            proposer: self.owner,
            title: request.title.clone(),
            text: request.text.clone(),
            kind: request.kind.clone(),
            fee,
            proposed: self.block.time,
            from: None,
            until: None,
            poll: None,
            preview: None,
            failed: None,
        };
        self.proposals.insert(id, proposal);
        Ok(())
    }

    fn open(&mut self, id: &ProposalId) -> Result<(), EnvError> {
        let opened = self.block.time;
        let proposal = self.known_mut(id)?;
        match proposal.status {
            ProposalStatus::Voting => Ok(()),
            ProposalStatus::Deliberation => {
                proposal.status = ProposalStatus::Voting;
                proposal.poll = Some(PollView {
                    opened,
                    eligible: 1,
                    quorum_bp: 1,
                    threshold_bp: None,
                    reopened: false,
                    tally: TallyView::default(),
                    passes: false,
                });
                Ok(())
            }
            _ => Err(wrong(proposal, ProposalStatus::Deliberation)),
        }
    }

    /// The owner's vote; a later one replaces it.
    fn vote(&mut self, vote: &VoteRequest) -> Result<(), EnvError> {
        let before = self.votes.get(&vote.proposal).cloned();
        let proposal = self.known_mut(&vote.proposal)?;
        let (ProposalStatus::Voting, Some(poll)) = (proposal.status, &mut proposal.poll) else {
            return Err(wrong(proposal, ProposalStatus::Voting));
        };
        if let Some(before) = before {
            let count = place(&mut poll.tally, &before);
            *count = count.saturating_sub(1);
        } else {
            poll.tally.direct += 1;
        }
        *place(&mut poll.tally, &vote.ballot) += 1;
        poll.passes = poll.tally.yes > poll.tally.no;
        self.votes.insert(vote.proposal, vote.ballot.clone());
        Ok(())
    }

    fn moves(&mut self, id: &ProposalId, status: ProposalStatus) -> Result<(), EnvError> {
        self.known_mut(id)?.status = status;
        Ok(())
    }

    fn known(&self, id: &ProposalId) -> Result<&ProposalView, EnvError> {
        self.proposals.get(id).ok_or_else(|| unknown(id))
    }

    fn known_mut(&mut self, id: &ProposalId) -> Result<&mut ProposalView, EnvError> {
        self.proposals.get_mut(id).ok_or_else(|| unknown(id))
    }
}

fn place<'t>(tally: &'t mut TallyView, ballot: &Ballot) -> &'t mut u64 {
    match ballot {
        Ballot::Yes => &mut tally.yes,
        Ballot::No => &mut tally.no,
        Ballot::Abstain => &mut tally.abstain,
        Ballot::Ranked(_) => &mut tally.ranked,
    }
}

fn unknown(id: &ProposalId) -> EnvError {
    let text = format!("there is no proposal {id}");
    Denial::new(Class::InvalidSystemApiCall, text).into()
}

fn wrong(proposal: &ProposalView, wanted: ProposalStatus) -> EnvError {
    let text = format!(
        "the proposal is in {}, this wants {wanted}",
        proposal.status
    );
    Denial::new(Class::InvalidJobState, text).into()
}
