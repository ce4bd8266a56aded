//! The same guests on other engines, without anything of icn.

use wasmtime::{Config, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module, Store};

/// wasmtime with its pool: no epoch, no host calls.
pub(crate) struct Bare {
    instance: InstancePre<()>,
    engine: Engine,
    fuel: bool,
}

impl Bare {
    /// Nothing else.
    pub(crate) fn new(wasm: &[u8]) -> Self {
        Self::with(Config::new(), wasm, false)
    }

    /// Equal NaNs everywhere.
    pub(crate) fn canonical(wasm: &[u8]) -> Self {
        let mut config = Config::new();
        config.cranelift_nan_canonicalization(true);
        Self::with(config, wasm, false)
    }

    /// Equal NaNs, and the engine's own fuel.
    pub(crate) fn fuelled(wasm: &[u8]) -> Self {
        let mut config = Config::new();
        config.cranelift_nan_canonicalization(true);
        config.consume_fuel(true);
        Self::with(config, wasm, true)
    }

    fn with(mut config: Config, wasm: &[u8], fuel: bool) -> Self {
        let mut pool = wasmtime::PoolingAllocationConfig::default();
        pool.total_core_instances(8)
            .total_memories(8)
            .linear_memory_keep_resident(256 * 1024);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, wasm).unwrap();
        Self {
            instance: Linker::new(&engine).instantiate_pre(&module).unwrap(),
            engine,
            fuel,
        }
    }

    pub(crate) fn call(&self) -> i64 {
        let mut store = Store::new(&self.engine, ());
        if self.fuel {
            store.set_fuel(u64::MAX / 2).unwrap();
        }
        let instance = self.instance.instantiate(&mut store).unwrap();
        instance
            .get_typed_func::<(), i64>(&mut store, "run")
            .unwrap()
            .call(&mut store, ())
            .unwrap()
    }
}

/// wasmi, with its own fuel.
pub(crate) struct Interpreter {
    engine: wasmi::Engine,
    module: wasmi::Module,
}

impl Interpreter {
    pub(crate) fn new(wasm: &[u8]) -> Self {
        let mut config = wasmi::Config::default();
        config.consume_fuel(true);
        let engine = wasmi::Engine::new(&config);
        Self {
            module: wasmi::Module::new(&engine, wasm).unwrap(),
            engine,
        }
    }

    pub(crate) fn call(&self) -> i64 {
        let mut store = wasmi::Store::new(&self.engine, ());
        store.set_fuel(u64::MAX / 2).unwrap();
        let linker = wasmi::Linker::new(&self.engine);
        let instance = linker
            .instantiate_and_start(&mut store, &self.module)
            .unwrap();
        instance
            .get_typed_func::<(), i64>(&store, "run")
            .unwrap()
            .call(&mut store, ())
            .unwrap()
    }
}
