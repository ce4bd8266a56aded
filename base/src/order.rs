//! The words of agreed order: what validators sign, and what proves a decision.
//!
//! They stand on the ground floor so that the book can judge evidence, and anybody a certificate,
//! without the engine that made them.

mod certificate;
mod evidence;
mod vote;

pub use certificate::{Certificate, CertificateError, Seat};
pub use evidence::{Evidence, EvidenceError, Offence};
pub use vote::{Proposal, Signed, Statement, Step, Vote};

#[cfg(test)]
mod tests;
