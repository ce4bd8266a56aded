//! One job, one outcome: on every engine, in every order, under load.

use crate::kit::{SANDBOX, draft, env, guest, interpreter, mana, sandbox};
use icn_base::codec;
use icn_base::run::Grant;
use icn_sandbox::{JobDraft, Sandbox};

/// A guest that touches what could differ: floats and NaNs, all host calls it can make, memory,
/// recursion.
fn busy() -> JobDraft {
    let code = guest(
        r#"(func $nan (param f64) (result i64)
            (i64.reinterpret_f64 (f64.mul
                (f64.sqrt (f64.sub (f64.const 0) (local.get 0)))
                (f64.div (f64.const 0) (f64.const 0)))))
        (func $fib (param i32) (result i64)
            (if (result i64) (i32.lt_u (local.get 0) (i32.const 2))
                (then (i64.const 1))
                (else (i64.add
                    (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "run") (result i64)
            (drop (call $host_get_block_info (i32.const 0) (i32.const 1000)))
            (drop (call $host_get_job_info (i32.const 1000) (i32.const 2000)))
            (drop (call $host_random_bytes (i32.const 3000) (i32.const 99)))
            (drop (call $host_get_current_time))
            (drop (call $host_account_spend_mana (i32.const 0) (i32.const 0) (i64.const 3)))
            (drop (call $host_account_spend_mana (i32.const 0) (i32.const 0) (i64.const 9)))
            (drop (call $host_log_message (i32.const 2) (i32.const 1000) (i32.const 50)))
            (drop (memory.grow (i32.const 2)))
            (i64.store (i32.const 4000) (call $nan (f64.const 2)))
            (f32.store (i32.const 4008) (f32.div (f32.const 0) (f32.const 0)))
            (drop (call $host_write_output (i32.const 0) (i32.const 5000)))
            (i64.xor (call $fib (i32.const 15)) (i64.load (i32.const 4000))))"#,
    );
    draft(code).grant(Grant::ManaSpend {
        limit: mana(10),
        to: None,
    })
}

fn bytes(sandbox: &Sandbox) -> Vec<u8> {
    let draft = busy();
    let finished = sandbox
        .run(&draft.clone().into_run(), &mut env(&draft))
        .unwrap();
    assert!(finished.outcome.exit.is_ok(), "{:?}", finished.diagnosis);
    codec::encode(&finished.outcome).unwrap()
}

#[test]
fn outcomes_are_equal_again_and_again_and_on_both_engines() {
    let first = bytes(&SANDBOX);
    for _ in 0..20 {
        assert_eq!(bytes(&SANDBOX), first);
    }
    assert_eq!(bytes(&interpreter()), first);
    assert_eq!(bytes(&sandbox(|settings| settings.instances = 0)), first);
    assert_eq!(
        bytes(&sandbox(|settings| settings.copy_on_write = false)),
        first
    );
}

#[test]
fn outcomes_are_equal_under_load() {
    let first = bytes(&SANDBOX);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(bytes(&SANDBOX), first);
                }
            });
        }
    });
}

/// The outcome of one known job, to the byte. It changes only with the engine's name: these bytes
/// stand in receipts, and debug and release builds, and every machine, must come to them.
#[test]
fn the_outcome_of_a_known_job_is_frozen() {
    let draft = busy();
    let outcome = SANDBOX
        .run(&draft.clone().into_run(), &mut env(&draft))
        .unwrap()
        .outcome;
    let json = serde_json::to_string_pretty(&outcome).unwrap();
    expect_test::expect_file!["../frozen/outcome.json"].assert_eq(&json);
}
