//! The snapshot as a worker has it: every read is a question to its node.

use super::line::Line;
use crate::worker::words::{Answer, Question};
use icn_abi::Class;
use icn_base::gov::{ProposalStatus, ProposalView};
use icn_base::run::{BlockInfo, Effect, JobSpec, JobStatus, PendingJobs};
use icn_base::{Cid, Did, JobId, Mana, ProposalId};
use icn_sandbox::{CircuitInfo, Denial, Env, EnvError, ProofRequest, Verified, WitnessRequest};
use std::io;

/// The environment of one run.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    line: &'a mut Line,
    block: BlockInfo,
    cut: Option<io::Error>,
}

impl<'a> Asking<'a> {
    pub(super) const fn new(line: &'a mut Line, block: BlockInfo) -> Self {
        Self {
            line,
            block,
            cut: None,
        }
    }

    /// An error if the node could not be asked: then the worker has no reason to live.
    pub(super) fn cut(self) -> io::Result<()> {
        self.cut.map_or(Ok(()), Err)
    }

    fn ask(&mut self, question: Question) -> Result<Answer, EnvError> {
        match self.line.ask(question) {
            Ok(Answer::Refused { class, text }) => {
                let class = Class::from_result(-i64::from(class));
                let class = class.ok_or_else(|| unfit("a class that there is not"))?;
                Err(Denial::new(class, text).into())
            }
            Ok(Answer::Fault(text)) => Err(EnvError::Fault(text)),
            Ok(answer) => Ok(answer),
            Err(error) => {
                let text = format!("the node does not answer: {error}");
                self.cut = Some(error);
                Err(EnvError::Fault(text))
            }
        }
    }
}

fn unfit(what: &str) -> EnvError {
    EnvError::Fault(format!("the node answered {what}"))
}

fn json(request: &impl serde::Serialize) -> Result<String, EnvError> {
    serde_json::to_string(request).map_err(|error| EnvError::Fault(error.to_string()))
}

/// Takes the answer that fits the question.
macro_rules! fitting {
    ($answer:expr, $($pattern:pat => $value:expr),+) => {
        match $answer {
            $($pattern => Ok($value),)+
            _ => Err(unfit("another question")),
        }
    };
}

impl Env for Asking<'_> {
    fn block(&mut self) -> BlockInfo {
        self.block
    }

    fn spendable(&mut self, account: &Did) -> Result<Mana, EnvError> {
        fitting!(self.ask(Question::Spendable(*account))?, Answer::Mana(mana) => mana)
    }

    fn reputation(&mut self, account: &Did) -> Result<u32, EnvError> {
        fitting!(self.ask(Question::Reputation(*account))?, Answer::Reputation(score) => score)
    }

    fn parameter(&mut self, name: &str) -> Result<Option<String>, EnvError> {
        fitting!(self.ask(Question::Parameter(name.to_owned()))?,
            Answer::Parameter(text) => Some(text), Answer::Nothing => None)
    }

    fn listed_block(&mut self, cid: &Cid) -> Result<Vec<u8>, EnvError> {
        fitting!(self.ask(Question::ListedBlock(*cid))?, Answer::Block(bytes) => bytes.0)
    }

    fn job(&mut self, id: &JobId) -> Result<Option<JobStatus>, EnvError> {
        fitting!(self.ask(Question::Job(*id))?,
            Answer::Job(job) => Some(job), Answer::Nothing => None)
    }

    fn pending_jobs(&mut self) -> Result<PendingJobs, EnvError> {
        fitting!(self.ask(Question::PendingJobs)?, Answer::PendingJobs(jobs) => jobs)
    }

    fn child_hold(&mut self, child: &JobSpec) -> Result<Mana, EnvError> {
        let child = Box::new(child.clone());
        fitting!(self.ask(Question::ChildHold(child))?, Answer::Mana(mana) => mana)
    }

    fn proposal_fee(&mut self) -> Result<Mana, EnvError> {
        fitting!(self.ask(Question::ProposalFee)?, Answer::Mana(mana) => mana)
    }

    fn proposal(&mut self, id: &ProposalId) -> Result<Option<ProposalView>, EnvError> {
        fitting!(self.ask(Question::Proposal(*id))?,
            Answer::Proposal(view) => Some(*view), Answer::Nothing => None)
    }

    fn closing(&mut self, id: &ProposalId) -> Result<ProposalStatus, EnvError> {
        fitting!(self.ask(Question::Closing(*id))?, Answer::Status(status) => status)
    }

    fn circuit(&mut self, id: &Cid) -> Result<Option<CircuitInfo>, EnvError> {
        fitting!(self.ask(Question::Circuit(*id))?,
            Answer::Circuit { bls12_381, inputs, constraints, price } => Some(CircuitInfo {
                bls12_381,
                inputs,
                constraints,
                price,
            }),
            Answer::Nothing => None)
    }

    fn verify_proof(
        &mut self,
        request: &ProofRequest,
        revocation: bool,
    ) -> Result<Verified, EnvError> {
        let request = json(request)?;
        fitting!(self.ask(Question::VerifyProof { request, revocation })?,
            Answer::Holds { taken } => Verified::Holds(taken), Answer::Fails => Verified::Fails)
    }

    fn prove(&mut self, request: &WitnessRequest, call: u32) -> Result<Vec<u8>, EnvError> {
        let request = json(request)?;
        fitting!(self.ask(Question::Prove { request, call })?, Answer::Proved(bytes) => bytes.0)
    }

    fn apply(&mut self, effect: &Effect, _index: u64) -> Result<(), EnvError> {
        let effect = Box::new(effect.clone());
        fitting!(self.ask(Question::Apply(effect))?, Answer::Done => ())
    }
}
