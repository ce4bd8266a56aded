//! One run, from the order until its end: what it may read, what it has asked for, and what its worker
//! may therefore claim.

use super::frame;
use super::held::{Given, Held};
use super::limits::{
    QUESTIONS_MAX, SHORT_FUEL_MAX, SHORT_ORDER_BYTES_MAX, TEXT_BYTES_MAX, WRITTEN_BYTES_MAX,
};
use super::order::{Done, RunOrder, WorkerFault};
use super::words::{Answer, Ended, Order, Question, ToWorker};
use icn_abi::Class;
use icn_base::codec;
use icn_base::limits::{LOG_BYTES_MAX, OUTPUT_BYTES_MAX, PAGE_BYTES, PROOFS_MAX};
use icn_base::run::{Content, Effect, Input, JobSpec, Journal, Outcome};
use icn_base::{Bytes, Cid};
use icn_dag::Block;
use icn_replay::{BookEnv, Lacking, job};
use icn_sandbox::{CircuitInfo, Denial, ENGINE, Env, EnvError, Verified};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Who wants to know what came of the run.
pub(super) type Callback = Box<dyn FnOnce(Result<Done, WorkerFault>) + Send>;

/// A run that waits, or is under way.
pub(super) struct Flight {
    env: BookEnv<Held>,
    blocks: Arc<Given>,
    spec: JobSpec,
    /// The order as its worker gets it, so that another one can get it, too.
    order: Vec<u8>,
    wall_ms: u64,
    questions: u32,
    proofs: u32,
    effects: Vec<Effect>,
    written: Vec<Block>,
    written_bytes: usize,
    tell: Callback,
}

/// What a worker said that no run can lead to.
pub(super) type Nonsense = String;

impl Flight {
    /// Makes an order ready to be given to a worker.
    pub(super) fn new(order: RunOrder, tell: Callback) -> Result<Self, WorkerFault> {
        let blocks = Arc::new(Given::new(order.blocks));
        let held = Held::new(order.state, Arc::clone(&blocks));
        let block = job::block_info(&order.header);
        let env = BookEnv::new(held, order.job, block)?;
        let spec = JobSpec::clone(&env.job().spec);
        blocks.find(&spec.module)?;
        let input = match &spec.input {
            Input::Inline(_) => None,
            Input::Cid(_) => Some(Bytes(job::input(&*blocks, &spec)?)),
        };
        let word = ToWorker::Order(Box::new(Order {
            job: order.job,
            owner: env.job().owner,
            spec: spec.clone(),
            input,
            block,
            wall_ms: order.wall_ms,
        }));
        Ok(Self {
            env,
            blocks,
            spec,
            order: frame::of(&word),
            wall_ms: order.wall_ms,
            questions: 0,
            proofs: 0,
            effects: Vec::new(),
            written: Vec::new(),
            written_bytes: 0,
            tell,
        })
    }

    /// The module's name.
    pub(super) const fn module(&self) -> &Cid {
        &self.spec.module
    }

    /// The module's bytes, as they are sent along.
    pub(super) fn module_frame(&self) -> Vec<u8> {
        let bytes = self.blocks.find(&self.spec.module).map(Block::bytes);
        frame::of(&ToWorker::Module {
            cid: self.spec.module,
            bytes: Bytes(bytes.unwrap_or_default().to_vec()),
        })
    }

    /// The order, as it is sent.
    pub(super) fn order(&self) -> &[u8] {
        &self.order
    }

    /// How long it may take.
    pub(super) const fn wall_ms(&self) -> u64 {
        self.wall_ms
    }

    /// True if others may wait behind it.
    pub(super) fn is_short(&self) -> bool {
        self.spec.fuel_limit <= SHORT_FUEL_MAX && self.order.len() <= SHORT_ORDER_BYTES_MAX
    }

    /// Answers a question by the book's own rules.
    pub(super) fn answer(&mut self, question: Question) -> Result<Answer, Nonsense> {
        self.questions += 1;
        if self.questions > QUESTIONS_MAX {
            return Ok(Answer::Fault(format!(
                "a run may ask {QUESTIONS_MAX} questions"
            )));
        }
        if let Question::ListedBlock(cid) = &question
            && !self.spec.reads.iter().any(|listed| listed.cid == *cid)
        {
            return Err(format!("it asked for block {cid}, which is not listed"));
        }
        if matches!(
            question,
            Question::VerifyProof { .. } | Question::Prove { .. }
        ) {
            self.proofs += 1;
            if self.proofs > PROOFS_MAX {
                return Err(format!("it asked for more than {PROOFS_MAX} proofs"));
            }
        }
        // A worker that somebody has taken over asks anything. A rule that stumbles over it costs
        // this run.
        let answered = catch_unwind(AssertUnwindSafe(|| self.look(question)));
        match answered {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(EnvError::Refused(denial))) => Ok(Answer::Refused {
                class: denial.class.number(),
                text: denial.text,
            }),
            Ok(Err(EnvError::Fault(text))) => Ok(Answer::Fault(text)),
            Err(_) => Err("it asked what no rule expects".to_owned()),
        }
    }

    fn look(&mut self, question: Question) -> Result<Answer, EnvError> {
        let env = &mut self.env;
        Ok(match question {
            Question::Module => {
                let block = self.blocks.find(&self.spec.module);
                let block = block.map_err(|Lacking(text)| EnvError::Fault(text))?;
                Answer::Block(Bytes(block.bytes().to_vec()))
            }
            Question::Spendable(account) => Answer::Mana(env.spendable(&account)?),
            Question::Reputation(account) => Answer::Reputation(env.reputation(&account)?),
            Question::Parameter(name) => env
                .parameter(&name)?
                .map_or(Answer::Nothing, Answer::Parameter),
            Question::ListedBlock(cid) => Answer::Block(Bytes(env.listed_block(&cid)?)),
            Question::Job(id) => Env::job(env, &id)?.map_or(Answer::Nothing, Answer::Job),
            Question::PendingJobs => Answer::PendingJobs(env.pending_jobs()?),
            Question::ChildHold(child) => Answer::Mana(env.child_hold(&child)?),
            Question::ProposalFee => Answer::Mana(env.proposal_fee()?),
            Question::Proposal(id) => {
                let view = env.proposal(&id)?.map(Box::new);
                view.map_or(Answer::Nothing, Answer::Proposal)
            }
            Question::Closing(id) => Answer::Status(env.closing(&id)?),
            Question::Circuit(id) => env.circuit(&id)?.map_or(Answer::Nothing, circuit),
            Question::VerifyProof {
                request,
                revocation,
            } => match env.verify_proof(&read(&request)?, revocation)? {
                Verified::Holds(taken) => Answer::Holds { taken },
                Verified::Fails => Answer::Fails,
            },
            Question::Prove { request, call } => {
                Answer::Proved(Bytes(env.prove(&read(&request)?, call)?))
            }
            Question::Apply(effect) => {
                env.apply(&effect, self.effects.len() as u64)?;
                self.effects.push(*effect);
                Answer::Done
            }
        })
    }

    /// Takes a block that the run has written.
    pub(super) fn wrote(&mut self, bytes: Bytes) -> Result<(), Nonsense> {
        let block = Block::raw(bytes.0).map_err(|error| error.to_string())?;
        let (found, size) = (*block.cid(), block.bytes().len());
        let asked = self.effects.iter().any(
            |effect| matches!(effect, Effect::PutBlock { cid, bytes } if *cid == found && *bytes == size as u64),
        );
        if !asked || self.written.iter().any(|block| *block.cid() == found) {
            return Err(format!("it wrote block {found}, for which it did not ask"));
        }
        self.written_bytes = self.written_bytes.saturating_add(size);
        if self.written_bytes > WRITTEN_BYTES_MAX {
            return Err(format!("it wrote more than {WRITTEN_BYTES_MAX} bytes"));
        }
        self.written.push(block);
        Ok(())
    }

    /// Tells who wants to know that there is no outcome.
    pub(super) fn fail(self, fault: WorkerFault) {
        (self.tell)(Err(fault));
    }

    /// Tells who wants to know what came of it, if it can be. It is counted before anybody knows.
    pub(super) fn end(mut self, ended: Ended, count: impl FnOnce(bool)) -> Result<(), Nonsense> {
        let checked = self.check(ended);
        count(checked.is_ok());
        match checked {
            Ok((outcome, blocks, why)) => {
                let asked = self.env.into_book().into_asked();
                (self.tell)(Ok(Done {
                    outcome,
                    blocks,
                    asked,
                    why,
                }));
                Ok(())
            }
            Err(what) => {
                (self.tell)(Err(WorkerFault::Nonsense(what.clone())));
                Err(what)
            }
        }
    }

    fn check(&mut self, ended: Ended) -> Result<(Outcome, Vec<Block>, Option<String>), Nonsense> {
        let outcome = ended.outcome;
        self.within_limits(&outcome)?;
        let written = std::mem::take(&mut self.written);
        if outcome.exit.is_ok() {
            let put = self.effects.iter().filter_map(|effect| match effect {
                Effect::PutBlock { cid, .. } => Some(*cid),
                _ => None,
            });
            let put: BTreeSet<Cid> = put.collect();
            if outcome.effects != self.effects || put.len() != written.len() {
                return Err("its effects are not those that it asked for".to_owned());
            }
        } else if !outcome.effects.is_empty() || !written.is_empty() {
            return Err("it failed and has effects".to_owned());
        }
        if ended.output.len() > OUTPUT_BYTES_MAX || ended.log.len() > LOG_BYTES_MAX {
            return Err("it wrote more than a run may".to_owned());
        }
        let unreadable = |error: codec::CodecError| error.to_string();
        let journal: Journal = codec::decode(&ended.journal).map_err(unreadable)?;
        let contents = [
            (Content::raw(ended.output.0), outcome.output),
            (Content::raw(ended.log.0), outcome.log),
            (Content::value(&journal), outcome.journal),
        ];
        let mut blocks = Vec::with_capacity(contents.len() + written.len());
        for (content, said) in contents {
            let content = content.map_err(unreadable)?;
            if content.cid() != said {
                return Err(format!("what it wrote is not {said}"));
            }
            for (cid, bytes) in content.blocks() {
                blocks.push(Block::check(cid, bytes).map_err(|error| error.to_string())?);
            }
        }
        blocks.extend(written);
        let why = ended.why.map(|why| shortened(&why).to_owned());
        Ok((outcome, blocks, why))
    }

    fn within_limits(&self, outcome: &Outcome) -> Result<(), Nonsense> {
        let memory_max = u64::from(self.spec.memory_pages) * PAGE_BYTES;
        let known = |number: u16| icn_abi::CALLS.iter().any(|call| call.number == number);
        let fits = outcome.engine == ENGINE
            && outcome.fuel_used <= self.spec.fuel_limit
            && outcome.memory_peak <= memory_max
            && outcome.host_calls.len() <= icn_abi::CALLS.len()
            && outcome.host_calls.iter().all(|stats| known(stats.call));
        if fits {
            Ok(())
        } else {
            Err("its outcome is beyond the job's limits".to_owned())
        }
    }
}

impl std::fmt::Debug for Flight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Flight({})", self.spec.module)
    }
}

/// A text of a worker, as much of it as is shown.
pub(super) fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

const fn circuit(info: CircuitInfo) -> Answer {
    Answer::Circuit {
        bls12_381: info.bls12_381,
        inputs: info.inputs,
        constraints: info.constraints,
        price: info.price,
    }
}

/// Reads a request that the worker has read before.
fn read<T: DeserializeOwned>(request: &str) -> Result<T, EnvError> {
    serde_json::from_str(request)
        .map_err(|error| Denial::new(Class::Serialization, error.to_string()).into())
}
