//! The words of a run: what is asked for, what is allowed, what came of it.
//!
//! They stand in transactions, receipts, host calls and HTTP bodies alike, so each has one shape
//! in dag-cbor and one in JSON, and both refuse unknown fields.
//!
//! - [`JobSpec`] says what to run; [`JobRequest`] is the form people and guests write, with
//!   what may be left out left out.
//! - [`Grant`] says what effects a run may have; [`Effect`] is one that it asks for.
//! - [`Outcome`] is all that a run is: [`Exit`], output, effects, fuel. [`Claim`] ties it to a job
//!   and a snapshot, and a [`Receipt`] is a claim with an executor's signature.
//! - [`VerifyRequest`] and [`ProveRequest`] are proofs as guests show and ask for them;
//!   [`ProofPayment`] is what one cost.

mod content;
mod effect;
mod exit;
mod grant;
mod journal;
mod outcome;
mod proof;
mod receipt;
mod request;
mod spec;
mod view;

pub use content::{Content, Layout};
pub use effect::Effect;
pub use exit::{Exit, RefusalCode, TrapCode};
pub use grant::{Grant, GrantError};
pub use journal::{Answer, Journal};
pub use outcome::{CallStats, Outcome};
pub use proof::{Nullifier, ProofPayment, ProveAnswer, ProveRequest, VerifyRequest};
pub use receipt::{Claim, Receipt, ReceiptError, Snapshot};
pub use request::{Inherited, JobRequest};
pub use spec::{Agreement, Input, JobSpec, Listed, Requires};
pub use view::{BlockInfo, JobState, JobStatus, PendingJob, PendingJobs};

#[cfg(test)]
mod tests;
