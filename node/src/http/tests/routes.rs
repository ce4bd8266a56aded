//! Every route does what it is for. The table below and the OpenAPI document name the same routes:
//! one without a row here fails, and so does a row without a route.

use super::node::{Node, stranger};
use super::{Client, Reply, credentials};
use icn_base::Keypair;
use icn_ledger::{Action, SignedTx, TxBody};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A module that logs a word and writes another.
pub(super) const GUEST: &str = r#"(module
  (import "icn" "host_log_message" (func $log (param i32 i32 i32) (result i64)))
  (import "icn" "host_write_output" (func $out (param i32 i32) (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello")
  (func (export "run") (result i64)
    (drop (call $log (i32.const 2) (i32.const 0) (i32.const 4)))
    (drop (call $out (i32.const 0) (i32.const 5)))
    (i64.const 0)))"#;

/// Requests that are counted by their route.
pub(super) struct Counted<'a> {
    pub(super) client: &'a Client,
    pub(super) seen: BTreeSet<String>,
}

impl Counted<'_> {
    pub(super) fn get(&mut self, route: &str, path: &str) -> Reply {
        self.seen.insert(format!("GET {route}"));
        let reply = self.client.get(path);
        assert!(
            (200..300).contains(&reply.status),
            "{path}: {} {}",
            reply.head,
            String::from_utf8_lossy(&reply.body)
        );
        reply
    }

    pub(super) fn post(&mut self, route: &str, path: &str, body: &Value) -> Reply {
        self.seen.insert(format!("POST {route}"));
        let reply = self.client.post(path, body);
        assert!(
            (200..300).contains(&reply.status),
            "{path}: {} {}",
            reply.head,
            String::from_utf8_lossy(&reply.body)
        );
        reply
    }

    fn bytes(&mut self, route: &str, media: &str, body: &[u8]) -> Reply {
        self.seen.insert(format!("POST {route}"));
        let media = format!("Content-Type: {media}");
        let reply = self.client.send(&format!("POST {route}"), &media, body);
        assert!(
            (200..300).contains(&reply.status),
            "{route}: {} {}",
            reply.head,
            String::from_utf8_lossy(&reply.body)
        );
        reply
    }
}

/// A transfer that a stranger signs with a key of its own.
pub(super) fn transfer(node: &Node, keys: &Keypair, nonce: u64, amount: u64) -> SignedTx {
    let action = Action::Transfer {
        to: node.door().who().did,
        amount: icn_base::Mana::new(amount).unwrap(),
        memo: String::new(),
    };
    signed(node, keys, nonce, action)
}

/// Anything that is signed with a key of one's own.
pub(super) fn signed(node: &Node, keys: &Keypair, nonce: u64, action: Action) -> SignedTx {
    let view = node.door().view();
    let body = TxBody {
        network: node.door().who().network,
        from: keys.did(),
        nonce: Some(nonce),
        valid_until: view.tip.time.after_ms(60_000).unwrap(),
        action,
    };
    SignedTx::sign(body, keys)
}

pub(super) fn job(module: &str) -> Value {
    json!({"module": module, "fuel_limit": 10_000_000, "max_price": "100"})
}

pub(super) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field}: {value}"))
}

#[test]
fn every_route_answers_and_is_in_the_document() {
    let node = Node::new();
    let mut api = Counted {
        client: &node.client,
        seen: BTreeSet::new(),
    };
    let document = operations(&mut api);
    let module = blocks(&mut api);
    let id = jobs(&mut api, &module);
    receipts(&mut api, &id);
    transactions(&mut api, &node);
    governance(&mut api, &node);
    credentials::circuits(&mut api);
    let credential = credentials::credentials(&mut api, &node);
    chain(&mut api, &node, &id, &credential);

    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert_eq!(api.seen, described);
}

fn operations(api: &mut Counted<'_>) -> Value {
    assert_eq!(api.get("/livez", "/livez").body, b"ok\n");
    let ready = api.get("/readyz", "/readyz").json();
    assert_eq!(ready["ready"], true, "{ready}");
    let status = api.get("/v1/status", "/v1/status").json();
    assert_eq!(status["validators"], 1);
    assert_eq!(api.get("/v1/peers", "/v1/peers").json(), json!([]));
    let metrics = String::from_utf8(api.get("/metrics", "/metrics").body).unwrap();
    assert!(metrics.contains("# TYPE icn_http_requests_total counter\n"));
    assert!(metrics.contains("\nicn_http_requests_total{"), "{metrics}");
    let newer = "Accept: application/openmetrics-text;version=1.0.0";
    let metrics = String::from_utf8(api.client.send("GET /metrics", newer, b"").body).unwrap();
    assert!(metrics.contains("# TYPE icn_http_requests counter\n"));
    assert!(metrics.ends_with("# EOF\n"));
    let document = api.get("/openapi.json", "/openapi.json").json();
    assert!(text(&document, "openapi").starts_with("3.1"));
    document
}

fn blocks(api: &mut Counted<'_>) -> String {
    let guest = wat::parse_str(GUEST).unwrap();
    let stored = api
        .bytes("/v1/dag", "application/vnd.ipld.raw", &guest)
        .json();
    let cid = text(&stored, "cid").to_owned();
    assert_eq!(stored["bytes"], guest.len());
    let got = api.get("/v1/dag/{cid}", &format!("/v1/dag/{cid}"));
    assert_eq!((got.body, got.status), (guest.clone(), 200));

    let raw = api.get("/ipfs/{cid}", &format!("/ipfs/{cid}?format=raw"));
    assert_eq!(raw.body, guest);
    assert_eq!(raw.header("content-type"), Some("application/vnd.ipld.raw"));
    assert!(raw.header("cache-control").unwrap().contains("immutable"));
    let etag = raw.header("etag").unwrap().to_owned();
    let line = format!("GET /ipfs/{cid}?format=raw");
    let known = api
        .client
        .send(&line, &format!("If-None-Match: {etag}"), b"");
    assert_eq!((known.status, known.body.len()), (304, 0));
    let car = api.get("/ipfs/{cid}", &format!("/ipfs/{cid}?format=car"));
    assert!(
        car.header("content-type")
            .unwrap()
            .contains("order=dfs; dups=n")
    );
    let import = api
        .bytes("/v1/dag/import", "application/vnd.ipld.car", &car.body)
        .json();
    assert_eq!(
        (&import["complete"], &import["new_blocks"]),
        (&json!(true), &json!(0))
    );
    cid
}

fn jobs(api: &mut Counted<'_>, module: &str) -> String {
    let quote = api
        .post("/v1/jobs/quote", "/v1/jobs/quote", &job(module))
        .json();
    assert_eq!(quote["executors"][0]["said"], "qualifies");
    let mut capable = job(module);
    capable["requires"] = json!({"capabilities": ["tpu"]});
    let quoted = api.post("/v1/jobs/quote", "/v1/jobs/quote", &capable);
    let refused = &quoted.json()["executors"][0];
    assert_eq!(
        (&refused["said"], &refused["code"]),
        (&json!("refused"), &json!(315))
    );
    let submitted = api.post("/v1/jobs", "/v1/jobs", &job(module));
    assert_eq!(submitted.status, 201);
    let id = text(&submitted.json(), "job").to_owned();
    assert_eq!(
        submitted.header("location"),
        Some(&*format!("/v1/jobs/{id}"))
    );
    let shown = api.get("/v1/jobs/{id}", &format!("/v1/jobs/{id}")).json();
    assert_eq!(shown["state"], "completed", "{shown}");
    let held: u64 = text(&shown["hold"], "held").parse().unwrap();
    let parts = ["paid", "refunded"].map(|part| text(&shown["hold"], part).parse::<u64>().unwrap());
    assert_eq!(
        parts[0] + parts[1],
        held,
        "what was held was paid or went back"
    );
    assert_eq!(held.to_string(), text(&quote, "hold"));
    let list = api.get("/v1/jobs", "/v1/jobs?state=completed").json();
    assert_eq!(list["items"][0]["job"], *id);
    let why = api
        .get("/v1/jobs/{id}/explain", &format!("/v1/jobs/{id}/explain"))
        .json();
    assert_eq!(why["stages"][0]["stage"], "opened");

    let nowhere = icn_base::Cid::of(icn_base::Codec::Raw, b"nobody has it").to_string();
    let open = api.post("/v1/jobs", "/v1/jobs", &job(&nowhere)).json();
    let cancel = format!("/v1/jobs/{}/cancel", text(&open, "job"));
    let cancelled = api.post("/v1/jobs/{id}/cancel", &cancel, &json!({})).json();
    assert_eq!(cancelled["status"], "applied");
    assert_eq!(
        api.client.post(&cancel, &json!({})).code(),
        301,
        "it is open no longer"
    );

    let executors = api.get("/v1/executors", "/v1/executors").json();
    assert_eq!(executors["items"].as_array().unwrap().len(), 1);
    id
}

fn receipts(api: &mut Counted<'_>, id: &str) {
    let path = format!("/v1/jobs/{id}/receipt");
    let receipt = api.get("/v1/jobs/{id}/receipt", &path).json();
    assert_eq!(
        (&receipt["won"], &receipt["receipt"]["claim"]["job"]),
        (&json!(true), &json!(id))
    );
    let logs = api.get("/v1/jobs/{id}/logs", &format!("/v1/jobs/{id}/logs"));
    assert!(
        String::from_utf8_lossy(&logs.body).contains("hell"),
        "{:?}",
        logs.body
    );
    let file = api
        .get("/v1/jobs/{id}/receipt", &format!("{path}?format=car"))
        .body;
    let verdict = api
        .bytes("/v1/verify", "application/vnd.ipld.car", &file)
        .json();
    assert_eq!(verdict["verdict"], "valid", "{verdict}");
    let named = api
        .post(
            "/v1/verify",
            "/v1/verify",
            &json!({"receipt": receipt["cid"]}),
        )
        .json();
    assert_eq!(named["verdict"], "valid");
    let cut = api
        .bytes(
            "/v1/verify",
            "application/vnd.ipld.car",
            &file[..file.len() / 2],
        )
        .json();
    assert_eq!(cut["verdict"], "cannot_tell");
}

fn transactions(api: &mut Counted<'_>, node: &Node) {
    let keys = stranger();
    let tx = transfer(node, &keys, 0, 5);
    let sent = api
        .post("/v1/transactions", "/v1/transactions?wait=5", &json!(tx))
        .json();
    assert_eq!(
        (&sent["status"], text(&sent, "tx")),
        (&json!("applied"), &*tx.id().to_string())
    );
    let shown = api
        .get(
            "/v1/transactions/{id}",
            &format!("/v1/transactions/{}", tx.id()),
        )
        .json();
    assert_eq!(shown, sent);
    let again = api
        .post("/v1/transactions", "/v1/transactions", &json!(tx))
        .json();
    assert_eq!(again, sent, "what stands in a block has its answer");
    assert_eq!(
        api.client
            .post("/v1/transactions", &json!(transfer(node, &keys, 0, 6)))
            .code(),
        11
    );

    let account = api
        .get(
            "/v1/accounts/{did}",
            &format!("/v1/accounts/{}", keys.did()),
        )
        .json();
    assert_eq!(
        (&account["total"], &account["nonce"]),
        (&json!("8994"), &json!(1))
    );
    let path = format!("/v1/accounts/{}/history?limit=1", keys.did());
    let history = api.get("/v1/accounts/{did}/history", &path).json();
    assert_eq!(history["items"][0]["event"]["transferred"]["amount"], "5");
    let next = format!("{path}&cursor={}", text(&history, "next"));
    let rest = api.client.get(&next).json();
    assert_eq!((&rest["items"], &rest["next"]), (&json!([]), &Value::Null));
}

fn governance(api: &mut Counted<'_>, node: &Node) {
    let proposal =
        json!({"title": "Two for all", "kind": {"set_parameter": {"name": "tx_fee", "value": 2}}});
    let made = api.post("/v1/proposals", "/v1/proposals", &proposal);
    assert_eq!(made.status, 201);
    let id = text(&made.json(), "proposal").to_owned();
    let path = format!("/v1/proposals/{id}");
    assert_eq!(
        api.get("/v1/proposals/{id}", &path).json()["status"],
        "Deliberation"
    );
    let preview = api
        .get("/v1/proposals/{id}/preview", &format!("{path}/preview"))
        .json();
    assert_eq!(preview["plans"][0]["changes"][0]["set_parameter"]["new"], 2);
    let list = api
        .get("/v1/proposals", "/v1/proposals?status=Deliberation")
        .json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    // A mesh whose members deliberate for an hour: the doors pass the book's refusals through.
    for (step, body, number) in [
        ("open", json!({}), 0),
        ("vote", json!({"ballot": "yes"}), 0),
        ("close", json!({}), 0),
        ("execute", json!({}), 0),
    ] {
        api.seen.insert(format!("POST /v1/proposals/{{id}}/{step}"));
        let code = api.client.post(&format!("{path}/{step}"), &body).code();
        assert!(code > 700 && number == 0, "{step}: {code}");
    }
    let withdraw = format!("{path}/withdraw");
    api.post("/v1/proposals/{id}/withdraw", &withdraw, &json!({}));
    api.seen.insert("POST /v1/delegations".to_owned());
    let oneself =
        json!({"to": node.door().who().did, "scope": "all", "until": 9_000_000_000_000_u64});
    assert!(api.client.post("/v1/delegations", &oneself).code() > 700);
    let parameters = api.get("/v1/parameters", "/v1/parameters").json();
    assert!(
        parameters
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "tx_fee" && one["value"] == 1)
    );
    assert_eq!(
        api.get("/v1/members", "/v1/members").json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        api.get("/v1/validators", "/v1/validators").json()[0]["power"],
        1
    );
    let offer = json!({"capacity": 3, "base": "1", "per_mfuel": "1"});
    api.post("/v1/executors", "/v1/executors", &offer);
    let executors = api.get("/v1/executors", "/v1/executors").json();
    assert_eq!(executors["items"][0]["offer"]["capacity"], 3);
    api.post(
        "/v1/executors/withdraw",
        "/v1/executors/withdraw",
        &json!({}),
    );
}

fn chain(api: &mut Counted<'_>, node: &Node, job: &str, credential: &str) {
    let blocks = api.get("/v1/blocks", "/v1/blocks?limit=2").json();
    let (first, second) = (&blocks["items"][0], &blocks["items"][1]);
    assert_eq!(first["parent"], second["block"]);
    let cursor = text(&blocks, "next");
    let page = api
        .client
        .get(&format!("/v1/blocks?limit=2&cursor={cursor}"))
        .json();
    assert_eq!(page["items"][0]["block"], second["parent"]);
    let by_height = api
        .get(
            "/v1/blocks/{block}",
            &format!("/v1/blocks/{}", first["height"]),
        )
        .json();
    let by_cid = api
        .get(
            "/v1/blocks/{block}",
            &format!("/v1/blocks/{}", text(first, "block")),
        )
        .json();
    assert_eq!(by_height, by_cid);

    let own = node.door().who().did.to_string();
    for (kind, key) in [
        ("chain", "-"),
        ("parameter", "tx_fee"),
        ("account", &own),
        ("validator", &own),
        ("executor", &own),
        ("job", job),
        ("receipt", job),
        ("anchor", job),
        ("member", &own),
        ("proposal", job),
        ("circuit", job),
        ("issuer", &own),
        ("credential", credential),
    ] {
        let proof = api.get(
            "/v1/proofs/{kind}/{key}",
            &format!("/v1/proofs/{kind}/{key}"),
        );
        let root = proof.header("icn-root").unwrap().parse().unwrap();
        let mut store = icn_dag::MemStore::default();
        let done = icn_dag::car::import(&proof.body[..], &mut store, |_| {}).unwrap();
        assert_eq!(done.roots, [root]);
        let account = icn_ledger::Key::Account(node.door().who().did);
        if kind == "account" {
            assert!(
                icn_ledger::proof::read(&store, &root, account)
                    .unwrap()
                    .is_some()
            );
        }
    }

    api.seen.insert("GET /v1/events".to_owned());
    let facts = super::streams::read(api.client, "/v1/events?after=0:0", "", 4);
    assert_eq!(facts[0].event, "executor_registered");
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    fn look(document: &Value, at: &Value) {
        if let Some(place) = at["$ref"].as_str() {
            let found = document.pointer(place.trim_start_matches('#'));
            assert!(found.is_some(), "{place} is not in the document");
        }
        let fields = at.as_object().into_iter().flat_map(serde_json::Map::values);
        let items = at.as_array().into_iter().flatten();
        fields.chain(items).for_each(|part| look(document, part));
    }
    let document = serde_json::to_value(crate::http::openapi()).unwrap();
    look(&document, &document);
}

#[test]
fn the_document_is_the_one_that_is_printed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let now = crate::http::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let printed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        now == printed,
        "run with UPDATE_EXPECT=1 and look at the difference"
    );
}
