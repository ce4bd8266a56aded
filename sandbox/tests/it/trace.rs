//! What people are told about a trap.

use crate::kit::{draft, module, run};

#[test]
fn a_trap_names_its_functions_and_where_in_the_module_it_was() {
    let code = module(
        r#"(memory (export "memory") 1)
        (func $inner (param i32) (drop (i32.div_s (i32.const 1) (local.get 0))))
        (func $outer (call $inner (i32.const 0)))
        (func (export "run") (call $outer))"#,
    );
    let diagnosis = run(draft(code.clone())).diagnosis.unwrap();
    assert!(diagnosis.message.contains("divide by zero"), "{diagnosis}");
    let names: Vec<_> = diagnosis
        .frames
        .iter()
        .map(|frame| frame.function.as_deref())
        .collect();
    assert_eq!(names[..2], [Some("inner"), Some("outer")]);
    // i32.div_s is 0x6d, call is 0x10: the offsets are those of the guest's own bytes, not of the
    // metered ones.
    let at = |frame: usize| code[diagnosis.frames[frame].offset.unwrap() as usize];
    assert_eq!((at(0), at(1), at(2)), (0x6d, 0x10, 0x10));
}

#[test]
fn names_from_a_hostile_module_are_cut() {
    let code = module(&format!(
        r#"(memory (export "memory") 1) (func $"{}" (export "run") (unreachable))"#,
        "n".repeat(5_000)
    ));
    let diagnosis = run(draft(code)).diagnosis.unwrap();
    assert!(diagnosis.frames[0].function.as_ref().unwrap().len() <= 200);
}
