//! The engine and its settings (decision D6). Nothing here may change what a run does, only how
//! fast it does it.

use crate::meter::{STACK_SLOTS, slots_to_bytes};
use icn_base::limits::{MEMORY_PAGES_MAX, MODULE_TABLES_MAX, PAGE_BYTES, TABLE_ELEMENTS_MAX};
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    RegallocAlgorithm, Result,
};

/// How guests are executed. Every choice gives the same outcomes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What runs the guests' code.
    pub backend: Backend,
    /// How many guests may run at once; each has a place in the pool. Zero makes instances on
    /// demand.
    pub instances: u32,
    /// Whether initial memory is mapped copy-on-write.
    pub copy_on_write: bool,
    /// Where compiled code is kept between starts, if anywhere.
    pub cache: Option<std::path::PathBuf>,
    /// Modules that are kept ready in memory.
    pub ready_modules: usize,
}

/// What runs a guest's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Machine code by Cranelift.
    Native,
    /// The portable interpreter Pulley: slower, on any machine.
    Interpreter,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            backend: Backend::Native,
            instances: 32,
            copy_on_write: true,
            cache: None,
            ready_modules: 256,
        }
    }
}

/// Native stack that guest code may use: what the counted slots take at most.
pub(crate) const GUEST_STACK_BYTES: usize = slots_to_bytes(STACK_SLOTS);

/// Bytes of memory that stay with a place in the pool after a run, instead of going back to the
/// system.
const KEEP_RESIDENT_BYTES: usize = 256 * 1024;

/// An engine by these settings.
pub(crate) fn engine(settings: &Settings) -> Result<Engine> {
    let pooled = settings.instances > 0 && settings.backend == Backend::Native;
    if pooled && let Ok(engine) = Engine::new(&config(settings, true)?) {
        return Ok(engine);
    }
    // Where so much address space is not to be had, instances are made on demand.
    Engine::new(&config(settings, false)?)
}

fn config(settings: &Settings, pooled: bool) -> Result<Config> {
    let mut config = Config::new();
    if settings.backend == Backend::Interpreter {
        config.target("pulley64")?;
    }
    // Fuel and depth are counted by injected code (see `meter`); the epoch only stops what takes
    // too much of this node's time.
    config.consume_fuel(false);
    config.epoch_interruption(true);
    config.max_wasm_stack(GUEST_STACK_BYTES);
    // Never used, but the engine wants it larger than the other.
    config.async_stack_size(2 * GUEST_STACK_BYTES);
    config.cranelift_opt_level(OptLevel::Speed);
    config.cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking);
    config.cranelift_nan_canonicalization(true);
    config.memory_init_cow(settings.copy_on_write);
    config.wasm_backtrace_max_frames(FRAMES_MAX);
    profile(&mut config);
    if pooled {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(
            settings.instances,
        )));
    }
    Ok(config)
}

/// Frames that the report of a trap shows.
const FRAMES_MAX: Option<std::num::NonZeroUsize> = std::num::NonZeroUsize::new(32);

/// The profile once more: the gate has refused the rest, the engine would too.
fn profile(config: &mut Config) {
    config.wasm_bulk_memory(true);
    config.wasm_multi_value(true);
    config.wasm_extended_const(true);
    config.wasm_simd(false);
    config.wasm_relaxed_simd(false);
    config.wasm_tail_call(false);
    config.wasm_multi_memory(false);
    config.wasm_memory64(false);
    config.wasm_custom_page_sizes(false);
    config.wasm_wide_arithmetic(false);
}

fn pool(instances: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(instances)
        .total_memories(instances)
        .total_tables(instances.saturating_mul(MODULE_TABLES_MAX))
        .max_memories_per_module(1)
        .max_tables_per_module(MODULE_TABLES_MAX)
        .max_memory_size(
            usize::try_from(u64::from(MEMORY_PAGES_MAX) * PAGE_BYTES).unwrap_or(usize::MAX),
        )
        .table_elements(usize::try_from(TABLE_ELEMENTS_MAX).unwrap_or(usize::MAX))
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(KEEP_RESIDENT_BYTES / 8)
        .max_unused_warm_slots(instances)
        .pagemap_scan(Enabled::Auto);
    pool
}
