//! Circuits, proofs and credentials: what is there, what is not, and what is no proof.

use super::node::Node;
use super::routes::{Counted, signed, text};
use icn_base::{Keypair, Time};
use icn_ledger::Action;
use icn_zk::credential::{Credential, Fact, HolderSecret, Statement, circuit_key};
use serde_json::{Value, json};

const KEY: &str = include_str!("../../../../zk/vectors/bn128/key.json");
const PROOF: &str = include_str!("../../../../zk/vectors/bn128/proof.json");

pub(super) fn circuits(api: &mut Counted<'_>) {
    let none = api.get("/v1/zk/circuits", "/v1/zk/circuits").json();
    assert_eq!(none["items"], json!([]));
    let nowhere = icn_base::Cid::of(icn_base::Codec::Raw, KEY.as_bytes()).to_string();
    api.seen.insert("GET /v1/zk/circuits/{id}".to_owned());
    let unknown = api.client.get(&format!("/v1/zk/circuits/{nowhere}"));
    assert_eq!((unknown.status, unknown.code()), (404, 606));

    let path = "/v1/zk/verify";
    let mut verdict = |key: &str, public: &str| -> String {
        let ask = json!({"vk": key, "proof": PROOF, "public": public});
        let said = api.post(path, path, &ask).json();
        text(&said, "verdict").to_owned()
    };
    assert_eq!(verdict(KEY, r#"["265","5","7"]"#), "valid");
    assert_eq!(verdict(KEY, r#"["265","5","8"]"#), "invalid");
    assert_eq!(verdict(KEY, r#"["265","5",7]"#), "malformed");
    assert_eq!(verdict(&"[".repeat(100_000), "[]"), "malformed");
    assert_eq!(
        verdict(&KEY.replace("bn128", "bls12381"), "[]"),
        "malformed"
    );
    for ask in [
        json!({"proof": PROOF, "public": "[]"}),
        json!({"vk": KEY, "circuit": nowhere, "proof": PROOF, "public": "[]"}),
        json!({"vk": KEY, "proof": PROOF, "public": "[]", "trust": "me"}),
        json!({"vk": KEY, "proof": {}, "public": []}),
    ] {
        let refused = api.client.post(path, &ask);
        assert_eq!((refused.status, refused.code()), (400, 1005), "{ask}");
    }
    let ask = json!({"circuit": nowhere, "proof": PROOF, "public": "[]"});
    assert_eq!(api.client.post(path, &ask).code(), 606);
}

/// The node's own key: it is the one member.
fn member() -> Keypair {
    Keypair::from_seed([1; 32])
}

fn credential(node: &Node, place: u32) -> Credential {
    let keys = member();
    let key = circuit_key(&keys);
    let now = node.door().view().tip.time;
    let statement = Statement {
        issuer: keys.did(),
        circuit_key: key.public(),
        holder: keys.did(),
        commitment: HolderSecret::of(&keys).commitment(),
        claims: [(Fact::Born, 20_000_229)].into(),
        issued: now,
        valid_until: now.after_ms(86_400_000).unwrap(),
        revocation_id: place,
    };
    let network = node.door().who().network;
    statement.sign(&keys, &key, &network).unwrap()
}

/// Registers, enrols, issues two and revokes one of them; the CID of the other.
pub(super) fn credentials(api: &mut Counted<'_>, node: &Node) -> String {
    let keys = member();
    let did = keys.did();
    let leaf = format!("/v1/members/{did}/leaf");
    assert_eq!(api.client.get(&leaf).json()["leaf"], Value::Null);
    let unknown = api.client.get(&format!("/v1/issuers/{did}"));
    assert_eq!((unknown.status, unknown.code()), (404, 903));

    let [kept, taken] = [0, 1].map(|place| credential(node, place));
    let register = Action::RegisterIssuer {
        name: "Town hall".to_owned(),
        circuit_key: circuit_key(&keys).public(),
    };
    let commitment = HolderSecret::of(&keys).commitment();
    let issue = |credential: &Credential| Action::IssueCredential {
        credential: credential.cid(),
        place: credential.statement.revocation_id,
    };
    let actions = [
        register,
        Action::Enrol { commitment },
        issue(&kept),
        issue(&taken),
    ];
    for action in actions {
        let account = api.client.get(&format!("/v1/accounts/{did}")).json();
        let nonce = account["nonce"].as_u64().unwrap();
        let tx = signed(node, &keys, nonce, action);
        let sent = api
            .client
            .post("/v1/transactions?wait=5", &json!(tx))
            .json();
        assert_eq!(sent["status"], "applied", "{sent}");
    }

    let issuers = api.get("/v1/issuers", "/v1/issuers?limit=1").json();
    assert_eq!(
        (&issuers["items"][0]["name"], &issuers["next"]),
        (&json!("Town hall"), &Value::Null)
    );
    let issuer = api
        .get("/v1/issuers/{did}", &format!("/v1/issuers/{did}"))
        .json();
    assert_eq!(
        (&issuer["next"], &issuer),
        (&json!(2), &issuers["items"][0])
    );
    let enrolled = api.get("/v1/members/{did}/leaf", &leaf).json();
    assert_eq!(enrolled["leaf"]["path"].as_array().unwrap().len(), 20);

    let show = format!("/v1/credentials/{}", taken.cid());
    let before = api.get("/v1/credentials/{cid}", &show).json();
    let revoke = format!("{show}/revoke");
    api.post("/v1/credentials/{cid}/revoke", &revoke, &json!({}));
    assert_eq!(api.client.post(&revoke, &json!({})).code(), 908);
    let after = api.client.get(&show).json();
    assert!(before["revoked"].is_null() && after["revoked"].is_u64());
    assert_ne!(before["leaf"]["root"], after["leaf"]["root"]);

    let never = credential(node, 2);
    let mut forged = kept.clone();
    forged.statement.claims.insert(Fact::Born, 19_000_101);
    let mut late = kept.clone();
    late.statement.valid_until = Time::ZERO;
    for (sent, verdict) in [
        (&kept, "valid"),
        (&taken, "revoked"),
        (&never, "unknown"),
        (&forged, "invalid"),
        (&late, "invalid"),
    ] {
        let path = "/v1/credentials/check";
        let said = api.post(path, path, &json!(sent)).json();
        assert_eq!(said["verdict"], verdict, "{said}");
    }
    let path = "/v1/credentials/check";
    assert_eq!(
        api.client.post(path, &json!({"statement": {}})).code(),
        1005
    );
    kept.cid().to_string()
}
