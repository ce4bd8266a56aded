//! The host's side of one run: everything a guest's calls read and change. It lives as long as the
//! store.

use crate::env::{Denial, Env, EnvError};
use crate::meter::Counters;
use crate::{Run, grants::Grants, journal::Recorder};
use icn_abi::Class;
use icn_base::limits::{EFFECTS_MAX, LOG_BYTES_MAX, OUTPUT_BYTES_MAX};
use icn_base::run::{BlockInfo, Effect};
use icn_base::{Cid, Mana};
use scoped_tls_hkt::scoped_thread_local;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasmtime::Memory;

// A store's data must own all it holds, and an environment is only lent for a run. So it waits here
// while guest code runs on this thread.
scoped_thread_local!(static mut ENV: for<'a> &'a mut (dyn Env + 'a));

/// Runs `body` with the environment within reach of host calls.
pub(crate) fn lend<R>(env: &mut dyn Env, body: impl FnOnce() -> R) -> R {
    ENV.set(env, body)
}

/// What a run reads, and what it has done so far.
pub(crate) struct Host {
    pub(crate) run: Arc<Run>,
    pub(crate) block: BlockInfo,
    /// Set once the instance stands; no guest code runs before.
    pub(crate) parts: Option<Parts>,
    pub(crate) memory_peak: u64,
    pub(crate) table_elements: u64,
    pub(crate) grants: Grants,
    pub(crate) effects: Vec<Effect>,
    /// Blocks that this run wrote.
    pub(crate) blocks: BTreeMap<Cid, Vec<u8>>,
    pub(crate) children: u32,
    /// Proofs that were looked at or made.
    pub(crate) proofs: u32,
    pub(crate) output: Vec<u8>,
    pub(crate) log: Vec<u8>,
    pub(crate) journal: Recorder,
    /// What call 9 reads.
    pub(crate) last: Last,
    /// By place in the table.
    pub(crate) stats: Vec<Stat>,
    /// Host calls made so far.
    pub(crate) calls: u64,
}

/// What of the instance host calls need.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) memory: Memory,
    pub(crate) counters: Counters,
}

/// The last answer, or the text of the last refusal.
pub(crate) enum Last {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The run's input, which need not be copied to be kept.
    Input,
}

/// What one host call has cost so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stat {
    pub(crate) count: u64,
    pub(crate) fuel: u64,
    pub(crate) mana: Mana,
    pub(crate) refunded: Mana,
}

impl Host {
    pub(crate) fn new(run: Arc<Run>, block: BlockInfo) -> Self {
        Self {
            grants: Grants::new(&run.spec.grants),
            run,
            block,
            parts: None,
            memory_peak: 0,
            table_elements: 0,
            effects: Vec::new(),
            blocks: BTreeMap::new(),
            children: 0,
            proofs: 0,
            output: Vec::new(),
            log: Vec::new(),
            journal: Recorder::default(),
            last: Last::Bytes(Vec::new()),
            stats: vec![Stat::default(); icn_abi::CALLS.len()],
            calls: 0,
        }
    }

    /// Asks the environment.
    pub(crate) fn env<R>(&self, ask: impl FnOnce(&mut dyn Env) -> R) -> R {
        ENV.with(|env| ask(env))
    }

    /// Applies an effect that moves so much mana to the scratch copy, and notes it with what is
    /// then left of the grants. If it is refused, nothing has changed.
    pub(crate) fn effect(
        &mut self,
        call: u16,
        effect: Effect,
        mana: Mana,
        left: Grants,
    ) -> Result<(), EnvError> {
        if self.effects.len() == EFFECTS_MAX {
            let text = format!("a run has at most {EFFECTS_MAX} effects");
            return Err(Denial::new(Class::ResourceLimitExceeded, text).into());
        }
        let index = self.effects.len() as u64;
        self.env(|env| env.apply(&effect, index))?;
        self.effects.push(effect);
        self.grants = left;
        if let Some(stat) = self.stat(call) {
            stat.mana = stat.mana.plus(mana).unwrap_or(stat.mana);
        }
        Ok(())
    }

    /// Notes mana that was set aside for a call which came to nothing.
    pub(crate) fn give_back(&mut self, call: u16, mana: Mana) {
        if let Some(stat) = self.stat(call) {
            stat.refunded = stat.refunded.plus(mana).unwrap_or(stat.refunded);
        }
    }

    fn stat(&mut self, call: u16) -> Option<&mut Stat> {
        let row = icn_abi::CALLS.iter().position(|row| row.number == call)?;
        self.stats.get_mut(row)
    }

    /// What call 9 reads.
    pub(crate) fn last(&self) -> &[u8] {
        match &self.last {
            Last::Bytes(bytes) => bytes,
            Last::Input => &self.run.input,
        }
    }

    /// Appends to the output.
    pub(crate) fn write_output(&mut self, bytes: &[u8]) -> Result<(), Denial> {
        append(&mut self.output, bytes, OUTPUT_BYTES_MAX, "output")
    }

    /// Appends to the log.
    pub(crate) fn write_log(&mut self, line: &[u8]) -> Result<(), Denial> {
        append(&mut self.log, line, LOG_BYTES_MAX, "log")
    }
}

fn append(to: &mut Vec<u8>, bytes: &[u8], max: usize, what: &str) -> Result<(), Denial> {
    if bytes.len() > max - to.len() {
        let text = format!("the {what} of a run has at most {max} bytes; nothing was appended");
        return Err(Denial::new(Class::ResourceLimitExceeded, text));
    }
    to.extend_from_slice(bytes);
    Ok(())
}
