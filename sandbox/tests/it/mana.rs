//! Calls 10, 11, 12 and 24: accounts and payments.

use crate::kit::{
    draft, env, exit, granted, guest, journal, mana, other, owner, refused, run, run_in,
};
use icn_abi::Class;
use icn_base::run::{Effect, Exit, Grant};

const SPEND_5: &str = "(call $host_account_spend_mana (i32.const 0) (i32.const 0) (i64.const 5))";

fn spend(limit: u64) -> Grant {
    Grant::ManaSpend {
        limit: mana(limit),
        to: None,
    }
}

/// A guest with the DID of another account at address 0.
fn with_other(code: &str) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 0) "{}")
        (func $other (result i32 i32) (i32.const 0) (i32.const {}))
        (func (export "run") (result i64) {code})"#,
        other(),
        other().to_string().len()
    ))
}

#[test]
fn call_10_answers_what_an_account_may_spend() {
    let empty_is_owner = "(call $host_account_get_mana (i32.const 0) (i32.const 0))";
    assert_eq!(exit(empty_is_owner), Exit::Ok(1_000));
    let other = with_other("(call $other) (call $host_account_get_mana)");
    assert_eq!(run(draft(other)).outcome.exit, Exit::Ok(0));
    let rubbish = "(call $host_account_get_mana (i32.const 0) (i32.const 5))";
    assert_eq!(exit(rubbish), refused(Class::InvalidSystemApiCall));
}

#[test]
fn call_24_answers_reputation() {
    assert_eq!(
        exit("(call $host_get_reputation (i32.const 0) (i32.const 0))"),
        Exit::Ok(7)
    );
    let other = with_other("(call $other) (call $host_get_reputation)");
    assert_eq!(run(draft(other)).outcome.exit, Exit::Ok(0));
}

#[test]
fn call_11_is_an_effect_under_a_grant() {
    let finished = granted(SPEND_5, &[spend(5)]);
    assert_eq!(finished.outcome.exit, Exit::Ok(0));
    assert_eq!(
        finished.outcome.effects,
        [Effect::SpendMana { amount: mana(5) }]
    );
    let stats = &finished.outcome.host_calls;
    assert_eq!(
        (stats[0].call, stats[0].count, stats[0].mana),
        (11, 1, mana(5))
    );
    assert_eq!(journal(&finished).answers.len(), 1);
}

#[test]
fn call_11_without_a_grant_is_denied_and_changes_nothing() {
    let finished = granted(SPEND_5, &[]);
    assert_eq!(finished.outcome.exit, refused(Class::PermissionDenied));
    assert_eq!(finished.outcome.effects, []);
    assert_eq!(
        granted(SPEND_5, &[spend(4)]).outcome.exit,
        refused(Class::PermissionDenied)
    );
    let only_other = Grant::ManaSpend {
        limit: mana(100),
        to: Some(other()),
    };
    assert_eq!(
        granted(SPEND_5, &[only_other]).outcome.exit,
        refused(Class::PermissionDenied)
    );
}

#[test]
fn call_11_pays_for_the_owner_only() {
    let code = with_other("(call $other) (i64.const 1) (call $host_account_spend_mana)");
    let finished = run(draft(code).grant(spend(10)));
    assert_eq!(finished.outcome.exit, refused(Class::PermissionDenied));
}

#[test]
fn call_12_pays_another_account_and_mints_nothing() {
    let code = with_other(
        "(local $before i64)
        (call $other) (i64.const 30) (call $host_account_credit_mana) (drop)
        (call $other) (call $host_account_get_mana)
        (i64.mul (i64.const 10000))
        (i64.add (call $host_account_get_mana (i32.const 0) (i32.const 0)))",
    );
    let draft = draft(code).grant(spend(30));
    let mut env = env(&draft);
    let finished = run_in(draft, &mut env);
    assert_eq!(
        finished.outcome.exit,
        Exit::Ok(30 * 10_000 + 970),
        "reads see the payment"
    );
    assert_eq!(
        finished.outcome.effects,
        [Effect::PayMana {
            to: other(),
            amount: mana(30)
        }]
    );
    assert_eq!(env.accounts[&owner()].mana, mana(970));
}

#[test]
fn call_12_keeps_to_the_account_that_is_granted() {
    let code = with_other("(call $other) (i64.const 3) (call $host_account_credit_mana)");
    let to = |account| Grant::ManaSpend {
        limit: mana(3),
        to: Some(account),
    };
    assert_eq!(
        run(draft(code.clone()).grant(to(other()))).outcome.exit,
        Exit::Ok(0)
    );
    let denied = run(draft(code.clone()).grant(to(owner())));
    assert_eq!(denied.outcome.exit, refused(Class::PermissionDenied));
    assert_eq!(
        run(draft(code)).outcome.exit,
        refused(Class::PermissionDenied)
    );
}

#[test]
fn amounts_that_are_no_payment_are_refused() {
    for amount in ["0", "-1", "0x8000000000000000"] {
        let code = format!(
            "(call $host_account_spend_mana (i32.const 0) (i32.const 0) (i64.const {amount}))"
        );
        let finished = granted(&code, &[spend(1_000)]);
        assert_eq!(
            finished.outcome.exit,
            refused(Class::InvalidSystemApiCall),
            "{amount}"
        );
    }
    let more_than_there_is =
        "(call $host_account_spend_mana (i32.const 0) (i32.const 0) (i64.const 1001))";
    let finished = granted(more_than_there_is, &[spend(5_000)]);
    assert_eq!(finished.outcome.exit, refused(Class::Economic));
    assert_eq!(finished.outcome.effects, []);
}

#[test]
fn a_grant_is_used_up() {
    let twice = format!("(drop {SPEND_5}) {SPEND_5}");
    assert_eq!(
        granted(&twice, &[spend(9)]).outcome.exit,
        refused(Class::PermissionDenied)
    );
    assert_eq!(granted(&twice, &[spend(10)]).outcome.effects.len(), 2);
    assert_eq!(
        granted(&twice, &[spend(5), spend(5)]).outcome.effects.len(),
        2
    );
}

#[test]
fn a_run_that_fails_has_no_effects() {
    let finished = granted(&format!("(drop {SPEND_5}) (unreachable)"), &[spend(10)]);
    assert!(!finished.outcome.exit.is_ok());
    assert_eq!(finished.outcome.effects, []);
    assert!(
        finished
            .outcome
            .host_calls
            .iter()
            .all(|stat| stat.mana.is_zero())
    );
}

#[test]
fn a_run_has_at_most_256_effects() {
    let code = "(local $n i32) (local $last i64)
        (loop $again
            (local.set $last
                (call $host_account_spend_mana (i32.const 0) (i32.const 0) (i64.const 1)))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $n) (i32.const 257))))
        (local.get $last)";
    let finished = granted(code, &[spend(1_000)]);
    assert_eq!(finished.outcome.exit, refused(Class::ResourceLimitExceeded));
    assert_eq!(finished.outcome.effects.len(), 256);
}

#[test]
fn the_older_forms_without_a_did_answer_for_the_owner() {
    for (name, expected) in [("host_account_get_mana", 1_000), ("host_get_reputation", 7)] {
        let code = crate::kit::module(&format!(
            r#"(import "icn" "{name}" (func $ask (result i64)))
            (memory (export "memory") 1) (func (export "run") (result i64) (call $ask))"#
        ));
        assert_eq!(run(draft(code)).outcome.exit, Exit::Ok(expected), "{name}");
    }
}
