//! Every vector again, damaged: cut, with flipped bits, with bytes put in and taken out, and bytes
//! and text that are random. No door panics; what is taken has one spelling; and a block is only
//! taken under the CID of its own bytes.

use icn_base::codec::{self, Value};
use icn_base::{Cid, Codec, Did, Mana, Signature};
use icn_dag::Block;
use icn_vectors::data;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value as Json;

/// Every door that takes bytes. What it takes, it must write the same way again.
fn bytes_doors(bytes: &[u8]) {
    let judged = codec::scan(bytes);
    let links = codec::links(bytes);
    assert_eq!(judged.is_ok(), links.is_ok(), "{bytes:02x?}");
    match codec::decode::<Value>(bytes) {
        Ok(value) => assert_eq!(codec::encode(&value).as_deref(), Ok(bytes)),
        Err(error) => assert!(judged.is_err(), "{error}: {bytes:02x?}"),
    }
    if let Ok(cid) = Cid::from_bytes(bytes) {
        assert_eq!(cid.to_bytes(), bytes);
    }
    if let Ok((cid, rest)) = Cid::split_from(bytes) {
        assert_eq!([&cid.to_bytes()[..], rest].concat(), bytes);
    }
    if let Ok(did) = codec::decode::<Did>(bytes) {
        assert_eq!(codec::encode(&did).as_deref(), Ok(bytes));
    }
    if let Ok(signature) = codec::decode::<Signature>(bytes) {
        assert_eq!(codec::encode(&signature).as_deref(), Ok(bytes));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        text_doors(text);
    }
}

/// Every door that takes text.
fn text_doors(text: &str) {
    if let Ok(cid) = text.parse::<Cid>() {
        assert_eq!(cid.to_string(), text);
    }
    if let Ok(did) = text.parse::<Did>() {
        assert_eq!(did.to_string(), text);
    }
    if let Ok(mana) = text.parse::<Mana>() {
        assert_eq!(mana.to_string(), text);
    }
}

/// The bytes in the vectors: files of dag-cbor, and hex in JSON.
fn vectors() -> Vec<Vec<u8>> {
    let fixtures = "ipld-codec-fixtures/fixtures";
    let mut found: Vec<_> = data::list(fixtures)
        .iter()
        .flat_map(|dir| {
            data::list(&format!("{fixtures}/{dir}"))
                .into_iter()
                .map(move |f| (dir, f))
        })
        .map(|(dir, file)| data::bytes(&format!("{fixtures}/{dir}/{file}")))
        .collect();
    for file in data::list("dasl-cbor/fixtures/cbor") {
        collect(
            &data::json(&format!("dasl-cbor/fixtures/cbor/{file}")),
            &mut found,
        );
    }
    for file in data::list("did-key/test-vectors") {
        collect(
            &data::json(&format!("did-key/test-vectors/{file}")),
            &mut found,
        );
    }
    collect(&data::json("ed25519/speccheck_cases.json"), &mut found);
    assert!(found.len() > 400, "{} vectors are found", found.len());
    found
}

/// Strings of a JSON value: the bytes that they are in hex, or their text.
fn collect(json: &Json, found: &mut Vec<Vec<u8>>) {
    match json {
        Json::String(text) => {
            let bytes = data_encoding::HEXLOWER.decode(text.as_bytes());
            found.push(bytes.unwrap_or_else(|_| text.clone().into_bytes()));
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Json::Object(map) => map.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// Positions to damage: each one in a short vector, spread ones in a long one.
fn positions(length: usize) -> impl Iterator<Item = usize> {
    (0..length).step_by(length.div_ceil(200).max(1))
}

#[test]
fn cut_vectors_do_no_harm() {
    for bytes in vectors() {
        for at in positions(bytes.len()) {
            bytes_doors(&bytes[..at]);
            bytes_doors(&bytes[at..]);
        }
    }
}

#[test]
fn flipped_bits_do_no_harm_and_make_another_block() {
    for mut bytes in vectors() {
        let named = [Codec::Raw, Codec::DagCbor].map(|codec| Cid::of(codec, &bytes));
        for at in positions(bytes.len()) {
            let bit = 1 << (at % 8);
            bytes[at] ^= bit;
            bytes_doors(&bytes);
            for cid in named {
                assert!(
                    Block::check(cid, bytes.clone()).is_err(),
                    "{cid} has other bytes"
                );
            }
            bytes[at] ^= bit;
        }
    }
}

#[test]
fn bytes_put_in_and_taken_out_do_no_harm() {
    for bytes in vectors() {
        for at in positions(bytes.len()) {
            let mut shorter = bytes.clone();
            shorter.remove(at);
            bytes_doors(&shorter);
            let mut longer = bytes.clone();
            longer.insert(at, 0xff);
            bytes_doors(&longer);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_bytes_do_no_harm(bytes: Vec<u8>) {
        bytes_doors(&bytes);
    }

    #[test]
    fn random_text_does_no_harm(text in "\\PC*|b[a-z2-7]{58}|did:key:z[1-9A-Za-z]{48}|[0-9]{1,25}") {
        text_doors(&text);
    }

    #[test]
    fn random_changes_of_a_vector_do_no_harm(
        which: Index,
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..8),
    ) {
        static VECTORS: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
        let mut bytes = which.get(VECTORS.get_or_init(vectors)).clone();
        for (at, byte) in changes {
            if !bytes.is_empty() {
                *at.get_mut(&mut bytes) = byte;
            }
        }
        bytes_doors(&bytes);
    }
}
