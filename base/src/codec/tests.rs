use super::*;
use crate::{Cid, Codec};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    zebra: u8,
    at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Cid>,
    kind: Kind,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
enum Kind {
    Plain,
    Pair(u8, u8),
    Named { value: String },
    One(Vec<u8>),
}

fn sample(link: Option<Cid>) -> Sample {
    Sample {
        zebra: 1,
        at: -2,
        link,
        kind: Kind::Pair(3, 4),
    }
}

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}

#[test]
fn fields_are_sorted_by_length_and_then_bytes_whatever_the_type_says() {
    let bytes = encode(&sample(None)).unwrap();
    assert_eq!(
        bytes,
        hex("a362617421646b696e64a16450616972820304657a6562726101")
    );
    assert_eq!(decode::<Sample>(&bytes).unwrap(), sample(None));
}

#[test]
fn links_are_tag_42_and_only_tag_42_is_a_link() {
    let cid = Cid::of(Codec::Raw, b"x");
    let bytes = encode(&sample(Some(cid))).unwrap();
    assert_eq!(links(&bytes).unwrap(), [cid]);
    assert_eq!(decode::<Sample>(&bytes).unwrap(), sample(Some(cid)));
    let as_bytes = encode(&BTreeMap::from([(
        "link",
        crate::Bytes(cid.to_bytes().into()),
    )]));
    assert!(decode::<BTreeMap<String, Cid>>(&as_bytes.unwrap()).is_err());
    assert!(decode::<crate::Bytes>(&encode(&cid).unwrap()).is_err());
}

#[test]
fn every_second_spelling_of_a_typed_value_is_refused() {
    let cases: &[(&str, &str)] = &[
        ("a struct as an array", "8401216464617461a0"),
        (
            "null for an absent field",
            "a462617421646b696e6465506c61696e646c696e6bf6657a6562726101",
        ),
        (
            "an unknown field",
            "a462617421646b696e6465506c61696e657a6562726101667a6562726173f4",
        ),
        (
            "bytes for text",
            "a362617421646b696e6445506c61696e657a6562726101",
        ),
        (
            "a unit variant as a map",
            "a362617421646b696e64a165506c61696ef6657a6562726101",
        ),
        (
            "a number where a name belongs",
            "a362617421646b696e6400657a6562726101",
        ),
        ("a missing field", "a262617421646b696e6465506c61696e"),
        (
            "a float for an integer",
            "a3626174fbc000000000000000646b696e6465506c61696e657a6562726101",
        ),
        (
            "a number out of range",
            "a362617421646b696e6465506c61696e657a65627261190100",
        ),
        (
            "two entries in a variant",
            "a362617421646b696e64a2634f6e65806450616972820304657a6562726101",
        ),
    ];
    for (what, bytes) in cases {
        let bytes = hex(bytes);
        assert!(decode::<Sample>(&bytes).is_err(), "{what}");
    }
    let good = hex("a362617421646b696e6465506c61696e657a6562726101");
    assert_eq!(decode::<Sample>(&good).unwrap().kind, Kind::Plain);
}

#[test]
fn what_a_type_lets_pass_twice_is_found_by_writing_it_again() {
    type Set = std::collections::BTreeSet<u8>;
    assert_eq!(decode::<Set>(&hex("820102")).unwrap(), Set::from([1, 2]));
    for other in ["820201", "83010202"] {
        assert_eq!(
            decode::<Set>(&hex(other)),
            Err(CodecError::SecondSpelling),
            "{other}"
        );
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Silent {
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        list: Vec<u8>,
    }
    assert!(decode::<Silent>(&hex("a0")).is_ok());
    assert_eq!(
        decode::<Silent>(&hex("a1646c69737480")),
        Err(CodecError::SecondSpelling)
    );
}

#[test]
fn every_kind_of_variant_comes_back() {
    for kind in [
        Kind::Plain,
        Kind::Pair(0, 255),
        Kind::Named { value: "v".into() },
        Kind::One(vec![1, 2, 3]),
    ] {
        let bytes = encode(&kind).unwrap();
        assert_eq!(decode::<Kind>(&bytes).unwrap(), kind);
    }
}

#[test]
fn what_has_no_canonical_spelling_is_not_written() {
    assert!(encode(&f64::NAN).is_err());
    assert!(encode(&f64::NEG_INFINITY).is_err());
    assert!(encode(&-0.0f64).is_err());
    assert!(encode(&None::<u8>).is_err());
    assert!(encode(&BTreeMap::from([(1u8, 2u8)])).is_err());
    assert!(encode(&(i128::from(u64::MAX) + 1)).is_err());
}

#[test]
fn malformed_bytes_are_named() {
    let at = 0;
    let cases = [
        ("", CodecError::End { at }),
        ("18", CodecError::End { at }),
        ("1817", CodecError::NotShortest { at }),
        ("190017", CodecError::NotShortest { at }),
        ("1b0000000000000017", CodecError::NotShortest { at }),
        ("1c", CodecError::Reserved { at }),
        ("5f", CodecError::Indefinite { at }),
        ("9fff", CodecError::Indefinite { at }),
        ("ff", CodecError::Indefinite { at }),
        ("0000", CodecError::Trailing { count: 1 }),
        ("61ff", CodecError::Utf8 { at }),
        ("f7", CodecError::Simple { at }),
        ("f818", CodecError::Simple { at }),
        ("f97e00", CodecError::Float { at }),
        ("fb7ff8000000000000", CodecError::Float { at }),
        ("fb8000000000000000", CodecError::Float { at }),
        ("c000", CodecError::Tag { at }),
        (
            "d82a4100",
            CodecError::Link {
                at,
                source: crate::cid::CidError::Length(0),
            },
        ),
        ("d82a6100", CodecError::Tag { at }),
        ("a10000", CodecError::KeyType { at: 1 }),
        ("a2616101616102", CodecError::KeyOrder { at: 4 }),
        ("a262616101616202", CodecError::KeyOrder { at: 5 }),
        ("9b7fffffffffffffff", CodecError::End { at }),
        ("bbffffffffffffffff", CodecError::End { at }),
        ("5bffffffffffffffff", CodecError::End { at }),
    ];
    for (bytes, error) in cases {
        assert_eq!(scan(&hex(bytes)), Err(error), "{bytes}");
    }
}

#[test]
fn depth_bombs_are_refused_unread() {
    for byte in [0x81, 0xa1, 0x9f, 0xd8, 0xbf] {
        assert!(scan(&vec![byte; 5_000_000]).is_err());
    }
    let nested = |depth| [vec![0x81; depth], vec![0x00]].concat();
    assert_eq!(scan(&nested(crate::limits::CBOR_DEPTH_MAX)), Ok(()));
    let at = crate::limits::CBOR_DEPTH_MAX;
    assert_eq!(scan(&nested(at + 1)), Err(CodecError::Depth { at }));
}

#[test]
fn what_can_be_written_can_be_read() {
    let mut deep = Value::Null;
    for _ in 0..crate::limits::CBOR_DEPTH_MAX {
        deep = Value::List(vec![deep]);
    }
    assert_eq!(decode::<Value>(&encode(&deep).unwrap()).unwrap(), deep);
    assert!(encode(&Value::List(vec![deep])).is_err());
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        (-(1i128 << 64)..1i128 << 64).prop_map(Value::Integer),
        any::<i16>().prop_map(|small| Value::Integer(small.into())),
        any::<i32>().prop_map(|half| Value::Float(f64::from(half) / 2.0)),
        any::<Vec<u8>>().prop_map(|bytes| Value::Bytes(bytes.into())),
        ".{0,20}".prop_map(Value::Text),
        any::<[u8; 32]>().prop_map(|d| Value::Link(Cid::from_digest(Codec::DagCbor, d))),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::List),
            prop::collection::btree_map(".{0,9}", inner, 0..8).prop_map(Value::Map),
        ]
    })
}

proptest! {
    #[test]
    fn values_come_back_and_are_canonical(value in values()) {
        let bytes = encode(&value).unwrap();
        prop_assert_eq!(scan(&bytes), Ok(()));
        prop_assert_eq!(decode::<Value>(&bytes).unwrap(), value);
    }

    #[test]
    fn random_bytes_are_refused_or_have_one_spelling(bytes in any::<Vec<u8>>()) {
        match decode::<Value>(&bytes) {
            Ok(value) => prop_assert_eq!(encode(&value).unwrap(), bytes),
            Err(error) => prop_assert!(scan(&bytes).is_err(), "scan took what decode refused: {}", error),
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_or_is_another_value(
        value in values(), index in any::<prop::sample::Index>(), bit in 0..8u8,
    ) {
        let mut bytes = encode(&value).unwrap();
        let at = index.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = decode::<Value>(&bytes) {
            prop_assert_ne!(&other, &value);
            prop_assert_eq!(encode(&other).unwrap(), bytes);
        }
    }
}
