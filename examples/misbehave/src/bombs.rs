//! Modules that cost a careless host far more to compile than they cost to send. The gate refuses
//! each before any compiler sees it, and names the limit.

use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, InstructionSink,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// Every bomb, by the name of its file.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("bomb-params", params(1_000)),
        (
            "bomb-locals",
            module(Function::new([(50_000, ValType::I64)]), |code| {
                code.i64_const(0);
            }),
        ),
        (
            "bomb-locals-claimed",
            module(Function::new([(u32::MAX, ValType::I64)]), |code| {
                code.i64_const(0);
            }),
        ),
        (
            "bomb-nesting",
            module(Function::new([]), |code| nesting(code, 20_000)),
        ),
        (
            "bomb-br-table",
            module(Function::new([]), |code| br_table(code, 50_000)),
        ),
        (
            "bomb-body",
            module(Function::new([]), |code| body(code, 50_000)),
        ),
        ("bomb-functions", functions(20_000)),
    ]
}

/// A guest with this one function.
fn module(mut run: Function, write: impl FnOnce(&mut InstructionSink<'_>)) -> Vec<u8> {
    write(&mut run.instructions());
    run.instructions().end();
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I64]);
    let mut declared = FunctionSection::new();
    declared.function(0);
    let mut code = CodeSection::new();
    code.function(&run);
    assemble(&types, &declared, &code)
}

fn params(count: usize) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I64]);
    types.ty().function(vec![ValType::I64; count], []);
    let mut declared = FunctionSection::new();
    declared.function(0).function(1);
    let mut code = CodeSection::new();
    let (mut run, mut wide) = (Function::new([]), Function::new([]));
    run.instructions().i64_const(0).end();
    wide.instructions().end();
    code.function(&run).function(&wide);
    assemble(&types, &declared, &code)
}

fn functions(count: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I64]);
    let mut declared = FunctionSection::new();
    let mut code = CodeSection::new();
    for _ in 0..count {
        let mut next = Function::new([]);
        next.instructions().i64_const(0).end();
        declared.function(0);
        code.function(&next);
    }
    assemble(&types, &declared, &code)
}

fn nesting(code: &mut InstructionSink<'_>, depth: usize) {
    for _ in 0..depth {
        code.block(BlockType::Empty);
    }
    for _ in 0..depth {
        code.end();
    }
    code.i64_const(0);
}

fn br_table(code: &mut InstructionSink<'_>, targets: usize) {
    code.block(BlockType::Empty);
    code.i32_const(0).br_table(vec![0; targets], 0);
    code.end().i64_const(0);
}

fn body(code: &mut InstructionSink<'_>, additions: usize) {
    code.i64_const(0);
    for _ in 0..additions {
        code.i64_const(1).i64_add();
    }
}

fn assemble(types: &TypeSection, declared: &FunctionSection, code: &CodeSection) -> Vec<u8> {
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports
        .export("memory", ExportKind::Memory, 0)
        .export("run", ExportKind::Func, 0);
    let mut module = Module::new();
    module
        .section(types)
        .section(declared)
        .section(&memories)
        .section(&exports)
        .section(code);
    module.finish()
}
