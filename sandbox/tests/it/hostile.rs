//! The guests of examples/misbehave, and what is only sensible to try from here. The process lives
//! through all of it.

use crate::kit::{draft, guest, module, run, trap};
use icn_base::run::{Exit, RefusalCode, TrapCode};
use icn_sandbox::{JobDraft, Sandbox, Settings};
use std::path::Path;

/// How each guest of examples/misbehave ends.
const EXPECTED: &[(&str, Exit)] = &[
    ("bad-buffer", Exit::Trap(TrapCode::HostAbi)),
    ("bad-pointer", Exit::Trap(TrapCode::HostAbi)),
    ("bomb-body", Exit::Refused(RefusalCode::BodyBytes)),
    ("bomb-br-table", Exit::Refused(RefusalCode::BranchTargets)),
    ("bomb-functions", Exit::Refused(RefusalCode::Functions)),
    ("bomb-locals", Exit::Refused(RefusalCode::Locals)),
    ("bomb-locals-claimed", Exit::Refused(RefusalCode::Locals)),
    ("bomb-nesting", Exit::Refused(RefusalCode::Nesting)),
    ("bomb-params", Exit::Refused(RefusalCode::Params)),
    ("clock", Exit::Refused(RefusalCode::UnknownImport)),
    ("divide-by-zero", Exit::Trap(TrapCode::DivisionByZero)),
    ("grow", Exit::OutOfMemory),
    ("grow-at-once", Exit::OutOfMemory),
    ("memory-4gib", Exit::Refused(RefusalCode::MemoryPages)),
    ("no-grant", Exit::Ok(-7)),
    ("no-memory", Exit::Refused(RefusalCode::MemoryMissing)),
    ("recursion", Exit::TooDeep),
    ("recursion-wide", Exit::TooDeep),
    ("spam", Exit::Ok(1_000_000)),
    ("spam-log", Exit::Ok(-17)),
    ("spam-output", Exit::Ok(-17)),
    ("spin", Exit::OutOfFuel),
    ("start-spin", Exit::OutOfFuel),
    ("table-huge", Exit::Refused(RefusalCode::Tables)),
    ("trap", Exit::Trap(TrapCode::Unreachable)),
    ("unknown-import", Exit::Refused(RefusalCode::UnknownImport)),
    ("wrong-entry", Exit::Refused(RefusalCode::EntryType)),
];

#[test]
fn misbehaving_guests_end_as_they_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/wasm/misbehave");
    for (name, expected) in EXPECTED {
        let code = std::fs::read(folder.join(name).with_extension("wasm")).unwrap();
        let exit = run(draft(code).pages(512).fuel(1_000_000_000)).outcome.exit;
        assert_eq!(exit, *expected, "{name}");
    }
    let guests = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(guests, EXPECTED.len(), "each of them has its line");
}

#[test]
fn every_trap_has_its_code() {
    let of = |code: &str| {
        let code = guest(&format!(
            r#"(table 2 funcref) (elem (i32.const 0) $nothing) (func $nothing)
            (type $long (func (result i64)))
            (func (export "run") (result i64) {code})"#
        ));
        run(draft(code)).outcome.exit
    };
    for (code, expected) in [
        ("(unreachable)", TrapCode::Unreachable),
        ("(i64.load (i32.const -9))", TrapCode::MemoryOutOfBounds),
        (
            "(call_indirect (type $long) (i32.const 2))",
            TrapCode::TableOutOfBounds,
        ),
        (
            "(call_indirect (type $long) (i32.const 1))",
            TrapCode::IndirectCallToNull,
        ),
        (
            "(call_indirect (type $long) (i32.const 0))",
            TrapCode::BadSignature,
        ),
        (
            "(i64.div_s (i64.const 0x8000000000000000) (i64.const -1))",
            TrapCode::IntegerOverflow,
        ),
        (
            "(i64.rem_u (i64.const 1) (i64.const 0))",
            TrapCode::DivisionByZero,
        ),
        ("(i64.trunc_f64_s (f64.const nan))", TrapCode::BadConversion),
        (
            "(call $host_sha256 (i32.const -1) (i32.const 1) (i32.const 0) (i32.const 0))",
            TrapCode::HostAbi,
        ),
    ] {
        assert_eq!(of(code), trap(expected), "{code}");
    }
}

#[test]
fn log_output_and_journal_are_bounded() {
    let spam = |call: &str| {
        let code = guest(&format!(
            r#"(func (export "run") (result i64) (local $n i32) (local $last i64)
                (loop $l (local.set $last {call})
                    (local.set $n (i32.add (local.get $n) (i32.const 1)))
                    (br_if $l (i32.and
                        (i64.ge_s (local.get $last) (i64.const 0))
                        (i32.lt_u (local.get $n) (i32.const 1000000)))))
                (local.get $last))"#
        ));
        run(draft(code).fuel(100_000_000_000))
    };
    let refused = Exit::Ok(icn_abi::Class::ResourceLimitExceeded.result());
    let log = spam("(call $host_log_message (i32.const 0) (i32.const 0) (i32.const 1000))");
    assert_eq!(log.outcome.exit, refused);
    assert!(log.log.bytes().len() <= 64 * 1024);
    let output = spam("(call $host_write_output (i32.const 0) (i32.const 100000))");
    assert_eq!(output.outcome.exit, refused);
    assert!(output.output.bytes().len() <= 16 * 1024 * 1024);
    assert!(output.output.blocks().len() > 8, "too large for one block");
    let journal = spam("(call $host_get_current_time)");
    assert_eq!(journal.outcome.exit, refused);
}

#[test]
fn a_module_under_a_wrong_name_is_never_run() {
    let good = module(r#"(memory (export "memory") 1) (func (export "run"))"#);
    let named = draft(good).into_run();
    let mut wrong = (*named).clone();
    wrong.code = module(r#"(memory (export "memory") 2) (func (export "run"))"#).into();
    let sandbox = Sandbox::new(&Settings::default()).unwrap();
    let mut env = icn_sandbox::MemEnv::new(wrong.owner, wrong.job);
    let fault = sandbox
        .run(&std::sync::Arc::new(wrong), &mut env)
        .unwrap_err();
    assert_eq!(
        fault,
        icn_sandbox::NodeFault::WrongModule(named.spec.module)
    );
}

#[test]
fn limits_beyond_the_protocols_are_no_job() {
    let code = || module(r#"(memory (export "memory") 1) (func (export "run"))"#);
    let limits = |draft: JobDraft| {
        assert!(matches!(
            crate::kit::fault(draft),
            icn_sandbox::NodeFault::Limits(_)
        ))
    };
    limits(draft(code()).pages(4_097));
    limits(draft(code()).fuel(u64::MAX));
}
