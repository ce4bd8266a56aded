//! What each action means: one rule, one file.

mod anchor;
mod assign_job;
mod cancel_job;
mod children;
mod commit_receipt;
mod decline_job;
pub(crate) mod effects;
mod ending;
pub(crate) mod expire;
mod qualify;
mod register_executor;
mod settle_job;
mod spec;
mod submit_job;
mod transfer;
mod withdraw;

pub use children::child_id;

use crate::tx::{Action, Verified};
use crate::{Draft, Reject};

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
    }
}
