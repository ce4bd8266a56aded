//! What was signed is done once, by whom it was signed, where it was meant for, and as it was written.

use icn_base::{Cid, Codec, Mana, NetworkId, Time};
use icn_e2e::http::CBOR;
use icn_e2e::user::body;
use icn_e2e::{Http, Mesh, User};
use icn_ledger::{Action, SignedTx};
use serde_json::Value;

fn post(http: &Http, path: &str, bytes: &[u8]) -> (u16, Value) {
    let reply = http.try_post(path, CBOR, bytes, None);
    let reply = reply.expect("the node answers");
    (reply.status, reply.json())
}

fn sent(http: &Http, tx: &SignedTx) -> (u16, Value) {
    let bytes = tx.encode();
    post(http, "/v1/transactions?wait=20", &bytes)
}

#[test]
fn what_was_signed_once_is_done_once_and_what_was_altered_is_not_done() {
    let mesh = Mesh::start(1, &[(1, 5_000)]);
    let http = mesh.nodes[0].http();
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    let tx = user.pay(to, 5);
    http.apply(std::slice::from_ref(&tx));
    let after = http.total(&user.did().to_string());
    // Replayed, alone and in a crowd: its first answer, and no second payment.
    assert_eq!(sent(&http, &tx).1["status"], "applied");
    let crowd = vec![tx.clone(); 100];
    let (status, verdicts) = post(&http, "/v1/transactions", &body(&crowd));
    assert_eq!(status, 200, "{verdicts}");
    assert_eq!(http.total(&to.to_string()), 5);

    // Every byte of it altered, one at a time.
    let next = user.pay(to, 5);
    let whole = icn_base::codec::encode(&next).unwrap();
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        let (status, verdict) = post(&http, "/v1/transactions", &altered);
        assert!(
            (400..500).contains(&status),
            "byte {at}: {status} {verdict}"
        );
    }
    for refused in foreign(&mut user, &next) {
        let (status, verdict) = sent(&http, &refused);
        assert!((400..500).contains(&status), "{status} {verdict}");
    }
    assert_eq!(http.total(&to.to_string()), 5);
    assert_eq!(http.total(&user.did().to_string()), after);
    // The one that was not altered is as good as ever.
    http.apply(&[next]);
    assert_eq!(http.total(&to.to_string()), 10);
}

/// Signed well, or signed by somebody: for another network, too late, under a number that is used, and
/// in another's name.
fn foreign(user: &mut User, next: &SignedTx) -> Vec<SignedTx> {
    let to = User::did_of(2);
    let elsewhere = NetworkId::new(Cid::of(Codec::DagCbor, b"elsewhere"));
    let mut stranger = User::new(1, elsewhere);
    let mut late = next.body.clone();
    late.valid_until = Time::from_ms(1_000_000_000_000).expect("a time");
    let mut stolen = next.clone();
    stolen.body.from = User::did_of(3);
    let mut more = next.clone();
    let amount = Mana::new(4_000).expect("an amount");
    let memo = String::new();
    more.body.action = Action::Transfer { to, amount, memo };
    let mut again = next.body.clone();
    again.nonce = Some(0);
    vec![
        stranger.pay(to, 5),
        user.sign_body(late),
        stolen,
        more,
        user.sign_body(again),
    ]
}
