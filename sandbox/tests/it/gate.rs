//! The gate: each reason, by what is found, what is allowed and where.

use crate::kit::{draft, guest, module, run};
use icn_base::run::{Exit, RefusalCode};
use icn_sandbox::{Value, check};

const MEMORY: &str = r#"(memory (export "memory") 1)"#;
const RUN: &str = r#"(func (export "run"))"#;

fn codes(bytes: &[u8]) -> Vec<RefusalCode> {
    check(bytes, "run")
        .reasons
        .into_iter()
        .map(|reason| reason.code)
        .collect()
}

/// Refused by the gate, and by a run, with this code alone.
fn refuses(bytes: &[u8], code: RefusalCode) -> icn_sandbox::Refusal {
    let report = check(bytes, "run");
    assert_eq!(codes(bytes), [code], "{report:?}");
    assert_eq!(run(draft(bytes.to_vec())).outcome.exit, Exit::Refused(code));
    report.reasons.into_iter().next().unwrap()
}

fn with(fields: &str) -> Vec<u8> {
    module(&format!("{fields} {MEMORY} {RUN}"))
}

#[test]
fn a_plain_guest_is_admitted() {
    assert_eq!(codes(&with("")), []);
    let all = check(&guest(RUN), "run");
    assert!(all.admits(), "{:?}", all.reasons);
    assert_eq!(
        all.capabilities(),
        [
            "dag.read",
            "dag.write",
            "governance.propose",
            "governance.vote",
            "mana.spend",
            "mesh.submit",
            "zk.prove",
            "zk.verify"
        ]
    );
}

#[test]
fn files_that_are_no_module_are_named() {
    refuses(b"", RefusalCode::NotWasm);
    refuses(b"hello", RefusalCode::NotWasm);
    refuses(b"\0asm", RefusalCode::NotWasm);
    refuses(b"\0asm\x02\0\0\0", RefusalCode::NotWasm);
    refuses(b"(module)", RefusalCode::TextFormat);
    refuses(
        b"\xef\xbb\xbf ;; words\n (; more ;)\n(module)",
        RefusalCode::TextFormat,
    );
    refuses(b"\x7fELF\x02\x01\x01", RefusalCode::Precompiled);
    refuses(b"\0asm\x0d\0\x01\0", RefusalCode::Component);
    refuses(
        &wat::parse_str("(component)").unwrap(),
        RefusalCode::Component,
    );
    refuses(&vec![0; 2 * 1024 * 1024 + 1], RefusalCode::NotWasm);
    refuses(
        &[b"\0asm\x01\0\0\0".to_vec(), vec![0; 2 << 20]].concat(),
        RefusalCode::ModuleBytes,
    );
}

#[test]
fn precompiled_code_is_refused_even_if_this_engine_made_it() {
    let engine = wasmtime::Engine::default();
    let code = engine.precompile_module(&with("")).unwrap();
    refuses(&code, RefusalCode::Precompiled);
}

#[test]
fn a_cut_module_is_malformed_at_an_offset() {
    let whole = with("(func (drop (i32.const 1)))");
    for end in 8..whole.len() {
        let codes = codes(&whole[..end]);
        assert!(!codes.is_empty(), "cut at {end}");
    }
    let cut = refuses(&whole[..whole.len() - 1], RefusalCode::Malformed);
    assert!(cut.at > 8);
}

#[test]
fn every_byte_may_be_anything() {
    let whole = guest(r#"(func (export "run") (result i64) (call $host_abi_version))"#);
    for at in 0..whole.len() {
        for byte in [0x00, 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] = byte;
            // No panic, and always a verdict.
            assert!(check(&changed, "run").reasons.len() <= 64);
        }
    }
}

#[test]
fn features_outside_the_profile_are_named() {
    let cases = [
        ("simd128", "(func (drop (v128.const i64x2 0 0)))"),
        ("tail-call", "(func $f (return_call $f))"),
        ("threads", "(func (drop (i32.atomic.load (i32.const 0))))"),
        ("exception-handling", "(tag)"),
        ("multi-memory", "(memory 1)"),
        ("externref", "(func (param externref))"),
        ("gc", "(type (struct))"),
        (
            "typed function references",
            "(func $f (call_ref 0 (ref.func $f))) (elem declare func $f)",
        ),
        (
            "wide-arithmetic",
            "(func (param i64 i64 i64 i64) (result i64 i64)
            (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))",
        ),
    ];
    for (name, fields) in cases {
        let reason = refuses(&with(fields), RefusalCode::Feature);
        let Value::Text(found) = &reason.found else {
            panic!("{reason:?}")
        };
        assert!(found.starts_with(name), "{name}: {found}");
    }
}

#[test]
fn memories_of_other_kinds_are_features() {
    for memory in ["1 1 shared", "i64 1", "1 (pagesize 1)"] {
        let code = format!(r#"(memory (export "memory") {memory}) (func (export "run"))"#);
        refuses(&module(&code), RefusalCode::Feature);
    }
}

#[test]
fn the_profile_is_on() {
    for fields in [
        "(func (param i32) (result i32) (i32.extend8_s (local.get 0)))",
        "(func (param f64) (result i32) (i32.trunc_sat_f64_s (local.get 0)))",
        "(func (result i32 i64) (i32.const 1) (i64.const 2))",
        "(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1)))",
        "(table 1 funcref) (func (drop (table.get 0 (i32.const 0))))",
        "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
        "(global (mut i64) (i64.const 0))",
    ] {
        assert_eq!(codes(&with(fields)), [], "{fields}");
    }
}

#[test]
fn imports_are_known_by_name_and_type() {
    let near = refuses(
        &with(r#"(import "icn" "host_submit_mesh_jobs" (func))"#),
        RefusalCode::UnknownImport,
    );
    assert!(
        near.to_string()
            .contains("the nearest is icn.host_submit_mesh_job"),
        "{near}"
    );
    let foreign = refuses(
        &with(r#"(import "wasi_snapshot_preview1" "fd_write" (func))"#),
        RefusalCode::UnknownImport,
    );
    assert!(
        foreign
            .to_string()
            .contains("wasi_snapshot_preview1.fd_write"),
        "{foreign}"
    );
    refuses(
        &with(r#"(import "icn" "host_abi_version" (func))"#),
        RefusalCode::ImportType,
    );
    refuses(
        &with(r#"(import "icn" "memory" (global i32))"#),
        RefusalCode::UnknownImport,
    );
    let both = r#"(import "icn" "host_get_reputation" (func (result i64)))
        (import "icn" "host_get_reputation" (func (param i32 i32) (result i64)))"#;
    refuses(&with(both), RefusalCode::ImportType);
}

#[test]
fn every_unknown_import_is_reported() {
    let many = with(r#"(import "a" "b" (func)) (import "icn" "x" (func)) (import "c" "d" (func))"#);
    assert_eq!(codes(&many), [RefusalCode::UnknownImport; 3]);
    let offsets: Vec<_> = check(&many, "run")
        .reasons
        .iter()
        .map(|reason| reason.at)
        .collect();
    assert!(offsets.is_sorted() && offsets[0] > 8);
}

#[test]
fn a_broken_bound_is_the_reason_however_many_came_before_it() {
    let imports: String = (0..100)
        .map(|n| format!(r#"(import "other" "{n}" (func))"#))
        .collect();
    // What follows the table makes no sense without it, and is not held against the guest.
    let code = with(&format!(
        "{imports} (table 10001 funcref) (elem (i32.const 0) 0)"
    ));
    let report = check(&code, "run");
    let other = |reason: &&icn_sandbox::Refusal| reason.code != RefusalCode::UnknownImport;
    let others: Vec<_> = report.reasons.iter().filter(other).collect();
    assert_eq!(others.len(), 1, "{others:?}");
    assert_eq!(report.code(), Some(RefusalCode::Tables));
    assert!(report.reasons.len() <= 65, "{}", report.reasons.len());
    let exit = run(draft(code)).outcome.exit;
    assert_eq!(exit, Exit::Refused(RefusalCode::Tables));
}

#[test]
fn nothing_behind_a_broken_bound_is_shown_to_the_validator() {
    // A second memory, and then a body that only has a meaning where there are two.
    let fields = "(memory 1) (func (drop (i32.load 1 (i32.const 0))))";
    let reason = refuses(&with(fields), RefusalCode::Feature);
    assert_eq!(reason.found, Value::Text("multi-memory".to_owned()));
}

#[test]
fn memory_is_the_guests_own_and_exported_as_memory() {
    refuses(&module(RUN), RefusalCode::MemoryMissing);
    let other_name = module(&format!(r#"(memory (export "mem") 1) {RUN}"#));
    let reason = refuses(&other_name, RefusalCode::MemoryMissing);
    assert!(reason.to_string().contains("`mem`"), "{reason}");
    let imported = module(&format!(
        r#"(import "env" "m" (memory 1)) (export "memory" (memory 0)) {RUN}"#
    ));
    refuses(&imported, RefusalCode::MemoryImported);
}

#[test]
fn the_entry_point_is_a_function_of_a_known_type() {
    refuses(&module(MEMORY), RefusalCode::EntryMissing);
    for ty in [
        "(result i32)",
        "(param i32)",
        "(result i64 i64)",
        "(param i64) (result i64)",
    ] {
        let body = "(unreachable)";
        let code = module(&format!(r#"{MEMORY} (func (export "run") {ty} {body})"#));
        refuses(&code, RefusalCode::EntryType);
    }
    let global = module(&format!(
        r#"{MEMORY} (global (export "run") i32 (i32.const 0))"#
    ));
    refuses(&global, RefusalCode::EntryMissing);
    let command = module(&format!(r#"{MEMORY} (func (export "_start"))"#));
    assert_eq!(codes(&command), []);
    assert_eq!(run(draft(command)).outcome.exit, Exit::Ok(0));
}

#[test]
fn another_entry_point_can_be_named() {
    let code = module(&format!(
        r#"{MEMORY} (func (export "one") (result i64) (i64.const 1)) (func (export "two"))"#
    ));
    assert_eq!(
        run(draft(code.clone()).entry("one")).outcome.exit,
        Exit::Ok(1)
    );
    assert_eq!(
        run(draft(code.clone()).entry("two")).outcome.exit,
        Exit::Ok(0)
    );
    let report = check(&code, "three");
    assert!(
        report.reasons[0].to_string().contains("one, two"),
        "{}",
        report.reasons[0]
    );
}

#[test]
fn names_of_metering_are_reserved() {
    let code = with(r#"(global (export "icn:fuel") (mut i64) (i64.const 9))"#);
    refuses(&code, RefusalCode::ReservedName);
}

#[test]
fn the_report_is_the_json_that_scripts_rely_on() {
    let json = serde_json::to_value(check(&module(RUN), "run")).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "verdict": "refused",
            "reasons": [{
                "limit": "memory_missing",
                "found": "no exported memory",
                "allowed": "a memory exported as `memory`",
                "at": 0
            }],
            "imports": [],
            "exports": [{ "name": "run", "kind": "function", "type": "() -> ()", "entry": true }],
            "capabilities": []
        })
    );
}
