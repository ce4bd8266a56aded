//! One rule of verification (decision D5): `verify_strict`, for a key in canonical form.
//!
//! novifinancial/ed25519-speccheck has twelve signatures that verifiers are known to judge
//! differently; wycheproof has the known mistakes of implementations.

use icn_base::{Did, Signature};
use icn_vectors::{Corpus, data, failures};
use serde_json::Value as Json;

fn field(json: &Json, name: &str) -> Vec<u8> {
    data::hex(json[name].as_str().expect("bytes in hex"))
}

/// The whole way of a foreign signature: key, signature, verdict.
fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), String> {
    let key = key.try_into().map_err(|_| "the key has not 32 bytes")?;
    let did = Did::from_public_key(key).map_err(|error| error.to_string())?;
    let signature = signature
        .try_into()
        .map_err(|_| "the signature has not 64 bytes")?;
    did.verify_plain(message, &Signature::from_bytes(signature))
        .map_err(|error| error.to_string())
}

/// What makes each signature of speccheck hard to judge, and whether it must hold here. Strict
/// means: canonical encodings only, no key and no R of small order, and the equation without the
/// cofactor.
const SPECCHECK: [(&str, bool); 12] = [
    ("S = 0, key and R of small order", false),
    ("key of small order, R mixed", false),
    ("R of small order, key mixed", false),
    ("key and R mixed, both equations hold", true),
    ("only the equation with cofactor holds", false),
    (
        "only the equation with cofactor holds, if the hash is reduced first",
        false,
    ),
    ("S above the order", false),
    ("S far above the order", false),
    ("R not canonical, of small order", false),
    (
        "R not canonical, of small order, reduced in the hash",
        false,
    ),
    ("key not canonical, of small order", false),
    (
        "key not canonical, of small order, reduced in the hash",
        false,
    ),
];

#[test]
fn the_hard_cases_have_one_verdict() {
    let mut corpus = Corpus::open("ed25519");
    let cases = data::json("ed25519/speccheck_cases.json");
    let cases = cases.as_array().expect("a list of cases");
    for (at, (case, (what, holds))) in cases.iter().zip(SPECCHECK).enumerate() {
        let [key, message, signature] =
            ["pub_key", "message", "signature"].map(|name| field(case, name));
        let verdict = verify(&key, &message, &signature);
        let outcome = if holds {
            failures::accepted(verdict)
        } else {
            failures::refused(verdict)
        };
        corpus.check(&format!("{at}: {what}"), outcome);
    }
    assert_eq!(cases.len(), SPECCHECK.len());
    corpus.finish(12);
}

#[test]
fn keys_with_a_second_spelling_have_no_did() {
    let cases = data::json("ed25519/speccheck_cases.json");
    let did = |at: usize| {
        let key = field(&cases[at], "pub_key").try_into().expect("32 bytes");
        Did::from_public_key(key)
    };
    assert!((0..10).all(|at| did(at).is_ok()));
    assert!(
        (10..12).all(|at| did(at).is_err()),
        "refused before any signature is looked at"
    );
}

#[test]
fn wycheproof_verdicts_are_ours() {
    let mut corpus = Corpus::open("wycheproof");
    let vectors = data::json("wycheproof/ed25519_test.json");
    for group in vectors["testGroups"].as_array().expect("groups") {
        let key = field(&group["publicKey"], "pk");
        for test in group["tests"].as_array().expect("tests") {
            let verdict = verify(&key, &field(test, "msg"), &field(test, "sig"));
            let outcome = match test["result"].as_str() {
                Some("valid") => failures::accepted(verdict),
                Some("invalid") => failures::refused(verdict),
                other => Err(format!("a verdict that this test does not know: {other:?}")),
            };
            corpus.check(&format!("{} {}", test["tcId"], test["comment"]), outcome);
        }
    }
    corpus.finish(151);
}
