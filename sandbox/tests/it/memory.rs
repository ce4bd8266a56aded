//! Memory and tables: the declared limits are the only ones a guest sees.

use crate::kit::{draft, module, run, trap};
use icn_base::run::{Exit, TrapCode};

fn with(memory: &str, code: &str) -> Vec<u8> {
    module(&format!(
        r#"(memory (export "memory") {memory}) (table $t 1 funcref)
        (func (export "run") (result i64) {code})"#
    ))
}

fn exit(memory: &str, pages: u32, code: &str) -> Exit {
    run(draft(with(memory, code)).pages(pages)).outcome.exit
}

fn grow(by: i64) -> String {
    format!("(i64.extend_i32_s (memory.grow (i32.const {by})))")
}

#[test]
fn growth_within_the_jobs_limit_succeeds() {
    assert_eq!(exit("1", 4, &grow(3)), Exit::Ok(1));
    let finished = run(draft(with("1", &grow(3))).pages(4));
    assert_eq!(finished.outcome.memory_peak, 4 * 65_536);
}

#[test]
fn growth_beyond_the_jobs_limit_ends_the_run() {
    for by in [4, 5, 65_535] {
        assert_eq!(exit("1", 4, &grow(by)), Exit::OutOfMemory, "by {by}");
    }
}

#[test]
fn growth_beyond_what_any_memory_can_have_is_answered_by_minus_one() {
    for by in [65_536, -1] {
        assert_eq!(exit("1", 4, &grow(by)), Exit::Ok(-1), "by {by}");
    }
}

#[test]
fn growth_beyond_the_modules_own_limit_is_answered_by_minus_one() {
    for by in [2, 3, 65_535, 65_536, -1] {
        assert_eq!(exit("1 2", 4, &grow(by)), Exit::Ok(-1), "by {by}");
    }
    assert_eq!(exit("1 2", 4, &grow(1)), Exit::Ok(1));
}

#[test]
fn initial_memory_beyond_the_jobs_limit_ends_the_run() {
    assert_eq!(exit("5", 5, "(i64.const 0)"), Exit::Ok(0));
    assert_eq!(exit("5", 4, "(i64.const 0)"), Exit::OutOfMemory);
    assert_eq!(exit("0", 0, "(i64.const 0)"), Exit::Ok(0));
}

#[test]
fn growth_loops_end_at_the_limit() {
    let code = "(loop $l (drop (memory.grow (i32.const 1))) (br $l)) (i64.const 0)";
    let finished = run(draft(with("1", code)).pages(100).fuel(1_000_000_000));
    assert_eq!(finished.outcome.exit, Exit::OutOfMemory);
    assert_eq!(finished.outcome.memory_peak, 100 * 65_536);
}

#[test]
fn tables_grow_to_their_limit_and_not_beyond() {
    let grow =
        |by: i32| format!("(i64.extend_i32_s (table.grow $t (ref.null func) (i32.const {by})))");
    assert_eq!(exit("1", 1, &grow(9_999)), Exit::Ok(1));
    assert_eq!(exit("1", 1, &grow(10_000)), Exit::OutOfMemory);
    assert_eq!(exit("1", 1, &grow(-1)), Exit::OutOfMemory);
}

#[test]
fn accesses_outside_memory_trap() {
    let code = |code: &str| exit("1", 1, &format!("{code} (i64.const 0)"));
    let outside = trap(TrapCode::MemoryOutOfBounds);
    assert_eq!(code("(drop (i32.load (i32.const 65533)))"), outside);
    assert_eq!(code("(i64.store (i32.const -1) (i64.const 0))"), outside);
    assert_eq!(
        code("(drop (i32.load offset=4294967295 (i32.const -1)))"),
        outside
    );
    assert_eq!(
        code("(memory.fill (i32.const 1) (i32.const 0) (i32.const 65536))"),
        outside
    );
    let outside = trap(TrapCode::TableOutOfBounds);
    assert_eq!(code("(drop (table.get $t (i32.const 1)))"), outside);
}

#[test]
fn segments_that_do_not_fit_trap_before_any_code_runs() {
    let data = module(
        r#"(memory (export "memory") 1) (data (i32.const 65535) "ab") (func (export "run"))"#,
    );
    assert_eq!(
        run(draft(data)).outcome.exit,
        trap(TrapCode::MemoryOutOfBounds)
    );
    let elements = module(
        r#"(memory (export "memory") 1) (table 1 funcref) (func $f)
        (elem (i32.const 1) $f) (func (export "run"))"#,
    );
    assert_eq!(
        run(draft(elements)).outcome.exit,
        trap(TrapCode::TableOutOfBounds)
    );
}

#[test]
fn nothing_of_one_run_is_seen_by_the_next() {
    let code = with(
        "1",
        "(local $seen i64)
        (local.set $seen (i64.add (i64.load (i32.const 0))
            (i64.add (i64.load (i32.const 65528)) (i64.extend_i32_u (memory.size)))))
        (i64.store (i32.const 0) (i64.const 99))
        (i64.store (i32.const 65528) (i64.const 99))
        (drop (memory.grow (i32.const 3)))
        (i64.store (i32.const 200000) (i64.const 99))
        (local.get $seen)",
    );
    for _ in 0..50 {
        assert_eq!(run(draft(code.clone())).outcome.exit, Exit::Ok(1));
    }
}
