//! The only door to metering: what a run costs and how deep it may call.
//!
//! Fuel and stack are counted by code that is written into the guest before it is compiled, not by
//! the engine. So they are the same on every engine and with every engine setting, they are exact
//! when a guest traps (an engine that counts in a register forgets what it has not yet stored), and
//! a tight loop pays a subtraction and a store for them instead of a spill of every register.
//!
//! Three names are added to the guest's exports: [`FUEL`] and [`STACK`], mutable globals that hold
//! what is left, and [`START`], the guest's start function, which is called after instantiation and
//! no longer by it. The first two fall below zero exactly when the run has to end, which is how
//! [`Counters`] tells an end by fuel or depth from a trap of the guest's own.
//!
//! Another schedule replaces this file and the folder beside it, under another engine name.

mod body;
mod bytes;
mod cost;
mod module;
mod opening;
mod origin;

use icn_base::limits::CALL_DEPTH_MAX;
use wasmtime::{AsContextMut, Global, Instance, Module, ModuleExport, Val};

pub(crate) use module::{Shape, instrument};
pub(crate) use opening::Opening;
pub(crate) use origin::Origins;

/// The engine and the schedule, as receipts name them. A receipt with another name cannot be
/// checked here.
pub const ENGINE: &str = "wasmtime-48/icn-1";

/// Names that begin so belong to metering; a guest that exports one is refused.
pub(crate) const RESERVED: &str = "icn:";
const FUEL: &str = "icn:fuel";
const STACK: &str = "icn:stack";
/// The guest's start function, when it has one.
pub(crate) const START: &str = "icn:start";

/// Stack slots that a call takes at least. A larger frame takes its own number of slots.
pub(crate) const FRAME_SLOTS: u32 = 512;
/// Slots that all open calls together may take: so at most [`CALL_DEPTH_MAX`] calls.
pub(crate) const STACK_SLOTS: u32 = CALL_DEPTH_MAX * FRAME_SLOTS;

/// Native stack that frames of so many slots take at most. A slot is a value of 8 bytes; the rest
/// is for what a compiler adds. `tests/depth.rs` tries frames that are made to be larger than they
/// look.
pub(crate) const fn slots_to_bytes(slots: u32) -> usize {
    slots as usize * 32
}

/// Why metering ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    /// The fuel is spent.
    Fuel,
    /// Too many calls are open, or their frames are too large.
    Stack,
}

/// The counters inside one instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counters {
    fuel: Global,
    stack: Global,
}

/// Where a module exports its counters, looked up once.
#[derive(Clone, Copy)]
pub(crate) struct CounterExports {
    fuel: ModuleExport,
    stack: ModuleExport,
}

impl CounterExports {
    pub(crate) fn of(module: &Module) -> Option<Self> {
        let fuel = module.get_export_index(FUEL)?;
        let stack = module.get_export_index(STACK)?;
        Some(Self { fuel, stack })
    }
}

impl Counters {
    /// The counters of an instance, filled with this much fuel and the whole stack.
    pub(crate) fn fill(
        mut store: impl AsContextMut,
        instance: &Instance,
        exports: &CounterExports,
        fuel: u64,
    ) -> Option<Self> {
        let counters = Self {
            fuel: instance
                .get_module_export(&mut store, &exports.fuel)?
                .into_global()?,
            stack: instance
                .get_module_export(&mut store, &exports.stack)?
                .into_global()?,
        };
        counters.set_fuel(&mut store, i64::try_from(fuel).ok()?);
        counters
            .stack
            .set(&mut store, Val::I32(STACK_SLOTS as i32))
            .ok()?;
        Some(counters)
    }

    /// Fills both again, for another call of the same instance.
    #[cfg(test)]
    pub(crate) fn refill(self, mut store: impl AsContextMut, fuel: u64) {
        self.set_fuel(&mut store, fuel.cast_signed());
        let slots = Val::I32(STACK_SLOTS.cast_signed());
        self.stack
            .set(&mut store, slots)
            .expect("the gate's own global is a mutable i32");
    }

    /// Takes fuel for work done outside the guest's own code.
    pub(crate) fn charge(self, mut store: impl AsContextMut, fuel: u64) -> Result<(), Exhausted> {
        let left = self.fuel(&mut store);
        let left = left.saturating_sub(i64::try_from(fuel).unwrap_or(i64::MAX));
        self.set_fuel(&mut store, left);
        if left < 0 {
            Err(Exhausted::Fuel)
        } else {
            Ok(())
        }
    }

    /// Fuel that is left: never below zero.
    pub(crate) fn left(self, store: impl AsContextMut) -> u64 {
        u64::try_from(self.fuel(store)).unwrap_or(0)
    }

    /// Whether the run is over by its counters, whatever else it ended with.
    pub(crate) fn exhausted(self, mut store: impl AsContextMut) -> Option<Exhausted> {
        if self.fuel(&mut store) < 0 {
            return Some(Exhausted::Fuel);
        }
        let stack = self.stack.get(&mut store).i32().unwrap_or(0);
        (stack < 0).then_some(Exhausted::Stack)
    }

    fn fuel(self, mut store: impl AsContextMut) -> i64 {
        self.fuel.get(&mut store).i64().unwrap_or(i64::MIN)
    }

    fn set_fuel(self, mut store: impl AsContextMut, left: i64) {
        self.fuel
            .set(&mut store, Val::I64(left))
            .expect("the gate's own global is a mutable i64");
    }
}
