//! The words of governance: what is proposed, how a member votes, to whom a vote is handed on.
//!
//! They stand in transactions, host calls and HTTP bodies alike, so each has one shape in dag-cbor
//! and one in JSON, and both refuse unknown fields.
//!
//! - [`ProposalKind`] says what would change; [`ProposalRequest`] adds what people read.
//! - [`Ballot`] is a vote; [`Scope`] says for which kinds a delegation holds.
//! - [`ProposalStatus`] says where a proposal is in its life; [`ProposalView`] shows all of it.

mod ballot;
mod kind;
mod request;
mod scope;
mod status;
mod view;

pub use ballot::Ballot;
pub use kind::{ChoiceOption, CircuitOffer, ProposalKind, Prover};
pub use request::{DelegateRequest, ProposalRequest, RevokeRequest, VoteRequest};
pub use scope::{Scope, ScopeError};
pub use status::ProposalStatus;
pub use view::{FailedView, PollView, ProposalView, TallyView};

#[cfg(test)]
mod tests;
