use super::*;
use expect_test::{Expect, expect};

/// Runs `op amount` lines on one account and shows what becomes of it.
fn check(script: &str, expected: &Expect) {
    let mut account = Account::default();
    let mut shown = String::new();
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let (op, amount) = line.split_once(' ').unwrap();
        let amount = match amount {
            "max" => Mana::MAX,
            digits => digits.parse().unwrap(),
        };
        let before = account;
        let result = match op {
            "deposit" => account.deposit(amount),
            "withdraw" => account.withdraw(amount),
            "hold" => account.hold(amount),
            "release" => account.release(amount),
            "pay" => account.pay_from_hold(amount),
            "bond" => account.bond(amount),
            "unbond" => account.unbond(amount),
            "forfeit" => account.pay_from_bond(amount),
            other => panic!("{other} is no operation"),
        };
        let verdict = match result {
            Ok(()) => "ok".to_owned(),
            Err(error) => {
                assert_eq!(account, before, "a refusal changes nothing");
                error.to_string()
            }
        };
        let (total, held, bonded) = (account.total(), account.held(), account.bonded());
        let free = account.spendable();
        shown += &format!("{line:<16} {total:>4} {held:>4} {bonded:>4} {free:>4}  {verdict}\n");
    }
    expected.assert_eq(&shown);
}

#[test]
fn mana_moves_between_free_held_and_bonded() {
    check(
        "deposit 100
         hold 60
         bond 30
         withdraw 11
         withdraw 10
         pay 20
         release 41
         release 40
         forfeit 31
         forfeit 10
         unbond 20
         withdraw 60",
        &expect![[r#"
            deposit 100       100    0    0  100  ok
            hold 60           100   60    0   40  ok
            bond 30           100   60   30   10  ok
            withdraw 11       100   60   30   10  11 mana is needed and 10 is spendable
            withdraw 10        90   60   30    0  ok
            pay 20             70   40   30    0  ok
            release 41         70   40   30    0  41 mana was to leave a hold or bond of 40
            release 40         70    0   30   40  ok
            forfeit 31         70    0   30   40  31 mana was to leave a hold or bond of 30
            forfeit 10         60    0   20   40  ok
            unbond 20          60    0    0   60  ok
            withdraw 60         0    0    0    0  ok
        "#]],
    );
}

#[test]
fn nothing_and_everything_are_amounts() {
    check(
        "withdraw 0
         hold 0
         pay 0
         withdraw 1
         deposit max
         deposit 1
         hold max
         bond 1
         pay max
         deposit max
         bond max
         forfeit max",
        &expect![[r#"
            withdraw 0          0    0    0    0  ok
            hold 0              0    0    0    0  ok
            pay 0               0    0    0    0  ok
            withdraw 1          0    0    0    0  1 mana is needed and 0 is spendable
            deposit max      9223372036854775807    0    0 9223372036854775807  ok
            deposit 1        9223372036854775807    0    0 9223372036854775807  an amount of mana is at most 9223372036854775807
            hold max         9223372036854775807 9223372036854775807    0    0  ok
            bond 1           9223372036854775807 9223372036854775807    0    0  1 mana is needed and 0 is spendable
            pay max             0    0    0    0  ok
            deposit max      9223372036854775807    0    0 9223372036854775807  ok
            bond max         9223372036854775807    0 9223372036854775807    0  ok
            forfeit max         0    0    0    0  ok
        "#]],
    );
}

#[test]
fn a_transfer_is_all_or_nothing() {
    let mana = |units| Mana::new(units).unwrap();
    let (mut poor, mut rich) = (Account::default(), Account::default());
    poor.deposit(mana(5)).unwrap();
    rich.deposit(Mana::MAX).unwrap();
    assert!(transfer(&mut poor, &mut rich, mana(1)).is_err(), "no room");
    assert!(
        transfer(&mut poor, &mut rich, mana(6)).is_err(),
        "not enough"
    );
    assert_eq!((poor.total(), rich.total()), (mana(5), Mana::MAX));
    transfer(&mut rich, &mut poor, mana(1)).unwrap();
    assert_eq!(poor.total(), mana(6));
}
