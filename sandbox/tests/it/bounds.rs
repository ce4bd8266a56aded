//! Every bound of the gate, at its edge: what it allows is admitted and runs, one more is refused;
//! and bombs are refused without work.

use crate::kit::{draft, module, run};
use icn_base::limits::*;
use icn_base::run::{Exit, RefusalCode};
use icn_sandbox::{Value, check};
use std::fmt::Write;
use std::time::{Duration, Instant};
use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};

const REST: &str = r#"(memory (export "memory") 1) (func (export "run"))"#;

fn refused_by(bytes: &[u8]) -> Vec<RefusalCode> {
    check(bytes, "run")
        .reasons
        .iter()
        .map(|reason| reason.code)
        .collect()
}

/// The bound holds exactly: `make(max)` runs, `make(max + 1)` is refused with this code, found and
/// allowed.
fn edge(code: RefusalCode, max: usize, make: impl Fn(usize) -> Vec<u8>) {
    let good = make(max);
    assert_eq!(refused_by(&good), [], "{code} {max}");
    assert_eq!(run(draft(good)).outcome.exit, Exit::Ok(0), "{code} {max}");
    let report = check(&make(max + 1), "run");
    let reason = &report.reasons[0];
    assert_eq!(reason.code, code);
    assert_eq!(reason.found, Value::Count(max as u64 + 1));
    assert_eq!(reason.allowed, Value::Count(max as u64));
}

fn repeated(part: &str, count: usize) -> String {
    part.repeat(count)
}

fn text(fields: &str) -> Vec<u8> {
    module(&format!("{fields} {REST}"))
}

#[test]
fn types() {
    edge(RefusalCode::Types, MODULE_TYPES_MAX as usize, |n| {
        // One is the entry point's.
        let mut fields = String::new();
        for at in 0..n - 1 {
            let bits = (0..11).map(|bit| if at >> bit & 1 == 1 { " i32" } else { " i64" });
            writeln!(
                fields,
                "(type (func (param {} f32)))",
                bits.collect::<String>()
            )
            .unwrap();
        }
        text(&fields)
    });
}

#[test]
fn functions() {
    edge(RefusalCode::Functions, MODULE_FUNCTIONS_MAX as usize, |n| {
        text(&repeated("(func)", n - 1))
    });
}

#[test]
fn params_and_results() {
    edge(RefusalCode::Params, MODULE_PARAMS_MAX as usize, |n| {
        text(&format!("(func (param {}))", repeated(" i64", n)))
    });
    edge(RefusalCode::Results, MODULE_RESULTS_MAX as usize, |n| {
        text(&format!(
            "(func (result {}) (unreachable))",
            repeated(" i64", n)
        ))
    });
}

#[test]
fn locals() {
    edge(RefusalCode::Locals, MODULE_LOCALS_MAX as usize, |n| {
        text(&format!(
            "(func (param i32) (local {}))",
            repeated(" i64", n)
        ))
    });
}

#[test]
fn nesting() {
    edge(RefusalCode::Nesting, MODULE_NESTING_MAX as usize, |n| {
        text(&format!(
            "(func {}{})",
            repeated("(block ", n),
            repeated(")", n)
        ))
    });
}

#[test]
fn branch_targets() {
    edge(
        RefusalCode::BranchTargets,
        MODULE_BRANCH_TARGETS_MAX as usize,
        |n| {
            text(&format!(
                "(func (br_table {} 0 (i32.const 0)))",
                repeated(" 0", n)
            ))
        },
    );
}

#[test]
fn body_bytes() {
    edge(RefusalCode::BodyBytes, MODULE_BODY_BYTES_MAX, |n| {
        // One byte for no locals, one for the end.
        text(&format!("(func {})", repeated("nop ", n - 2)))
    });
}

#[test]
fn data_bytes_and_segments() {
    edge(
        RefusalCode::DataBytes,
        MODULE_DATA_BYTES_MAX as usize,
        |n| text(&format!(r#"(data "{}")"#, repeated("x", n))),
    );
    edge(RefusalCode::Segments, MODULE_SEGMENTS_MAX as usize, |n| {
        text(&repeated(r#"(data "")"#, n))
    });
    edge(RefusalCode::Segments, MODULE_ELEMENTS_MAX as usize, |n| {
        text(&format!("(func $f) (elem func {})", repeated(" $f", n)))
    });
}

#[test]
fn globals_and_exports() {
    edge(RefusalCode::Globals, MODULE_GLOBALS_MAX as usize, |n| {
        text(&repeated("(global i32 (i32.const 0))", n))
    });
    edge(RefusalCode::Exports, MODULE_EXPORTS_MAX as usize, |n| {
        let mut fields = String::from("(func $f)");
        for at in 0..n - 2 {
            write!(fields, r#"(export "{at}" (func $f))"#).unwrap();
        }
        text(&fields)
    });
    edge(RefusalCode::Exports, MODULE_NAME_BYTES_MAX, |n| {
        text(&format!(r#"(func (export "{}"))"#, repeated("n", n)))
    });
}

#[test]
fn tables() {
    edge(RefusalCode::Tables, MODULE_TABLES_MAX as usize, |n| {
        text(&repeated("(table 1 funcref)", n))
    });
    edge(RefusalCode::Tables, TABLE_ELEMENTS_MAX as usize, |n| {
        text(&format!("(table {} funcref) (table 10 funcref)", n - 10))
    });
}

#[test]
fn memory_pages() {
    let code = |n: u32| {
        module(&format!(
            r#"(memory (export "memory") {n}) (func (export "run"))"#
        ))
    };
    assert_eq!(refused_by(&code(MEMORY_PAGES_MAX)), []);
    let finished = run(draft(code(MEMORY_PAGES_MAX)).pages(MEMORY_PAGES_MAX));
    assert_eq!(finished.outcome.exit, Exit::Ok(0));
    assert_eq!(
        finished.outcome.memory_peak,
        u64::from(MEMORY_PAGES_MAX) * PAGE_BYTES
    );
    assert_eq!(
        refused_by(&code(MEMORY_PAGES_MAX + 1)),
        [RefusalCode::MemoryPages]
    );
    assert_eq!(refused_by(&code(65_536)), [RefusalCode::MemoryPages]);
}

/// A module of many functions with one body each, built without the text format.
fn bomb(functions: usize, params: usize, locals: u32, body: impl Fn(&mut Function)) -> Vec<u8> {
    let mut types = TypeSection::new();
    types
        .ty()
        .function(vec![ValType::I64; params], vec![ValType::I64; params]);
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let (mut list, mut code, mut exports) = (
        FunctionSection::new(),
        CodeSection::new(),
        ExportSection::new(),
    );
    exports.export("memory", ExportKind::Memory, 0);
    for at in 0..functions {
        list.function(0);
        let mut function = Function::new([(locals, ValType::I64)]);
        body(&mut function);
        code.function(&function);
        exports.export(&at.to_string(), ExportKind::Func, at as u32);
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&list)
        .section(&memories)
        .section(&exports)
        .section(&code);
    module.finish()
}

/// Refused, and at once: these keep a compiler busy for seconds to minutes.
fn is_defused(name: &str, bytes: &[u8], code: RefusalCode) {
    let start = Instant::now();
    let codes = refused_by(bytes);
    let took = start.elapsed();
    assert!(codes.contains(&code), "{name}: {codes:?}");
    assert!(took < Duration::from_secs(1), "{name} took {took:?}");
}

#[test]
fn bombs_are_refused_at_once() {
    let end = |function: &mut Function| {
        function
            .instruction(&Instruction::Unreachable)
            .instruction(&Instruction::End);
    };
    is_defused("parameters", &bomb(450, 1_000, 0, end), RefusalCode::Params);
    is_defused("locals", &bomb(5_000, 1, 49_999, end), RefusalCode::Locals);
    let claims_4_gib = bomb(1, 1, u32::MAX, end);
    is_defused("claimed locals", &claims_4_gib, RefusalCode::Locals);
    is_defused(
        "functions",
        &bomb(60_000, 1, 0, end),
        RefusalCode::Functions,
    );
    let nest = |depth: usize| {
        bomb(1, 1, 0, move |function| {
            for _ in 0..depth {
                function.instruction(&Instruction::I32Const(0));
                function.instruction(&Instruction::If(BlockType::Empty));
            }
            for _ in 0..depth {
                function.instruction(&Instruction::End);
            }
            end(function);
        })
    };
    is_defused("nesting", &nest(20_000), RefusalCode::Nesting);
    is_defused("deep nesting", &nest(400_000), RefusalCode::BodyBytes);
    let tables = |targets: usize, count: usize| {
        bomb(1, 1, 0, move |function| {
            for _ in 0..count {
                function.instruction(&Instruction::Block(BlockType::Empty));
                function.instruction(&Instruction::I32Const(0));
                function.instruction(&Instruction::BrTable(vec![0; targets].into(), 0));
                function.instruction(&Instruction::End);
            }
            end(function);
        })
    };
    is_defused(
        "branch tables",
        &tables(10_000, 10),
        RefusalCode::BranchTargets,
    );
    is_defused(
        "one large body",
        &tables(1_000, 1_000),
        RefusalCode::BodyBytes,
    );
}

#[test]
fn what_is_allowed_together_still_compiles_in_bounded_time() {
    // As many branch tables as fit a body, in as many bodies as fit a module.
    let code = bomb(15, 1, 2_000, |function| {
        for _ in 0..120 {
            function.instruction(&Instruction::Block(BlockType::Empty));
            function.instruction(&Instruction::I32Const(0));
            function.instruction(&Instruction::BrTable(vec![0; 1_024].into(), 0));
            function.instruction(&Instruction::End);
        }
        function
            .instruction(&Instruction::Unreachable)
            .instruction(&Instruction::End);
    });
    assert!(
        check(&code, "run")
            .reasons
            .iter()
            .all(|r| r.code == RefusalCode::EntryMissing)
    );
    let start = Instant::now();
    run(draft(code));
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn sections_that_only_claim_to_be_long_cost_nothing() {
    // id, size of five bytes, a count of 2^32 - 1 and nothing behind it.
    for id in [1u8, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12] {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        bytes.extend_from_slice(&[id, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]);
        let start = Instant::now();
        assert!(!refused_by(&bytes).is_empty(), "section {id}");
        assert!(start.elapsed() < Duration::from_millis(100), "section {id}");
    }
}
