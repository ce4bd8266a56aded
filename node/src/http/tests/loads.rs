//! Many transactions at once, in both spellings: each has a verdict of its own.

use super::node::{Node, stranger};
use super::routes::transfer;
use icn_base::codec;
use icn_ledger::SignedTx;
use serde_json::json;
use std::time::Instant;

#[test]
fn a_thousand_transactions_have_a_thousand_verdicts() {
    let node = Node::new();
    let keys = stranger();
    for (round, cbor) in [false, true].into_iter().enumerate() {
        let first = round as u64 * 64;
        // An account may have 64 waiting: what is beyond is refused, one by one.
        let mut txs: Vec<SignedTx> = (0..1_000)
            .map(|at| transfer(&node, &keys, first + at, 1))
            .collect();
        txs[7].signature = txs[8].signature;
        let began = Instant::now();
        let reply = match cbor {
            true => {
                let media = "Content-Type: application/vnd.ipld.dag-cbor";
                let body = codec::encode(&txs).unwrap();
                node.client
                    .send("POST /v1/transactions?wait=5", media, &body)
            }
            false => node.client.post("/v1/transactions?wait=5", &json!(txs)),
        };
        eprintln!("1,000 transactions, cbor {cbor}: {:?}", began.elapsed());
        assert_eq!(reply.status, 200, "{}", reply.head);
        let verdicts = reply.json();
        assert_eq!(verdicts.as_array().unwrap().len(), 1_000);
        let is = |at: usize| verdicts[at]["status"].as_str().unwrap();
        assert_eq!(is(0), "applied");
        assert_eq!(
            (is(7), &verdicts[7]["error"]["code"]),
            ("refused", &json!(4))
        );
        assert_eq!(is(999), "refused");
        assert!(verdicts[999]["error"]["hint"].is_string());
        let last = transfer(&node, &keys, first + 7, 1);
        let rest: Vec<_> = (first + 8..first + 64)
            .map(|nonce| transfer(&node, &keys, nonce, 1))
            .collect();
        let rest: Vec<_> = [last].into_iter().chain(rest).collect();
        let reply = node
            .client
            .post("/v1/transactions?wait=5", &json!(rest))
            .json();
        assert!(
            reply
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one["status"] == "applied"),
            "{reply}"
        );
    }
}

#[test]
fn a_body_of_none_or_of_too_many_is_refused_as_a_whole() {
    let node = Node::new();
    let tx = transfer(&node, &stranger(), 0, 1);
    assert_eq!(
        node.client.post("/v1/transactions", &json!([])).code(),
        1036
    );
    let many = vec![tx; 1_001];
    assert_eq!(
        node.client.post("/v1/transactions", &json!(many)).code(),
        1036
    );
}
