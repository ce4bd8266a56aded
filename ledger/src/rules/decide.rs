//! What members decide through a run: the same rules, under the owner's grants, as the owner saw the
//! book when the run began.

use crate::grants::Left;
use crate::job::Job;
use crate::rules::govern;
use crate::{Draft, Reject};
use icn_base::gov::{ProposalRequest, ProposalStatus};
use icn_base::run::Effect;
use icn_base::{Did, JobId, ProposalId, Time};
use icn_governance::{Action, Fee, Refusal};

pub(super) fn apply(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    left: &mut Left,
    index: u32,
    effect: &Effect,
) -> Result<(), Reject> {
    match effect {
        Effect::Propose(request) => {
            left.propose()?;
            propose(draft, id, job, left, index, request)
        }
        Effect::OpenVoting { proposal } => {
            left.propose()?;
            act(draft, job, Action::OpenVoting(*proposal))
        }
        Effect::CloseVoting { proposal, status } => {
            left.propose()?;
            close(draft, job, *proposal, *status)
        }
        Effect::Execute { proposal } => {
            left.propose()?;
            act(draft, job, Action::Execute(*proposal))
        }
        Effect::Vote(vote) => {
            left.vote(Some(vote.proposal))?;
            act(draft, job, Action::Vote(vote.clone()))
        }
        Effect::Delegate(request) => {
            left.vote(None)?;
            act(draft, job, Action::Delegate(*request))
        }
        Effect::Revoke(request) => {
            left.vote(None)?;
            act(draft, job, Action::Revoke(*request))
        }
        Effect::PutBlock { .. }
        | Effect::SpendMana { .. }
        | Effect::PayMana { .. }
        | Effect::SubmitJob { .. }
        | Effect::AnchorReceipt { .. }
        | Effect::PayProof(_) => Ok(()),
    }
}

/// Does what a member may do. What is so already is success.
fn act(draft: &mut Draft<'_>, job: &Job, action: Action) -> Result<(), Reject> {
    match govern::judge(draft, job.owner, job.seen(), action) {
        Ok(step) => govern::keep(draft, step),
        Err(Reject::Governance(refusal)) if refusal.is_already_so() => Ok(()),
        Err(reject) => Err(reject),
    }
}

/// The fee comes from the job's hold and stays in its owner's account, bonded.
fn propose(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    left: &mut Left,
    index: u32,
    request: &ProposalRequest,
) -> Result<(), Reject> {
    let proposal = request
        .effect_id(&id, index.into())
        .map_err(|error| Reject::Malformed {
            cause: error.to_string(),
        })?;
    let request = Box::new(request.clone());
    let action = Action::Propose {
        id: proposal,
        request,
    };
    let step = govern::judge(draft, job.owner, job.seen(), action)?;
    if let Some(Fee::Escrow { amount, .. }) = step.fee {
        left.fee(amount)?;
        job.hold.pay(amount)?;
        draft.change(&job.owner, |owner| owner.release(amount))?;
    }
    govern::keep(draft, step)
}

/// Closes a vote, if that leads where the run was told.
fn close(
    draft: &mut Draft<'_>,
    job: &Job,
    proposal: ProposalId,
    told: ProposalStatus,
) -> Result<(), Reject> {
    let status = closing(draft, job.owner, job.seen(), proposal)?;
    if status == told {
        act(draft, job, Action::CloseVoting(proposal))
    } else {
        Err(Reject::AnswersOtherwise { proposal, status })
    }
}

/// Where closing a vote would lead now; where it is, if it was closed before.
pub(crate) fn closing(
    draft: &Draft<'_>,
    owner: Did,
    seen: Time,
    proposal: ProposalId,
) -> Result<ProposalStatus, Reject> {
    match govern::judge(draft, owner, seen, Action::CloseVoting(proposal)) {
        Ok(step) => {
            let closed = step.changes.proposals.get(&proposal);
            let closed = closed.expect("closing a vote writes its proposal");
            Ok(closed.status())
        }
        Err(Reject::Governance(Refusal::AlreadyClosed { status })) => Ok(status),
        Err(reject) => Err(reject),
    }
}
