//! The one rule of decision D5 on every path by which a signature comes into the book, with the
//! keys and signatures that verifiers are known to judge differently.

use crate::world::{Setup, World, cid, did, keys, mana};
use ed25519_dalek::{Verifier, VerifyingKey};
use icn_base::run::{Claim, Receipt};
use icn_base::{Did, Domain, JobId, NetworkId, Signature, Time, codec};
use icn_economics::Offer;
use icn_ledger::{Action, Bid, Reject, SignedTx};
use serde::Serialize;
use serde_json::Value;

/// The order of the group, little endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// What is signed on one path, and whether a signature under it counts.
struct Path {
    domain: Domain,
    payload: Vec<u8>,
    counts: Box<dyn Fn(&Signature) -> bool>,
}

fn world() -> World {
    World::new(&Setup::default().member("alice", 1_000).member("bob", 1_000))
}

#[derive(Serialize)]
struct Statement<'a> {
    claim: &'a Claim,
    executor: Did,
    started: Time,
    finished: Time,
}

/// Every path, for words of `who` that differ with `salt`.
fn paths(world: &World, who: Did, salt: u64) -> [Path; 5] {
    let network = world.network();
    let mut body = world.body("bob", Action::Withdraw {});
    (body.from, body.nonce) = (who, Some(salt));
    let tx = move |signature: &Signature| {
        let tx = SignedTx {
            body: body.clone(),
            signature: *signature,
        };
        (tx.encode(), codec::encode(&body).unwrap())
    };
    let words = tx(&Signature::from_bytes([0; 64])).1;

    let mut bid = world.bid(JobId::new(cid("job")), "bob", Offer::default());
    (bid.terms.executor, bid.terms.offer.base) = (who, mana(salt));
    let terms = codec::encode(&bid.terms).unwrap();
    let assign = {
        let (template, sign) = (bid.clone(), world.body("bob", Action::Withdraw {}));
        move |signature: &Signature| {
            let bids = vec![Bid {
                signature: *signature,
                ..template.clone()
            }];
            let (job, spares) = (bids[0].terms.job, vec![]);
            let mut body = sign.clone();
            (body.nonce, body.action) = (None, Action::AssignJob { job, bids, spares });
            SignedTx::sign(body, &keys("bob")).verify(&network)
        }
    };

    let mut claim = world.claim(JobId::new(cid("job")), 1);
    claim.fuel_used = salt;
    let mut receipt = world.receipt("bob", claim);
    receipt.executor = who;
    let statement = codec::encode(&Statement {
        claim: &receipt.claim,
        executor: who,
        started: receipt.started,
        finished: receipt.finished,
    })
    .unwrap();
    let carried = |wrap: fn(Receipt) -> Action| {
        let (template, sign) = (receipt.clone(), world.body("bob", Action::Withdraw {}));
        move |signature: &Signature| {
            let receipt = Receipt {
                signature: *signature,
                ..template.clone()
            };
            let mut body = sign.clone();
            body.action = wrap(receipt);
            let done = SignedTx::sign(body, &keys("bob")).verify(&network);
            !matches!(done, Err(Reject::BadReceiptSignature { .. }))
        }
    };
    let settle = carried(|receipt| Action::SettleJob {
        receipt: Box::new(receipt),
        salt: None,
    });
    let anchor = carried(|receipt| Action::AnchorReceipt {
        receipt: Box::new(receipt),
    });
    let effect = {
        let template = receipt.clone();
        move |signature: &Signature| {
            let receipt = Receipt {
                signature: *signature,
                ..template.clone()
            };
            receipt.verify(&network).is_ok()
        }
    };
    let path = |domain, payload: &Vec<u8>, counts: Box<dyn Fn(&Signature) -> bool>| Path {
        domain,
        payload: payload.clone(),
        counts,
    };
    [
        path(
            Domain::Tx,
            &words,
            Box::new(move |signature| {
                let decoded = SignedTx::decode(&tx(signature).0).unwrap();
                !matches!(decoded.verify(&network), Err(Reject::BadSignature { .. }))
            }),
        ),
        path(
            Domain::Bid,
            &terms,
            Box::new(move |signature| {
                !matches!(assign(signature), Err(Reject::BadBidSignature { .. }))
            }),
        ),
        path(Domain::Receipt, &statement, Box::new(settle)),
        path(Domain::Receipt, &statement, Box::new(anchor)),
        path(Domain::Receipt, &statement, Box::new(effect)),
    ]
}

/// All pairs: signer, network and purpose of the signature, and the path that it is sent on.
#[test]
fn on_each_path_one_signer_one_network_and_one_purpose_count() {
    let world = world();
    let here = world.network();
    let elsewhere = NetworkId::new(cid("elsewhere"));
    let (mut tried, mut counted) = (0, 0);
    let all = paths(&world, did("bob"), 0);
    for path in &all {
        for words in &all {
            for signer in ["alice", "bob"] {
                for network in [here, elsewhere] {
                    for domain in Domain::ALL {
                        let signature = keys(signer).sign(domain, &network, &words.payload);
                        let right = signer == "bob"
                            && network == here
                            && domain == path.domain
                            && words.payload == path.payload;
                        assert_eq!((path.counts)(&signature), right, "{domain:?} {signer}");
                        tried += 1;
                        counted += usize::from(right);
                    }
                }
            }
        }
    }
    assert_eq!(
        (tried, counted),
        (5 * 5 * 2 * 2 * Domain::ALL.len(), 1 + 1 + 9)
    );
}

#[test]
fn a_signature_has_one_spelling_on_every_path() {
    let world = world();
    for path in paths(&world, did("bob"), 0) {
        let good = keys("bob").sign(path.domain, &world.network(), &path.payload);
        assert!((path.counts)(&good));
        for bit in 0..512 {
            let mut bytes = *good.as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!(path.counts)(&Signature::from_bytes(bytes)), "bit {bit}");
        }
        // The same number, one group order further: lenient verifiers take it.
        let (mut bytes, mut carry) = (*good.as_bytes(), 0u16);
        for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
            carry += u16::from(*byte) + u16::from(order);
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        assert_eq!(carry, 0);
        assert!(!(path.counts)(&Signature::from_bytes(bytes)));
    }
}

fn hex(json: &Value) -> Vec<u8> {
    let text = json.as_str().unwrap();
    let digits = (0..text.len()).step_by(2);
    digits
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// The keys and signatures of both corpora.
fn foreign() -> Vec<([u8; 32], [u8; 64])> {
    let hard = include_str!("../../../tests/vectors/data/ed25519/speccheck_cases.json");
    let hard: Value = serde_json::from_str(hard).unwrap();
    let known = include_str!("../../../tests/vectors/data/wycheproof/ed25519_test.json");
    let known: Value = serde_json::from_str(known).unwrap();
    let mut pairs: Vec<_> = hard
        .as_array()
        .unwrap()
        .iter()
        .map(|case| (hex(&case["pub_key"]), hex(&case["signature"])))
        .collect();
    for group in known["testGroups"].as_array().unwrap() {
        let key = hex(&group["publicKey"]["pk"]);
        for test in group["tests"].as_array().unwrap() {
            pairs.push((key.clone(), hex(&test["sig"])));
        }
    }
    pairs
        .into_iter()
        .filter_map(|(key, signature)| Some((key.try_into().ok()?, signature.try_into().ok()?)))
        .collect()
}

/// A key of small order signs everything, for a lenient rule. Not here, on no path.
#[test]
fn no_foreign_signature_counts_for_words_of_ours() {
    let world = world();
    let (mut tried, mut lenient) = (0, 0);
    for (key, signature) in foreign() {
        let Ok(who) = Did::from_public_key(key) else {
            continue;
        };
        for salt in 0..8 {
            for path in paths(&world, who, salt) {
                assert!(!(path.counts)(&Signature::from_bytes(signature)));
                tried += 1;
                let lax = VerifyingKey::from_bytes(&key).unwrap();
                let signature = ed25519_dalek::Signature::from_bytes(&signature);
                lenient += usize::from(lax.verify(&path.payload, &signature).is_ok());
            }
        }
    }
    assert!(tried > 4_000, "{tried}");
    assert!(
        lenient > 0,
        "the vectors can tell a strict rule from a lenient one"
    );
}
