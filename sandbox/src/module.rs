//! Modules that are ready to run: judged, metered, compiled and linked once, then used by every
//! run.

use crate::cache::Cache;
use crate::fault::NodeFault;
use crate::gate::{self, Admitted, Export, Facts, Report};
use crate::host::Host;
use crate::linker::link;
use crate::meter::{self, Opening, Shape};
use icn_base::Cid;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::{Engine, InstancePre, Module, ModuleExport};

/// What is known of a module.
#[derive(Clone)]
pub(crate) enum Known {
    /// It may run.
    Ready(Arc<Ready>),
    /// It may not.
    Refused(Arc<Report>),
}

/// A module that can be run at once.
pub(crate) struct Ready {
    pub(crate) instance: InstancePre<Host>,
    pub(crate) opening: Opening,
    pub(crate) exports: Vec<Export>,
    pub(crate) memory: ModuleExport,
    pub(crate) counters: meter::CounterExports,
    /// What is called before the entry point, if the module has it: its start function, and
    /// `_initialize`, which modules built as libraries export.
    pub(crate) before: Vec<&'static str>,
}

impl Ready {
    fn new(engine: &Engine, module: &Module, facts: Facts) -> Result<Self, NodeFault> {
        let failed = |error: wasmtime::Error| NodeFault::Engine(format!("{error:#}"));
        let linker = link(engine, &facts.imports).map_err(failed)?;
        let absent = || NodeFault::Engine("a metered module lacks its own exports".to_owned());
        let before = [meter::START, INITIALIZE];
        Ok(Self {
            instance: linker.instantiate_pre(module).map_err(failed)?,
            opening: facts.opening,
            memory: module.get_export_index("memory").ok_or_else(absent)?,
            counters: meter::CounterExports::of(module).ok_or_else(absent)?,
            before: before
                .into_iter()
                .filter(|name| {
                    let export = facts.exports.iter().find(|export| export.name == *name);
                    module.get_export_index(name).is_some() && export.is_none_or(|e| e.entry)
                })
                .collect(),
            exports: facts.exports,
        })
    }
}

/// What a module built as a library wants called first.
const INITIALIZE: &str = "_initialize";

/// The modules that are ready, the ones used last.
pub(crate) struct Shelf {
    engine: Engine,
    cache: Option<Cache>,
    size: usize,
    known: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    by_cid: BTreeMap<Cid, (u64, Known)>,
    clock: u64,
}

impl Shelf {
    pub(crate) fn new(engine: &Engine, cache: Option<Cache>, size: usize) -> Self {
        Self {
            engine: engine.clone(),
            cache,
            size,
            known: Mutex::default(),
        }
    }

    /// The module of this name, whose bytes `code` are.
    pub(crate) fn get(&self, cid: Cid, code: &[u8]) -> Result<Known, NodeFault> {
        if let Some(known) = self.find(&cid) {
            return Ok(known);
        }
        // Bytes under a wrong name would be served to every later run of that name.
        if !cid.names(code) {
            return Err(NodeFault::WrongModule(cid));
        }
        let known = self.make(cid, code)?;
        self.keep(cid, known.clone());
        Ok(known)
    }

    fn make(&self, cid: Cid, code: &[u8]) -> Result<Known, NodeFault> {
        let cached = self
            .cache
            .as_ref()
            .and_then(|cache| cache.load(&self.engine, &cid));
        let (module, facts) = match cached {
            Some(cached) => cached,
            None => match gate::admit(code) {
                Ok(admitted) => self.compile(cid, code, admitted)?,
                Err(report) => return Ok(Known::Refused(Arc::new(report))),
            },
        };
        let ready = Ready::new(&self.engine, &module, facts)?;
        Ok(Known::Ready(Arc::new(ready)))
    }

    fn compile(
        &self,
        cid: Cid,
        code: &[u8],
        admitted: Admitted,
    ) -> Result<(Module, Facts), NodeFault> {
        let Admitted { shape, facts } = admitted;
        let module = compile(&self.engine, code, &shape)?;
        if let Some(cache) = &self.cache {
            cache.store(&cid, &module, &facts);
        }
        Ok((module, facts))
    }

    fn find(&self, cid: &Cid) -> Option<Known> {
        let mut books = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        books.clock += 1;
        let now = books.clock;
        let (used, known) = books.by_cid.get_mut(cid)?;
        *used = now;
        Some(known.clone())
    }

    fn keep(&self, cid: Cid, known: Known) {
        let mut books = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        books.clock += 1;
        let now = books.clock;
        books.by_cid.insert(cid, (now, known));
        while books.by_cid.len() > self.size.max(1) {
            let oldest = books.by_cid.iter().min_by_key(|(_, (used, _))| *used);
            let Some(oldest) = oldest.map(|(cid, _)| *cid) else {
                break;
            };
            books.by_cid.remove(&oldest);
        }
    }
}

/// Machine code for an admitted module, with the counting code inside.
pub(crate) fn compile(engine: &Engine, code: &[u8], shape: &Shape) -> Result<Module, NodeFault> {
    let metered =
        meter::instrument(code, shape).map_err(|error| NodeFault::Compile(error.to_string()))?;
    Module::from_binary(engine, &metered).map_err(|error| NodeFault::Compile(format!("{error:#}")))
}
