//! One file of the corpus: its modules, instances and assertions, in order.

use super::Entry;
use super::value::{argument, matches};
use crate::gate;
use crate::meter::{self, CounterExports, Counters};
use std::collections::{BTreeMap, BTreeSet};
use wasmtime::{
    Engine, Error, Extern, Func, Global, GlobalType, Instance, Linker, Memory, MemoryType, Module,
    Mutability, Ref, RefType, Result, Store, Table, TableType, Trap, Val, ValType,
};
use wast::core::WastRetCore;
use wast::parser::{self, ParseBuffer};
use wast::token::Id;
use wast::{QuoteWat, Wast, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

/// As much as no test uses.
const FUEL: u64 = 1 << 50;

/// What became of the modules of a file.
#[derive(Clone)]
struct Running {
    instance: Instance,
    counters: Counters,
}

pub(super) struct Book {
    pub(super) entry: Entry,
    pub(super) held: u32,
    pub(super) messages: Vec<String>,
    store: Store<()>,
    linker: Linker<()>,
    /// By name, and the last one under the empty name. `None` was refused.
    instances: BTreeMap<String, Option<Running>>,
    definitions: BTreeMap<String, Vec<u8>>,
    /// Names under which modules would be registered that were refused.
    absent: BTreeSet<String>,
}

/// How something was executed.
enum Ended {
    Values(Vec<Val>),
    Trapped(Error, bool),
    /// The module it needs was refused, so nothing can be said.
    Refused,
}

impl Book {
    pub(super) fn new(engine: &Engine) -> Self {
        let mut store = Store::new(engine, ());
        store.set_epoch_deadline(1 << 40);
        let mut linker = Linker::new(engine);
        linker.allow_shadowing(true);
        spectest(&mut linker, &mut store).unwrap();
        Self {
            entry: Entry::default(),
            held: 0,
            messages: Vec::new(),
            store,
            linker,
            instances: BTreeMap::new(),
            definitions: BTreeMap::new(),
            absent: BTreeSet::new(),
        }
    }

    pub(super) fn read(&mut self, text: &str) {
        let mut lexer = wast::lexer::Lexer::new(text);
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer).unwrap();
        let wast = parser::parse::<Wast<'_>>(&buffer).unwrap();
        for directive in wast.directives {
            let (line, _) = directive.span().linecol_in(text);
            match self.directive(directive) {
                Ok(true) => self.held += 1,
                Ok(false) => {}
                Err(why) => {
                    self.entry.failed += 1;
                    self.messages.push(format!("line {}: {why}", line + 1));
                }
            }
        }
    }

    /// Whether the directive held, or could not be tried.
    fn directive(&mut self, directive: WastDirective<'_>) -> std::result::Result<bool, String> {
        match directive {
            WastDirective::Module(mut module) => {
                let name = name(module.name());
                let bytes = module.encode().map_err(|error| error.to_string())?;
                self.module(&name, &bytes)
            }
            WastDirective::ModuleDefinition(mut module) => {
                let name = name(module.name());
                let bytes = module.encode().map_err(|error| error.to_string())?;
                self.definitions.insert(name, bytes.clone());
                self.definitions.insert(String::new(), bytes);
                Ok(true)
            }
            WastDirective::ModuleInstance {
                instance, module, ..
            } => {
                let bytes = self
                    .definitions
                    .get(&name(module))
                    .cloned()
                    .unwrap_or_default();
                self.module(&name(instance), &bytes)
            }
            WastDirective::AssertMalformed { module, .. }
            | WastDirective::AssertInvalid { module, .. } => Self::invalid(module),
            WastDirective::AssertMalformedCustom { .. }
            | WastDirective::AssertInvalidCustom { .. } => Ok(false),
            WastDirective::Register {
                name: known,
                module,
                ..
            } => {
                let running = self.instances.get(&name(module)).cloned().flatten();
                let Some(Running { instance, .. }) = running else {
                    self.absent.insert(known.to_owned());
                    return Ok(false);
                };
                self.absent.remove(known);
                let linked = self.linker.instance(&mut self.store, known, instance);
                linked.map_err(|error| error.to_string())?;
                Ok(true)
            }
            WastDirective::Invoke(invoke) => match self.invoke(invoke) {
                Ended::Values(_) => Ok(true),
                Ended::Trapped(error, _) => Err(format!("{error:#}")),
                Ended::Refused => Ok(false),
            },
            WastDirective::AssertReturn { exec, results, .. } => self.returns(exec, &results),
            WastDirective::AssertTrap { exec, message, .. } => self.traps(exec, message),
            WastDirective::AssertExhaustion { call, .. } => match self.invoke(call) {
                Ended::Trapped(_, true) => Ok(true),
                Ended::Refused => Ok(false),
                Ended::Values(_) | Ended::Trapped(..) => Err("the stack was not spent".to_owned()),
            },
            WastDirective::AssertUnlinkable { module, .. } => {
                let mut module = QuoteWat::Wat(module);
                let bytes = module.encode().map_err(|error| error.to_string())?;
                match self.instantiate(&bytes) {
                    Ok(None) => Ok(false),
                    Err(error) if error.downcast_ref::<Trap>().is_none() => Ok(true),
                    Ok(Some(_)) | Err(_) => Err("it was linked".to_owned()),
                }
            }
            WastDirective::AssertException { .. } => Ok(false),
            _ => Err("a directive that this reader does not know".to_owned()),
        }
    }

    fn module(&mut self, name: &str, bytes: &[u8]) -> std::result::Result<bool, String> {
        let running = self
            .instantiate(bytes)
            .map_err(|error| format!("{error:#}"));
        let known = running.as_ref().ok().cloned().flatten();
        self.instances.insert(name.to_owned(), known.clone());
        self.instances.insert(String::new(), known);
        running.map(|running| running.is_some())
    }

    /// An instance of a module that the gate's bounds and profile admit. Whether it is a guest, with
    /// memory, entry point and known imports, is not asked here.
    fn instantiate(&mut self, bytes: &[u8]) -> Result<Option<Running>> {
        let (reasons, shape) = gate::judge(bytes);
        if !reasons.is_empty() {
            self.entry.refused += 1;
            self.entry.because.extend(reasons);
            return Ok(None);
        }
        let metered = meter::instrument(bytes, &shape).map_err(Error::new)?;
        let module = Module::from_binary(self.store.engine(), &metered)?;
        if module
            .imports()
            .any(|import| self.absent.contains(import.module()))
        {
            self.entry.refused += 1;
            let imported = "what it imports was refused".to_owned();
            self.entry.because.insert(imported);
            return Ok(None);
        }
        let exports = CounterExports::of(&module);
        let instance = self.linker.instantiate(&mut self.store, &module)?;
        let counters = exports
            .and_then(|exports| Counters::fill(&mut self.store, &instance, &exports, FUEL))
            .ok_or_else(|| Error::msg("no counters"))?;
        if let Some(start) = instance.get_func(&mut self.store, meter::START) {
            start.call(&mut self.store, &[], &mut [])?;
        }
        Ok(Some(Running { instance, counters }))
    }

    fn invalid(mut module: QuoteWat<'_>) -> std::result::Result<bool, String> {
        // What is malformed as text never becomes bytes, and text is refused anyway.
        let Ok(bytes) = module.encode() else {
            return Ok(false);
        };
        let (reasons, _) = gate::judge(&bytes);
        if reasons.is_empty() {
            Err("it was admitted".to_owned())
        } else {
            Ok(true)
        }
    }

    fn returns(
        &mut self,
        exec: WastExecute<'_>,
        expected: &[WastRet<'_>],
    ) -> std::result::Result<bool, String> {
        let values = match self.execute(exec) {
            Ended::Values(values) => values,
            Ended::Trapped(error, _) => return Err(format!("{error:#}")),
            Ended::Refused => return Ok(false),
        };
        let expected: Vec<&WastRetCore<'_>> = expected
            .iter()
            .filter_map(|ret| match ret {
                WastRet::Core(ret) => Some(ret),
                _ => None,
            })
            .collect();
        let equal = values.len() == expected.len()
            && values
                .iter()
                .zip(&expected)
                .all(|(value, ret)| matches(value, ret));
        if equal {
            Ok(true)
        } else {
            Err(format!("{values:?} instead of {expected:?}"))
        }
    }

    fn traps(&mut self, exec: WastExecute<'_>, message: &str) -> std::result::Result<bool, String> {
        match self.execute(exec) {
            Ended::Trapped(error, _) => {
                let trap = error.downcast_ref::<Trap>().map(ToString::to_string);
                let trap = trap.unwrap_or_else(|| format!("{error:#}"));
                if says(&trap, message) {
                    Ok(true)
                } else {
                    Err(format!("{trap}, not {message}"))
                }
            }
            Ended::Refused => Ok(false),
            Ended::Values(_) => Err("it did not trap".to_owned()),
        }
    }

    fn execute(&mut self, exec: WastExecute<'_>) -> Ended {
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke),
            WastExecute::Wat(module) => {
                let bytes = match module {
                    Wat::Module(mut module) => module.encode(),
                    Wat::Component(mut component) => component.encode(),
                };
                match self.instantiate(&bytes.unwrap()) {
                    Ok(Some(_)) => Ended::Values(Vec::new()),
                    Ok(None) => Ended::Refused,
                    Err(error) => Ended::Trapped(error, false),
                }
            }
            WastExecute::Get { module, global, .. } => {
                let Some(Some(running)) = self.instances.get(&name(module)).cloned() else {
                    return Ended::Refused;
                };
                match running.instance.get_global(&mut self.store, global) {
                    Some(global) => Ended::Values(vec![global.get(&mut self.store)]),
                    None => Ended::Trapped(Error::msg("no such global"), false),
                }
            }
        }
    }

    fn invoke(&mut self, invoke: WastInvoke<'_>) -> Ended {
        let Some(Some(running)) = self.instances.get(&name(invoke.module)).cloned() else {
            return Ended::Refused;
        };
        let Some(function) = running.instance.get_func(&mut self.store, invoke.name) else {
            return Ended::Trapped(Error::msg("no such function"), false);
        };
        let arguments: Option<Vec<Val>> = invoke.args.iter().map(argument).collect();
        let Some(arguments) = arguments else {
            return Ended::Refused;
        };
        let count = function.ty(&self.store).results().len();
        let mut results = vec![Val::I32(0); count];
        running.counters.refill(&mut self.store, FUEL);
        match function.call(&mut self.store, &arguments, &mut results) {
            Ok(()) => Ended::Values(results),
            Err(error) => {
                let spent = running.counters.exhausted(&mut self.store).is_some();
                Ended::Trapped(error, spent)
            }
        }
    }
}

fn name(id: Option<Id<'_>>) -> String {
    id.map_or_else(String::new, |id| id.name().to_owned())
}

/// Whether the engine's words for a trap are those of the specification.
fn says(trap: &str, message: &str) -> bool {
    let same = [
        ("out of bounds memory access", "out of bounds memory access"),
        (
            "undefined element: out of bounds table access",
            "out of bounds table access",
        ),
        (
            "undefined element: out of bounds table access",
            "undefined element",
        ),
        ("uninitialized element", "uninitialized"),
        ("uninitialized element", "undefined element"),
        ("indirect call type mismatch", "indirect call type mismatch"),
        ("integer overflow", "integer overflow"),
        ("integer divide by zero", "integer divide by zero"),
        (
            "invalid conversion to integer",
            "invalid conversion to integer",
        ),
        ("wasm `unreachable` instruction executed", "unreachable"),
    ];
    same.iter()
        .any(|(ours, theirs)| trap.contains(ours) && message.starts_with(theirs))
}

/// The module that the corpus imports from.
fn spectest(linker: &mut Linker<()>, store: &mut Store<()>) -> Result<()> {
    linker.func_wrap("spectest", "print", || {})?;
    linker.func_wrap("spectest", "print_i32", |_: i32| {})?;
    linker.func_wrap("spectest", "print_i64", |_: i64| {})?;
    linker.func_wrap("spectest", "print_f32", |_: f32| {})?;
    linker.func_wrap("spectest", "print_f64", |_: f64| {})?;
    linker.func_wrap("spectest", "print_i32_f32", |_: i32, _: f32| {})?;
    linker.func_wrap("spectest", "print_f64_f64", |_: f64, _: f64| {})?;
    for (name, ty, value) in [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::F32(666.6f32.to_bits())),
        ("global_f64", ValType::F64, Val::F64(666.6f64.to_bits())),
    ] {
        let global = Global::new(&mut *store, GlobalType::new(ty, Mutability::Const), value)?;
        linker.define(&mut *store, "spectest", name, Extern::Global(global))?;
    }
    let table = TableType::new(RefType::FUNCREF, 10, Some(20));
    let table = Table::new(&mut *store, table, Ref::Func(None::<Func>))?;
    linker.define(&mut *store, "spectest", "table", table)?;
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)))?;
    linker.define(&mut *store, "spectest", "memory", memory)?;
    Ok(())
}
