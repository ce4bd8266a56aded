//! Fuel: what it bounds, that it is exact, and what it does not depend on.

use crate::kit::{body, draft, env, exit, guest, module, run, sandbox, trap};
use icn_base::run::{Exit, TrapCode};
use icn_sandbox::NodeFault;

const SPIN: &str = "(loop $l (br $l)) (i64.const 0)";

fn fuel(code: Vec<u8>) -> u64 {
    run(draft(code)).outcome.fuel_used
}

#[test]
fn endless_loops_end_with_the_fuel() {
    for code in [
        SPIN,
        "(loop $l (block) (br $l)) (i64.const 0)",
        "(loop $l (br_if $l (i32.const 1))) (i64.const 0)",
        "(loop $l (br_table $l $l (i32.const 0))) (i64.const 0)",
        "(loop $a (loop $b (br $a))) (i64.const 0)",
    ] {
        let finished = run(draft(body(code)).fuel(1_000_000));
        assert_eq!(finished.outcome.exit, Exit::OutOfFuel, "{code}");
        assert_eq!(finished.outcome.fuel_used, 1_000_000, "{code}");
    }
}

#[test]
fn start_and_initialize_run_on_the_same_fuel_and_first() {
    let spin = r#"(memory (export "memory") 1) (func $s (loop $l (br $l))) (start $s)
        (func (export "run"))"#;
    let finished = run(draft(module(spin)).fuel(100_000));
    assert_eq!(finished.outcome.exit, Exit::OutOfFuel);
    let order = r#"(memory (export "memory") 1) (global $g (mut i64) (i64.const 0))
        (func $add (param i64)
            (global.set $g (i64.add (i64.mul (global.get $g) (i64.const 10)) (local.get 0))))
        (func $s (call $add (i64.const 1))) (start $s)
        (func (export "_initialize") (call $add (i64.const 2)))
        (func (export "run") (result i64) (call $add (i64.const 3)) (global.get $g))"#;
    assert_eq!(run(draft(module(order))).outcome.exit, Exit::Ok(123));
}

#[test]
fn host_calls_work_in_start() {
    let code = guest(
        r#"(data (i32.const 0) "early") (start $s)
        (func $s (drop (call $host_write_output (i32.const 0) (i32.const 5))))
        (func (export "run"))"#,
    );
    assert_eq!(run(draft(code)).output.bytes(), b"early");
}

#[test]
fn work_before_a_trap_is_paid() {
    let work = "(local $n i32) (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $n) (i32.const 100000))))";
    let whole = fuel(body(&format!("{work} (i64.const 0)")));
    for end in [
        "(unreachable)",
        "(i64.div_s (i64.const 1) (i64.const 0))",
        "(i64.load (i32.const -1))",
        "(i64.trunc_f64_s (f64.const nan))",
        "(call $host_write_output (i32.const -1) (i32.const 1))",
    ] {
        let trapped = fuel(body(&format!("{work} {end}")));
        assert!(
            trapped.abs_diff(whole) < 1_000,
            "{end}: {trapped}, returned: {whole}"
        );
    }
}

#[test]
fn a_run_needs_exactly_the_fuel_that_it_uses() {
    let code = body(
        "(local $n i32) (loop $l (drop (call $host_abi_version))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (i32.const 10)))) (i64.const 7)",
    );
    let used = fuel(code.clone());
    let with = |fuel: u64| run(draft(code.clone()).fuel(fuel)).outcome;
    assert_eq!(with(used).exit, Exit::Ok(7));
    for less in [used - 1, used / 2, 10_000, 1, 0] {
        let outcome = with(less);
        assert_eq!((outcome.exit, outcome.fuel_used), (Exit::OutOfFuel, less));
    }
}

#[test]
fn fuel_is_equal_with_every_setting_of_the_engine() {
    let code = module(&format!(
        r#"(memory (export "memory") 4) (data (i32.const 10) "{}")
        (table 8 funcref) (elem (i32.const 0) $run)
        (func $run (export "run") (result i64) (local $n i32)
            (loop $l
                (i64.store (local.get $n) (i64.load offset=9 (local.get $n)))
                (local.set $n (i32.add (local.get $n) (i32.const 512)))
                (br_if $l (i32.lt_u (local.get $n) (i32.const 200000))))
            (memory.copy (i32.const 0) (i32.const 1000) (i32.const 60000))
            (i64.load (i32.const 10)))"#,
        "data ".repeat(5_000)
    ));
    let draft = draft(code);
    let job = draft.clone().into_run();
    let reference = run(draft.clone()).outcome;
    assert!(reference.exit.is_ok());
    for (copy_on_write, instances) in [(true, 0), (false, 0), (false, 4), (true, 4)] {
        let other = sandbox(|settings| {
            settings.copy_on_write = copy_on_write;
            settings.instances = instances;
        });
        let outcome = other.run(&job, &mut env(&draft)).unwrap().outcome;
        assert_eq!(
            outcome, reference,
            "copy-on-write {copy_on_write}, {instances} in the pool"
        );
    }
}

#[test]
fn opening_a_module_is_paid_by_its_size() {
    let code = |pages: u32, data: usize| {
        module(&format!(
            r#"(memory (export "memory") {pages}) (data (i32.const 0) "{}") (func (export "run"))"#,
            "x".repeat(data)
        ))
    };
    let small = fuel(code(1, 0));
    assert!(fuel(code(16, 0)) > small);
    assert!(fuel(code(1, 60_000)) > small + 5_000);
    let outcome = run(draft(code(1, 0)).fuel(small - 1)).outcome;
    assert_eq!(
        (outcome.exit, outcome.fuel_used),
        (Exit::OutOfFuel, small - 1)
    );
}

#[test]
fn work_whose_size_is_an_operand_is_paid_before_it_is_done() {
    for code in [
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const 100000))",
        "(memory.copy (i32.const 0) (i32.const 1) (i32.const 100000))",
    ] {
        let code = body(&format!("{code} (i64.const 0)"));
        assert!(fuel(code.clone()) > 42_000);
        // Enough to open the module, too little for the work.
        let outcome = run(draft(code).fuel(35_000)).outcome;
        assert_eq!(outcome.exit, Exit::OutOfFuel);
    }
    let beyond = "(memory.fill (i32.const 0) (i32.const 1) (i32.const -1)) (i64.const 0)";
    assert_eq!(exit(beyond), Exit::OutOfFuel);
    let run_beyond = run(draft(body(beyond)).fuel(10_000_000_000)).outcome.exit;
    assert_eq!(run_beyond, trap(TrapCode::MemoryOutOfBounds));
}

#[test]
fn a_million_cheap_host_calls_cost_their_fuel() {
    let code = body(
        "(local $n i32) (loop $l (drop (call $host_abi_version))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get $n) (i32.const 1000000)))) (i64.const 0)",
    );
    let outcome = run(draft(code.clone()).fuel(1_000_000_000)).outcome;
    assert_eq!(outcome.exit, Exit::Ok(0));
    let base = icn_abi::by_number(0).unwrap().fuel_base;
    assert_eq!(outcome.host_calls[0].count, 1_000_000);
    assert_eq!(outcome.host_calls[0].fuel, 1_000_000 * base);
    assert!(outcome.fuel_used > 1_000_000 * base);
    assert_eq!(
        run(draft(code).fuel(1_000_000 * base)).outcome.exit,
        Exit::OutOfFuel
    );
}

#[test]
fn wall_time_is_this_nodes_fault_and_no_outcome() {
    for code in [
        body(SPIN),
        guest(r#"(func $f (loop $l (br $l))) (start $f) (func (export "run"))"#),
    ] {
        let fault = crate::kit::fault(draft(code).fuel(1 << 60).wall_ms(20));
        assert_eq!(fault, NodeFault::WallClock { ms: 20 });
    }
}
