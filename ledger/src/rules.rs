//! What each action means: one rule, one file.

mod anchor;
mod assign_job;
mod cancel_job;
mod children;
mod circuits;
mod commit_receipt;
pub(crate) mod decide;
mod decline_job;
pub(crate) mod effects;
mod ending;
mod enrol;
mod evidence;
pub(crate) mod expire;
mod govern;
mod issue;
mod pay_proof;
pub(crate) mod qualify;
mod register_executor;
mod settle_job;
pub(crate) mod spec;
pub(crate) mod submit_job;
mod transfer;
mod withdraw;

use crate::tx::{Action, Verified};
use crate::{Draft, Reject};
use icn_base::ProposalId;
use icn_governance::Action as Decision;

/// Does what an admitted transaction says. On a refusal the caller drops the draft.
pub(crate) fn act(draft: &mut Draft<'_>, tx: &Verified) -> Result<(), Reject> {
    let from = tx.body().from;
    match &tx.body().action {
        Action::Transfer { to, amount, memo } => transfer::act(draft, from, *to, *amount, memo),
        Action::SubmitJob { spec } => submit_job::act(draft, from, tx.id(), spec),
        Action::CancelJob { job } => cancel_job::act(draft, from, *job),
        Action::AssignJob { job, bids, spares } => assign_job::act(draft, from, *job, bids, spares),
        Action::DeclineJob { job, reason } => decline_job::act(draft, from, *job, reason),
        Action::CommitReceipt { job, seal } => commit_receipt::act(draft, from, *job, *seal),
        Action::SettleJob { receipt, salt } => settle_job::act(draft, from, receipt, salt.as_ref()),
        Action::RegisterExecutor { profile } => register_executor::act(draft, from, profile),
        Action::Withdraw {} => withdraw::act(draft, from),
        Action::AnchorReceipt { receipt } => anchor::receipt(draft, from, receipt),
        Action::Anchor { cid } => anchor::root(draft, from, *cid),
        Action::Propose(request) => {
            let (id, request) = (ProposalId::new(*tx.id().cid()), request.clone());
            govern::act(draft, from, Decision::Propose { id, request })
        }
        Action::OpenVoting { proposal } => {
            govern::act(draft, from, Decision::OpenVoting(*proposal))
        }
        Action::Vote(vote) => govern::act(draft, from, Decision::Vote(vote.clone())),
        Action::Delegate(to) => govern::act(draft, from, Decision::Delegate(*to)),
        Action::Revoke(what) => govern::act(draft, from, Decision::Revoke(*what)),
        Action::CloseVoting { proposal } => {
            govern::act(draft, from, Decision::CloseVoting(*proposal))
        }
        Action::Execute { proposal } => govern::act(draft, from, Decision::Execute(*proposal)),
        Action::WithdrawProposal { proposal } => {
            govern::act(draft, from, Decision::Withdraw(*proposal))
        }
        Action::Enrol { commitment } => enrol::act(draft, from, *commitment),
        Action::RegisterIssuer { name, circuit_key } => {
            issue::register(draft, from, name, *circuit_key)
        }
        Action::IssueCredential { credential, place } => {
            issue::issue(draft, from, *credential, *place)
        }
        Action::RevokeCredential { credential } => issue::revoke(draft, from, *credential),
        Action::Ready {} => govern::act(draft, from, Decision::Ready {}),
        Action::Evidence(shown) => evidence::act(draft, from, shown),
    }
}
