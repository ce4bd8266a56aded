//! One run: from a job to its outcome.

use crate::clock::Clock;
use crate::engine::GUEST_STACK_BYTES;
use crate::env::Env;
use crate::fault::{End, NodeFault};
use crate::gate::{self, Report};
use crate::host::{Host, Parts, lend};
use crate::meter::{Counters, ENGINE, Exhausted};
use crate::module::{Known, Ready};
use crate::trace::{self, Diagnosis};
use crate::{Run, Sandbox};
use icn_abi::ManaRule;
use icn_base::codec::CodecError;
use icn_base::limits::MEMORY_PAGES_MAX;
use icn_base::run::{CallStats, Content, Exit, Outcome, RefusalCode, TrapCode};
use icn_base::{Cid, Mana};
use std::sync::Arc;
use wasmtime::{Error, Instance, Store, Trap};

/// What is left of a run.
#[derive(Clone, Debug)]
pub struct Finished {
    /// What any machine would say.
    pub outcome: Outcome,
    /// The output, under the CID that the outcome names.
    pub output: Content,
    /// The log.
    pub log: Content,
    /// The journal.
    pub journal: Content,
    /// Blocks that the run wrote; they count only if its effects are applied.
    pub blocks: Vec<(Cid, Vec<u8>)>,
    /// Why it failed, for people. Not part of any claim.
    pub diagnosis: Option<Diagnosis>,
    /// The gate's report, if the module was refused.
    pub report: Option<Arc<Report>>,
}

/// Native stack that must be left when a run begins: what guest code may use, and room for the host
/// below it.
pub(crate) const STACK_NEEDED: usize = GUEST_STACK_BYTES + 1024 * 1024;

pub(crate) fn run(
    sandbox: &Sandbox,
    job: &Arc<Run>,
    env: &mut dyn Env,
) -> Result<Finished, NodeFault> {
    if job.spec.memory_pages > MEMORY_PAGES_MAX {
        return Err(NodeFault::Limits("memory_pages"));
    }
    if i64::try_from(job.spec.fuel_limit).is_err() {
        return Err(NodeFault::Limits("fuel_limit"));
    }
    let block = env.block();
    let host = Host::new(Arc::clone(job), block);
    let ready = match sandbox.shelf.get(job.spec.module, &job.code)? {
        Known::Ready(ready) => ready,
        Known::Refused(report) => {
            let code = report.code().unwrap_or(RefusalCode::Malformed);
            return Ok(Finished {
                report: Some(report),
                ..finish(host, Exit::Refused(code), 0)?
            });
        }
    };
    let entry = match gate::entry(&ready.exports, &job.spec.entry) {
        Ok(entry) => entry,
        Err(refusal) => {
            let mut finished = finish(host, Exit::Refused(refusal.code), 0)?;
            finished.diagnosis = Some(Diagnosis::new(refusal.to_string()));
            return Ok(finished);
        }
    };
    // The price of opening the module, before anything is opened.
    let Some(fuel) = job.spec.fuel_limit.checked_sub(ready.opening.fuel()) else {
        return finish(host, Exit::OutOfFuel, job.spec.fuel_limit);
    };
    stacker::maybe_grow(STACK_NEEDED, STACK_NEEDED + 1024 * 1024, || {
        lend(env, || {
            Flight::start(sandbox, host).fly(&ready, entry, fuel)
        })
    })
}

/// A run that is under way.
struct Flight<'a> {
    store: Store<Host>,
    sandbox: &'a Sandbox,
}

impl<'a> Flight<'a> {
    fn start(sandbox: &'a Sandbox, host: Host) -> Self {
        let mut store = Store::new(&sandbox.engine, host);
        store.limiter(|host| host);
        store.set_epoch_deadline(Clock::ticks(store.data().run.wall_ms));
        store.epoch_deadline_trap();
        Self { store, sandbox }
    }

    fn fly(mut self, ready: &Ready, entry: &str, fuel: u64) -> Result<Finished, NodeFault> {
        let limit = self.store.data().run.spec.fuel_limit;
        let running = self.sandbox.clock.run();
        let mut counters = None;
        let ended = self.execute(ready, entry, fuel, &mut counters);
        drop(running);

        let exhausted = counters.and_then(|counters| counters.exhausted(&mut self.store));
        let left = counters.map_or(fuel, |counters| counters.left(&mut self.store));
        let (exit, diagnosis) = match ended {
            Ok(value) => (Exit::Ok(value), None),
            Err(error) => {
                let run = &self.store.data().run;
                let exit = exit(&error, exhausted, run.wall_ms)?;
                (exit, Some(trace::diagnose(&error, exit, &run.code)))
            }
        };
        // The counters have the last word: code between two tests may return after the fuel is
        // spent.
        let exit = exhausted.map_or(exit, by_counters);
        finish(self.store.into_data(), exit, limit - left).map(|finished| Finished {
            diagnosis: if exit.is_ok() { None } else { diagnosis },
            ..finished
        })
    }

    fn execute(
        &mut self,
        ready: &Ready,
        entry: &str,
        fuel: u64,
        counters: &mut Option<Counters>,
    ) -> Result<i64, Error> {
        let instance = ready.instance.instantiate(&mut self.store)?;
        let lacking = || Error::msg("a metered module lacks its own exports");
        let filled = Counters::fill(&mut self.store, &instance, &ready.counters, fuel);
        let filled = filled.ok_or_else(lacking)?;
        *counters = Some(filled);
        let memory = instance.get_module_export(&mut self.store, &ready.memory);
        let memory = memory
            .and_then(wasmtime::Extern::into_memory)
            .ok_or_else(lacking)?;
        self.store.data_mut().parts = Some(Parts {
            memory,
            counters: filled,
        });
        for name in ready.before.iter().filter(|name| **name != entry) {
            self.call(&instance, name)?;
        }
        self.call(&instance, entry)
    }

    fn call(&mut self, instance: &Instance, name: &str) -> Result<i64, Error> {
        if let Ok(entry) = instance.get_typed_func::<(), i64>(&mut self.store, name) {
            return entry.call(&mut self.store, ());
        }
        let entry = instance.get_typed_func::<(), ()>(&mut self.store, name)?;
        entry.call(&mut self.store, ()).map(|()| 0)
    }
}

const fn by_counters(exhausted: Exhausted) -> Exit {
    match exhausted {
        Exhausted::Fuel => Exit::OutOfFuel,
        Exhausted::Stack => Exit::TooDeep,
    }
}

/// How a run ended that did not return.
fn exit(error: &Error, exhausted: Option<Exhausted>, wall_ms: u64) -> Result<Exit, NodeFault> {
    match error.downcast_ref::<End>() {
        Some(End::Fault(fault)) => return Err(fault.clone()),
        Some(End::Abi(_)) => return Ok(Exit::Trap(TrapCode::HostAbi)),
        Some(End::Memory(_)) => return Ok(Exit::OutOfMemory),
        Some(End::Fuel) => return Ok(Exit::OutOfFuel),
        None => {}
    }
    let Some(trap) = error.downcast_ref::<Trap>() else {
        return Err(NodeFault::Engine(format!("{error:#}")));
    };
    let code = match trap {
        Trap::Interrupt => return Err(NodeFault::WallClock { ms: wall_ms }),
        Trap::StackOverflow => return Err(NodeFault::NativeStack),
        Trap::UnreachableCodeReached => match exhausted {
            Some(exhausted) => return Ok(by_counters(exhausted)),
            None => TrapCode::Unreachable,
        },
        Trap::MemoryOutOfBounds => TrapCode::MemoryOutOfBounds,
        Trap::TableOutOfBounds => TrapCode::TableOutOfBounds,
        Trap::IndirectCallToNull => TrapCode::IndirectCallToNull,
        Trap::BadSignature => TrapCode::BadSignature,
        Trap::IntegerOverflow => TrapCode::IntegerOverflow,
        Trap::IntegerDivisionByZero => TrapCode::DivisionByZero,
        Trap::BadConversionToInteger => TrapCode::BadConversion,
        other => return Err(NodeFault::Engine(format!("an unexpected trap: {other}"))),
    };
    Ok(Exit::Trap(code))
}

fn finish(host: Host, exit: Exit, fuel_used: u64) -> Result<Finished, NodeFault> {
    let unwritable = |error: CodecError| NodeFault::Engine(error.to_string());
    let output = Content::raw(host.output).map_err(unwritable)?;
    let log = Content::raw(host.log).map_err(unwritable)?;
    let journal = Content::value(&host.journal.finish()).map_err(unwritable)?;
    let rows = icn_abi::CALLS.iter().zip(&host.stats);
    let host_calls = rows
        .filter(|(_, stat)| stat.count > 0)
        .map(|(call, stat)| {
            let ended_well = exit.is_ok();
            // What was set aside for proofs goes back when nothing of the run stands.
            let lost = !ended_well && call.mana == ManaRule::ProofPrice;
            let back = if lost { stat.mana } else { Mana::ZERO };
            CallStats {
                call: call.number,
                count: stat.count,
                fuel: stat.fuel,
                mana: if ended_well { stat.mana } else { Mana::ZERO },
                refunded: stat.refunded.plus(back).unwrap_or(stat.refunded),
            }
        })
        .collect();
    let outcome = Outcome {
        exit,
        output: output.cid(),
        log: log.cid(),
        effects: if exit.is_ok() {
            host.effects
        } else {
            Vec::new()
        },
        fuel_used,
        memory_peak: host.memory_peak,
        host_calls,
        journal: journal.cid(),
        engine: ENGINE.to_owned(),
    };
    let blocks = if exit.is_ok() {
        host.blocks.into_iter().collect()
    } else {
        Vec::new()
    };
    Ok(Finished {
        outcome,
        output,
        log,
        journal,
        blocks,
        diagnosis: None,
        report: None,
    })
}
