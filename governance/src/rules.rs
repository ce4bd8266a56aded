//! One rule, one file: what members do, and what time does. Each answers with a whole step or
//! with a refusal, and its checks come in the order in which they are written.

mod close;
mod delegate;
mod due;
mod end;
mod execute;
mod open;
mod propose;
mod ready;
mod vote;
mod withdraw;

pub use due::fall_due;

use crate::member::must_be_member;
use crate::{Book, Refusal, Step};
use icn_base::gov::{DelegateRequest, ProposalRequest, RevokeRequest, VoteRequest};
use icn_base::{Did, ProposalId};

/// What a member does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Makes a proposal.
    Propose {
        /// The id that it gets.
        id: ProposalId,
        /// What is proposed.
        request: Box<ProposalRequest>,
    },
    /// Opens voting on one's own proposal.
    OpenVoting(ProposalId),
    /// Votes, or votes anew.
    Vote(VoteRequest),
    /// Hands votes on, or hands them to another.
    Delegate(DelegateRequest),
    /// Takes a delegation back.
    Revoke(RevokeRequest),
    /// Closes voting, if its outcome is certain or its time over.
    CloseVoting(ProposalId),
    /// Executes a proposal that has passed.
    Execute(ProposalId),
    /// Takes one's own proposal back.
    Withdraw(ProposalId),
    /// Says that one's node is there and ready to order. Who is no member yet may say so, too.
    Ready {},
}

/// What the action changes. Nothing does, if it is refused.
pub fn apply(book: &Book<'_>, member: &Did, action: Action) -> Result<Step, Refusal> {
    if action != (Action::Ready {}) {
        must_be_member(book, member)?;
    }
    match action {
        Action::Propose { id, request } => propose::propose(book, member, id, *request),
        Action::OpenVoting(id) => open::open(book, member, &id),
        Action::Vote(request) => vote::vote(book, member, request),
        Action::Delegate(request) => delegate::delegate(book, member, &request),
        Action::Revoke(request) => delegate::revoke(book, member, request),
        Action::CloseVoting(id) => close::close(book, &id),
        Action::Execute(id) => execute::execute(book, &id),
        Action::Withdraw(id) => withdraw::withdraw(book, member, &id),
        Action::Ready {} => Ok(ready::ready(book, member)),
    }
}
