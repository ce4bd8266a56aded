use super::*;
use crate::{Cid, Codec};

fn network(name: &str) -> NetworkId {
    NetworkId::new(Cid::of(Codec::Raw, name.as_bytes()))
}

#[test]
fn a_signature_for_one_purpose_or_network_is_nothing_for_another() {
    let keys = Keypair::from_seed([1; 32]);
    let networks = [network("a"), network("b")];
    for (signed, net) in Domain::ALL.iter().flat_map(|d| networks.map(|n| (*d, n))) {
        let signature = keys.sign(signed, &net, b"payload");
        for (read, other) in Domain::ALL.iter().flat_map(|d| networks.map(|n| (*d, n))) {
            let verdict = keys.did().verify(read, &other, b"payload", &signature);
            assert_eq!(
                verdict.is_ok(),
                signed == read && net == other,
                "{signed:?} as {read:?}"
            );
        }
    }
}

#[test]
fn a_signature_holds_for_its_key_and_bytes_only() {
    let (keys, other) = (Keypair::from_seed([1; 32]), Keypair::from_seed([2; 32]));
    let net = network("a");
    let signature = keys.sign(Domain::Tx, &net, b"payload");
    assert!(
        keys.did()
            .verify(Domain::Tx, &net, b"payload", &signature)
            .is_ok()
    );
    assert!(
        keys.did()
            .verify(Domain::Tx, &net, b"payloae", &signature)
            .is_err()
    );
    assert!(
        other
            .did()
            .verify(Domain::Tx, &net, b"payload", &signature)
            .is_err()
    );
}

#[test]
fn tags_are_distinct_and_frozen() {
    let tags: Vec<_> = Domain::ALL.iter().map(|domain| domain.tag()).collect();
    assert_eq!(
        tags,
        [
            "icn/tx/1",
            "icn/receipt/1",
            "icn/bid/1",
            "icn/vote/1",
            "icn/proposal/1",
            "icn/announce/1",
            "icn/credential/1",
        ]
    );
}

#[test]
fn secrets_are_not_printed() {
    let keys = Keypair::from_seed([0xab; 32]);
    let shown = format!("{keys:?}");
    assert!(shown.contains("did:key:z6Mk") && !shown.contains("ab, ab") && !shown.contains("abab"));
}

#[test]
fn signatures_have_one_spelling_in_json() {
    let signature = Signature::from_bytes([0xab; 64]);
    let json = serde_json::to_string(&signature).unwrap();
    assert_eq!(serde_json::from_str::<Signature>(&json).unwrap(), signature);
    for other in [
        json.to_uppercase(),
        json.replace("ab\"", "\""),
        json.replacen("ab", "zz", 1),
    ] {
        assert!(
            serde_json::from_str::<Signature>(&other).is_err(),
            "{other}"
        );
    }
}
