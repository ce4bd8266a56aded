use super::*;
use crate::codec;

#[test]
fn arithmetic_stays_in_range_or_says_so() {
    let one = Mana::new(1).unwrap();
    assert_eq!(Mana::MAX.plus(one), Err(ManaError::Overflow));
    assert_eq!(Mana::ZERO.minus(one), Err(ManaError::Underflow));
    assert_eq!(Mana::MAX.times(2), Err(ManaError::Overflow));
    assert_eq!(Mana::MAX.times(u64::MAX), Err(ManaError::Overflow));
    assert_eq!(Mana::new(MANA_MAX + 1), Err(ManaError::Overflow));
    assert_eq!(Mana::MAX.minus(Mana::MAX), Ok(Mana::ZERO));
}

#[test]
fn scaling_rounds_up() {
    let ten = Mana::new(10).unwrap();
    assert_eq!(ten.scaled_up(0, 3), Ok(Mana::ZERO));
    assert_eq!(ten.scaled_up(1, 3), Mana::new(4));
    assert_eq!(ten.scaled_up(3, 3), Ok(ten));
    assert_eq!(ten.scaled_up(1, 0), Err(ManaError::Overflow));
    assert_eq!(Mana::MAX.scaled_up(u64::MAX, u64::MAX), Ok(Mana::MAX));
    assert_eq!(Mana::MAX.scaled_up(u64::MAX, 1), Err(ManaError::Overflow));
}

#[test]
fn json_takes_digits_and_answers_strings() {
    for (json, units) in [
        ("\"0\"", 0),
        ("7", 7),
        ("\"9223372036854775807\"", MANA_MAX),
    ] {
        assert_eq!(serde_json::from_str::<Mana>(json).unwrap().units(), units);
    }
    assert_eq!(
        serde_json::to_string(&Mana::MAX).unwrap(),
        "\"9223372036854775807\""
    );
    for json in [
        "-1",
        "1.0",
        "1e3",
        "\"1e3\"",
        "\"+1\"",
        "\"-1\"",
        "\"01\"",
        "\"\"",
        "\" 1\"",
        "\"0x1\"",
        "9007199254740993",
        "\"9223372036854775808\"",
        "null",
        "true",
        "[1]",
        "\"1.0\"",
        "\"١\"",
    ] {
        assert!(serde_json::from_str::<Mana>(json).is_err(), "{json}");
    }
}

#[test]
fn cbor_takes_integers_only() {
    assert_eq!(
        codec::encode(&Mana::MAX).unwrap(),
        b"\x1b\x7f\xff\xff\xff\xff\xff\xff\xff"
    );
    for bytes in [
        &b"\x1b\x80\0\0\0\0\0\0\0"[..],
        b"\x20",
        b"\x617",
        b"\xfb\x3f\xf0\0\0\0\0\0\0",
    ] {
        assert!(codec::decode::<Mana>(bytes).is_err(), "{bytes:?}");
    }
}
