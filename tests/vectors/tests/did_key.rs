//! w3c-ccg/did-method-key: ed25519 is taken, in its one spelling; every other kind of key is
//! refused by its number, and a DID URL is not a DID.

use icn_base::did::DidError;
use icn_base::{Did, Keypair};
use icn_vectors::{Corpus, data, failures};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The files, and the kinds of keys in them.
const FILES: [(&str, &[u64]); 6] = [
    ("bls12381.json", &[0xeb, 0xee]),
    ("ed25519-x25519.json", &[0xed]),
    ("nist-curves.json", &[0x1200, 0x1201, 0x1202]),
    ("rsa.json", &[0x1205]),
    ("secp256k1.json", &[0xe7]),
    ("x25519.json", &[0xec]),
];

#[test]
fn ed25519_is_taken_and_every_other_kind_is_refused_by_its_number() {
    let mut corpus = Corpus::open("did-key");
    for (file, kinds) in FILES {
        let mut found_kinds = BTreeSet::new();
        for text in dids(file) {
            let found: Result<Did, _> = text.parse();
            let outcome = match &found {
                _ if text.contains('#') => failures::refused_as(found, &DidError::Url),
                Ok(did) if kinds == [0xed] && did.to_string() == text => {
                    found_kinds.insert(0xed);
                    Ok(())
                }
                Err(DidError::Kind(kind)) if kinds.contains(kind) && *kind != 0xed => {
                    found_kinds.insert(*kind);
                    Ok(())
                }
                other => Err(format!("found {other:?}")),
            };
            corpus.check(&format!("{file}: {}", &text[..text.len().min(60)]), outcome);
        }
        assert!(
            found_kinds.iter().eq(kinds),
            "{file} has keys of kinds {found_kinds:x?}"
        );
    }
    corpus.finish(65);
}

/// Every DID and DID URL in a file, once.
fn dids(file: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(
        &data::json(&format!("did-key/test-vectors/{file}")),
        &mut found,
    );
    found
}

fn collect(json: &Json, found: &mut BTreeSet<String>) {
    match json {
        Json::String(text) if text.starts_with("did:key:") => {
            found.insert(text.clone());
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Json::Object(map) => {
            for (key, value) in map {
                collect(&Json::String(key.clone()), found);
                collect(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_seed_grows_into_the_key_and_did_of_the_vector() {
    let vectors = data::json("did-key/test-vectors/ed25519-x25519.json");
    let mut seeds = 0;
    for (text, vector) in vectors.as_object().expect("DIDs by name") {
        let did: Did = text.parse().expect("taken, as the test above says");
        let key = vector["verificationKeyPair"]["publicKeyBase58"].as_str();
        if let Some(key) = key {
            assert_eq!(bs58::encode(did.public_key()).into_string(), key);
        }
        if let Some(seed) = vector["seed"].as_str() {
            let seed = data::hex(seed).try_into().expect("a seed has 32 bytes");
            assert_eq!(Keypair::from_seed(seed).did(), did);
            seeds += 1;
        }
    }
    assert_eq!(seeds, 5);
}
