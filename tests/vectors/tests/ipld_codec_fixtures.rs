//! ipld/codec-fixtures: each file of dag-cbor is named by its CID and has a twin in dag-json.
//!
//! The twin is the oracle. Where all its links are CIDs that icn takes (decision D4), the bytes
//! must be accepted, mean what the twin says, and come out of the encoder as they went in. Where
//! one is not, the bytes must be refused for that link.

use icn_base::codec::{self, CodecError, Value};
use icn_base::{Cid, Codec};
use icn_dag::Block;
use icn_vectors::{Corpus, data};
use serde_json::Value as Json;

const FIXTURES: &str = "ipld-codec-fixtures/fixtures";

#[test]
fn fixtures_are_taken_as_they_are_or_refused_for_a_foreign_link() {
    let mut corpus = Corpus::open("ipld-codec-fixtures");
    for case in data::list(FIXTURES) {
        corpus.check(&case, judge(&case));
    }
    corpus.finish(128);
}

fn judge(case: &str) -> Result<(), String> {
    let files = data::list(&format!("{FIXTURES}/{case}"));
    let file = |end| {
        let name = files.iter().find_map(|file| file.strip_suffix(end));
        name.expect("every fixture has this form")
    };
    let cid: Cid = file(".dag-cbor")
        .parse()
        .map_err(|error| format!("{error}"))?;
    let bytes = data::bytes(&format!("{FIXTURES}/{case}/{cid}.dag-cbor"));
    let twin = data::json(&format!("{FIXTURES}/{case}/{}.dag-json", file(".dag-json")));

    if Cid::of(Codec::DagCbor, &bytes) != cid {
        return Err("the bytes get another CID".into());
    }
    let block = Block::check(cid, bytes.clone());
    if has_foreign_link(&twin) {
        return match codec::scan(&bytes) {
            Err(CodecError::Link { .. }) if block.is_err() => Ok(()),
            other => Err(format!("found {other:?} instead of a refused link")),
        };
    }
    let block = block.map_err(|error| format!("refused: {error}"))?;
    let value: Value = block.value().map_err(|error| format!("refused: {error}"))?;
    if !means(&value, &twin) || !is_what_it_is_called(&value, case) {
        return Err(format!("read as {value:?}"));
    }
    match codec::encode(&value) {
        Ok(again) if again == bytes => Ok(()),
        other => Err(format!("written as {other:02x?}")),
    }
}

/// What stands under the one key `/` of a dag-json link or byte string.
fn slash(json: &Json) -> Option<&Json> {
    json.as_object().filter(|map| map.len() == 1)?.get("/")
}

/// D4 by its looks: a CIDv1 in base32 of dag-cbor or raw with 32 bytes of sha2-256.
fn has_foreign_link(json: &Json) -> bool {
    match (slash(json), json) {
        (Some(Json::String(cid)), _) => {
            cid.len() != 59
                || !["bafyrei", "bafkrei"]
                    .iter()
                    .any(|begin| cid.starts_with(begin))
        }
        (_, Json::Array(items)) => items.iter().any(has_foreign_link),
        (_, Json::Object(map)) => map.values().any(has_foreign_link),
        _ => false,
    }
}

/// True if the value is what its twin in dag-json says.
fn means(value: &Value, twin: &Json) -> bool {
    if let Some(inner) = slash(twin) {
        return match value {
            Value::Link(cid) => inner.as_str() == Some(&cid.to_string()),
            Value::Bytes(bytes) => {
                let digits = data_encoding::BASE64_NOPAD.encode(bytes);
                inner.get("bytes").and_then(Json::as_str) == Some(&digits)
            }
            _ => false,
        };
    }
    match (value, twin) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(value), Json::Bool(twin)) => value == twin,
        (Value::Text(value), Json::String(twin)) => value == twin,
        // serde_json reads some floats one step off; the fixture's name is read exactly.
        (Value::Float(value), Json::Number(twin)) => {
            let steps = |twin: f64| twin.to_bits().abs_diff(value.to_bits());
            twin.is_f64() && twin.as_f64().is_some_and(|twin| steps(twin) <= 1)
        }
        (Value::Integer(value), Json::Number(twin)) => {
            let twin_integer = twin
                .as_i64()
                .map(i128::from)
                .or(twin.as_u64().map(i128::from));
            // Below -2^63, serde_json has only floats; the name of the fixture has every digit.
            twin_integer.map_or(*value < i128::from(i64::MIN), |twin| twin == *value)
        }
        (Value::List(value), Json::Array(twin)) => {
            value.len() == twin.len() && value.iter().zip(twin).all(|(v, t)| means(v, t))
        }
        (Value::Map(value), Json::Object(twin)) => {
            value.len() == twin.len()
                && value
                    .iter()
                    .all(|(key, v)| twin.get(key).is_some_and(|t| means(v, t)))
        }
        _ => false,
    }
}

/// Fixtures of one number are named after it.
fn is_what_it_is_called(value: &Value, case: &str) -> bool {
    match value {
        Value::Integer(value) => case == format!("int-{value}"),
        Value::Float(value) => case
            .strip_prefix("float-")
            .and_then(|name| name.parse().ok())
            .is_some_and(|name: f64| name.to_bits() == value.to_bits()),
        _ => true,
    }
}

#[test]
fn negative_fixtures_are_refused() {
    let mut corpus = Corpus::open("ipld-codec-fixtures/negative");
    let dir = "ipld-codec-fixtures/negative-fixtures/dag-cbor/decode";
    for file in data::list(dir) {
        let cases = data::json(&format!("{dir}/{file}"));
        for case in cases.as_array().expect("a list of cases") {
            let bytes = data::hex(case["hex"].as_str().expect("bytes in hex"));
            let outcome = match codec::scan(&bytes) {
                Err(CodecError::KeyOrder { at: 11 }) => Ok(()),
                other => Err(format!("found {other:?} instead of the key at 11")),
            };
            corpus.check(case["name"].as_str().expect("a name"), outcome);
        }
    }
    corpus.finish(1);
}
