//! Call depth: counted, equal on every engine, and always reached before the native stack ends.

use crate::kit::{SANDBOX, draft, env, interpreter, module};
use icn_base::limits::CALL_DEPTH_MAX;
use icn_base::run::{Exit, Outcome};
use std::fmt::Write;

/// A function that calls itself as often as its parameter says, with more inside.
fn recursion(depth: u32, inside: &str) -> Vec<u8> {
    module(&format!(
        r#"(memory (export "memory") 1)
        (func $down (param $n i32) (result i64) {inside}
            (if (result i64) (local.get $n)
                (then (i64.add (i64.const 1)
                    (call $down (i32.sub (local.get $n) (i32.const 1)))))
                (else (i64.const 0))))
        (func (export "run") (result i64) (call $down (i32.const {depth})))"#
    ))
}

/// The outcome on both engines, which must be one.
fn both(code: Vec<u8>) -> Outcome {
    let draft = draft(code).fuel(1_000_000_000);
    let job = draft.clone().into_run();
    let native = SANDBOX.run(&job, &mut env(&draft)).unwrap().outcome;
    let interpreted = interpreter().run(&job, &mut env(&draft)).unwrap().outcome;
    assert_eq!(native, interpreted);
    native
}

#[test]
fn the_depth_is_exact() {
    // The entry point, and the first call of the function, are calls too.
    let deepest = CALL_DEPTH_MAX - 2;
    assert_eq!(both(recursion(deepest, "")).exit, Exit::Ok(deepest.into()));
    assert_eq!(both(recursion(deepest + 1, "")).exit, Exit::TooDeep);
}

#[test]
fn endless_recursion_is_too_deep() {
    let code = r#"(memory (export "memory") 1)
        (func $f (export "run") (call $f))"#;
    assert_eq!(both(module(code)).exit, Exit::TooDeep);
    let mutual = r#"(memory (export "memory") 1) (table 2 funcref) (elem (i32.const 0) $f $g)
        (type $t (func)) (func $f (export "run") (call_indirect (type $t) (i32.const 1)))
        (func $g (call $f))"#;
    assert_eq!(both(module(mutual)).exit, Exit::TooDeep);
}

#[test]
fn depth_comes_back_when_calls_return() {
    let code = r#"(memory (export "memory") 1)
        (func $leaf) (func $f (param $early i32) (result i64 i64)
            (call $leaf)
            (if (local.get $early) (then (return (i64.const 1) (i64.const 2))))
            (br 0 (i64.const 3) (i64.const 4)))
        (func (export "run") (result i64) (local $n i32)
            (loop $l
                (call $f (i32.and (local.get $n) (i32.const 1))) (drop) (drop)
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $n) (i32.const 20000))))
            (i64.const 5))"#;
    assert_eq!(both(module(code)).exit, Exit::Ok(5));
}

/// Frames that are made to be larger than they look: much is computed before the call and used
/// after it.
#[test]
fn the_native_stack_holds_what_is_counted() {
    for (name, inside) in [
        ("locals", many_locals()),
        ("operands", many_operands()),
        ("hoisted", hoisted()),
    ] {
        let outcome = both(recursion(100_000, &inside));
        assert_eq!(outcome.exit, Exit::TooDeep, "{name}");
    }
}

fn many_locals() -> String {
    let mut code = "(local i64)".repeat(1_900);
    for at in 1..1_900 {
        write!(
            code,
            "(local.set {at} (i64.load offset={at} (i32.const 0)))"
        )
        .unwrap();
    }
    code.push_str("(drop (call $down (i32.sub (local.get 0) (i32.const 1))))");
    for at in 1..1_900 {
        write!(
            code,
            "(i64.store offset={at} (i32.const 0) (local.get {at}))"
        )
        .unwrap();
    }
    code
}

fn many_operands() -> String {
    let mut code = String::new();
    for at in 0..8_000 {
        write!(code, "(i64.load offset={at} (i32.const 0))").unwrap();
    }
    code.push_str("(call $down (i32.sub (local.get 0) (i32.const 1)))");
    code.push_str(&"(i64.xor)".repeat(8_000));
    code.push_str("(drop)");
    code
}

/// Values that no operand stack shows: a compiler moves them out of the loop and keeps them across
/// the call.
fn hoisted() -> String {
    let mut code =
        String::from("(loop $l (drop (call $down (i32.sub (local.get 0) (i32.const 1))))");
    for at in 0..8_000 {
        write!(
            code,
            "(i32.store (i32.const {at}) (i32.mul (local.get 0) (i32.const {})))",
            at * 2 + 3
        )
        .unwrap();
    }
    code.push_str("(br_if $l (i32.load (i32.const 0))))");
    code
}
