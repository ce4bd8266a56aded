use super::*;
use icn_base::Time;
use proptest::prelude::*;

fn mana(units: u64) -> Mana {
    Mana::new(units).unwrap()
}

fn member(total: u64) -> (Supply, Account) {
    let (mut supply, mut account) = (Supply::default(), Account::default());
    supply.mint_genesis(&mut account, mana(total)).unwrap();
    supply.admit(&mut account, 0);
    (supply, account)
}

proptest! {
    #[test]
    fn touching_often_or_once_gives_the_same_total(
        total in 0u64..200,
        capacity in 0u64..200,
        mut steps in prop::collection::vec(0u64..500, 1..20),
    ) {
        steps.sort_unstable();
        let (mut supply, mut often) = member(total);
        for index in &steps {
            supply.touch(&mut often, *index, mana(capacity));
        }
        let (mut other, mut once) = member(total);
        other.touch(&mut once, *steps.last().unwrap(), mana(capacity));
        prop_assert_eq!(often, once);
        prop_assert_eq!(supply, other);
        prop_assert_eq!(crate::audit([&often], &supply), Ok(()));
    }
}

#[test]
fn only_members_regenerate_and_never_above_the_capacity() {
    let (mut supply, mut account) = member(95);
    assert_eq!(supply.touch(&mut account, 10, mana(100)), mana(5));
    assert_eq!(supply.touch(&mut account, 20, mana(100)), Mana::ZERO);
    assert_eq!(
        supply.touch(&mut account, 30, mana(50)),
        Mana::ZERO,
        "a lower capacity"
    );
    assert_eq!(account.total(), mana(100));
    let mut stranger = Account::default();
    assert_eq!(supply.touch(&mut stranger, 1_000, mana(100)), Mana::ZERO);
    assert_eq!(stranger, Account::default());
}

#[test]
fn admission_begins_now_and_removal_credits_what_is_due() {
    let (mut supply, mut account) = (Supply::default(), Account::default());
    supply.admit(&mut account, 1_000);
    supply.admit(&mut account, 5_000);
    assert_eq!(supply.touch(&mut account, 1_007, mana(100)), mana(7));
    assert_eq!(supply.remove(&mut account, 1_010, mana(100)), mana(3));
    assert_eq!(supply.touch(&mut account, 9_999, mana(100)), Mana::ZERO);
    assert_eq!(account.total(), mana(10));
}

#[test]
fn regeneration_stops_where_no_more_mana_can_be() {
    let (mut supply, mut account) = member(1);
    supply
        .mint_treasury(Mana::MAX.minus(mana(3)).unwrap())
        .unwrap();
    assert_eq!(supply.touch(&mut account, 1_000, Mana::MAX), mana(2));
    assert_eq!(supply.touch(&mut account, 2_000, Mana::MAX), Mana::ZERO);
    assert!(supply.mint_treasury(mana(1)).is_err());
    assert!(supply.mint_genesis(&mut account, mana(1)).is_err());
    assert_eq!(crate::audit([&account], &supply), Ok(()));
}

#[test]
fn a_preview_is_what_a_touch_would_leave_and_touches_nothing() {
    let (supply, account) = member(10);
    let regeneration = Regeneration::new(Time::ZERO, mana(7), 1_000);
    let at = Time::from_ms(2_500).unwrap();
    let seen = supply.preview(&account, &regeneration, at, mana(100));
    assert_eq!(seen.total(), mana(24));
    assert_eq!(account.total(), mana(10));
}
