//! hyphacoop/dasl-testing: cases for several profiles of CBOR, told apart by tags.
//!
//! icn's profile is dag-cbor with the CIDs of DASL, so a case is ours if it is tagged `basic` (any
//! profile), `dag-cbor` or `dasl-cid`. Cases for `rfc8949`, `dCBOR`, `CDE` or `CBOR-Core` alone
//! ask for what dag-cbor forbids, and are counted only.
//!
//! - `roundtrip`: accepted, and written as it was read.
//! - `invalid_in`: refused when read.
//! - `invalid_out`: the value these bytes mean cannot be written. Most such values cannot even be
//!   made: there is no [`Value`] for them.

use icn_base::codec::{self, CodecError, Value};
use icn_vectors::{Corpus, data, failures};
use serde_json::Value as Json;
use std::collections::BTreeMap;

const CASES: &str = "dasl-cbor/fixtures/cbor";

#[test]
fn cases_of_our_profile_get_the_expected_verdict() {
    let mut corpus = Corpus::open("dasl-cbor");
    let mut others = 0;
    for file in data::list(CASES) {
        let cases = data::json(&format!("{CASES}/{file}"));
        for case in cases.as_array().expect("a list of cases") {
            let tags = case["tags"].as_array().expect("every case has tags");
            if !tags
                .iter()
                .any(|tag| ["basic", "dag-cbor", "dasl-cid"].iter().any(|t| tag == t))
            {
                others += 1;
                continue;
            }
            let text = |field: &str| case[field].as_str().expect("every case has these fields");
            let name = format!(
                "{}: {} {}",
                file.replace(".json", ""),
                text("type"),
                text("name")
            );
            corpus.check(&name, judge(text("type"), &data::hex(text("data"))));
        }
    }
    assert_eq!(others, 13, "cases of other profiles");
    corpus.finish(92);
}

fn judge(kind: &str, bytes: &[u8]) -> Result<(), String> {
    let value: Result<Value, _> = codec::decode(bytes);
    assert_eq!(
        value.is_ok(),
        codec::scan(bytes).is_ok(),
        "one judge: {bytes:02x?}"
    );
    match kind {
        "roundtrip" => match value.map(|value| codec::encode(&value)) {
            Ok(Ok(again)) if again == bytes => Ok(()),
            Ok(again) => Err(format!("written as {again:02x?}")),
            Err(error) => Err(format!("refused: {error}")),
        },
        "invalid_in" => failures::refused(value),
        "invalid_out" => write(bytes).map_or(Ok(()), failures::refused),
        other => Err(format!("unknown type of case `{other}`")),
    }
}

/// Tries to write what the bytes mean in a laxer CBOR; nothing if no type of ours can mean it.
fn write(bytes: &[u8]) -> Option<Result<Vec<u8>, CodecError>> {
    let float = |value| Some(codec::encode(&Value::Float(value)));
    match bytes {
        [0xf9, 0x7e, 0x00] => float(f64::NAN),
        [0xf9, 0x7c, 0x00] => float(f64::INFINITY),
        [0xf9, 0xfc, 0x00] => float(f64::NEG_INFINITY),
        [0xfb, 0x80, 0, 0, 0, 0, 0, 0, 0] => float(-0.0),
        [0xa1, 0x00, 0x00] => Some(codec::encode(&BTreeMap::from([(0, 0)]))),
        [0xc2, 0x49, 0x01, zeros @ ..] if zeros == [0; 8] => {
            Some(codec::encode(&Value::Integer(1 << 64)))
        }
        // `undefined`, an unassigned simple value and a tagged date: serde and `Value` have none.
        [0xf7] | [0xe0] | [0xc0, ..] => None,
        other => unreachable!("a case that this test does not know: {other:02x?}"),
    }
}

#[test]
fn every_case_has_a_type_and_tags() {
    for file in data::list(CASES) {
        for case in data::json(&format!("{CASES}/{file}"))
            .as_array()
            .expect("a list")
        {
            assert!(
                case["type"].is_string() && case["tags"].is_array(),
                "{case}"
            );
            assert_ne!(case["tags"], Json::Array(Vec::new()), "{case}");
        }
    }
}
