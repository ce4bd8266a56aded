//! One value, one spelling, for the typed words too: canonical dag-cbor that differs from a golden
//! row in its structure (an entry left out, put elsewhere or twice, an empty or plain value
//! instead) is refused as that word, or is another value that is written just so.

use icn_base::codec::{self, Value};
use icn_base::gov::{
    Ballot, DelegateRequest, ProposalKind, ProposalRequest, ProposalStatus, RevokeRequest, Scope,
    VoteRequest,
};
use icn_base::run::{Claim, Effect, Exit, Grant, JobSpec, Journal, Layout, Outcome, Receipt};
use icn_base::{Bytes, Cid, Did, Mana, Signature, Time};
use serde::{Serialize, de::DeserializeOwned};

/// The dag-cbor rows of a golden page, by name.
fn rows(page: &str) -> Vec<(String, Vec<u8>)> {
    let path = format!("{}/golden/{page}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the page is part of the repository");
    let mut name = String::new();
    let mut rows = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("  cbor ") {
            Some(digits) => rows.push((name.clone(), icn_vectors::data::hex(digits))),
            None if !line.starts_with(' ') => name = line.to_owned(),
            None => {}
        }
    }
    assert!(!rows.is_empty(), "{page} has rows");
    rows
}

/// Tries every mutant of a page's rows as one word.
fn check<T: Serialize + DeserializeOwned>(page: &str, is_row: impl Fn(&str) -> bool) {
    let mut tried = 0;
    for (name, bytes) in rows(page).into_iter().filter(|(name, _)| is_row(name)) {
        assert!(codec::decode::<T>(&bytes).is_ok(), "{page}: {name}");
        let value: Value = codec::decode(&bytes).expect("golden rows are canonical");
        for mutant in mutants(&value) {
            let bytes = codec::encode(&mutant).expect("mutants are values");
            tried += 1;
            if let Ok(word) = codec::decode::<T>(&bytes) {
                assert_eq!(
                    codec::encode(&word).as_deref(),
                    Ok(&bytes[..]),
                    "{page}: {name}: two spellings, one of them {mutant:?}"
                );
            }
        }
    }
    assert!(tried > 5, "{page}: {tried} mutants");
}

/// The value with one change somewhere in it.
fn mutants(value: &Value) -> Vec<Value> {
    let mut found = vec![
        Value::Null,
        Value::Bool(false),
        Value::Integer(0),
        Value::Integer(-1),
        Value::Integer(i128::from(u64::MAX)),
        Value::Float(0.5),
        Value::Bytes(Bytes(Vec::new())),
        Value::Text(String::new()),
        Value::List(Vec::new()),
        Value::Map(Default::default()),
    ];
    match value {
        Value::List(items) => {
            for at in 0..items.len() {
                let changed = |change: &dyn Fn(&mut Vec<Value>)| {
                    let mut items = items.clone();
                    change(&mut items);
                    Value::List(items)
                };
                found.push(changed(&|items| drop(items.remove(at))));
                found.push(changed(&|items| items.insert(at, items[at].clone())));
                found.push(changed(&|items| items.swap(0, at)));
                for inner in mutants(&items[at]) {
                    found.push(changed(&|items| items[at] = inner.clone()));
                }
            }
        }
        Value::Map(entries) => {
            for (key, inner) in entries {
                let without = || {
                    let mut entries = entries.clone();
                    entries.remove(key);
                    entries
                };
                found.push(Value::Map(without()));
                let mut renamed = without();
                renamed.insert(format!("{key}_"), inner.clone());
                found.push(Value::Map(renamed));
                for inner in mutants(inner) {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), inner);
                    found.push(Value::Map(entries));
                }
            }
            let mut longer = entries.clone();
            longer.insert("surprise".into(), Value::Null);
            found.push(Value::Map(longer));
        }
        _ => {}
    }
    found
}

#[test]
fn words_of_the_ground() {
    let all = |_: &str| true;
    check::<Cid>("cid", all);
    check::<Did>("did", all);
    check::<Mana>("mana", all);
    check::<Time>("time", all);
    check::<Bytes>("bytes", all);
    check::<Signature>("signature", all);
}

#[test]
fn words_of_a_run() {
    check::<Exit>("exit", |_| true);
    check::<Grant>("spec", |name| name == "a grant");
    check::<JobSpec>("spec", |name| name.starts_with("a spec"));
    check::<Effect>("outcome", |name| name == "an effect");
    check::<Outcome>("outcome", |name| ["an outcome", "a trap"].contains(&name));
    check::<Journal>("outcome", |name| name == "a journal");
    check::<Claim>("receipt", |name| name == "a claim");
    check::<Receipt>("receipt", |name| name == "a receipt");
    check::<Layout>("layout", |_| true);
}

#[test]
fn words_of_governance() {
    check::<ProposalKind>("governance", |name| name == "a kind");
    check::<Scope>("governance", |name| name == "a scope");
    check::<ProposalStatus>("governance", |name| name == "a status");
    check::<Ballot>("governance", |name| name == "a ballot");
    check::<ProposalRequest>("governance", |name| name == "a proposal");
    check::<VoteRequest>("governance", |name| name == "a vote");
    check::<DelegateRequest>("governance", |name| name == "a delegation");
    check::<RevokeRequest>("governance", |name| name == "a revocation");
}
