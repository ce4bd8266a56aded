//! Power cuts: every node in turn is killed under load, and nothing that was acknowledged is lost.
//!
//! `ICN_CYCLES=50 cargo test -p icn-e2e --test crash` runs for long.

use icn_e2e::mesh::PATIENCE;
use icn_e2e::user::body;
use icn_e2e::{Mesh, User, wait};

const CBOR: &str = "application/vnd.ipld.dag-cbor";
/// Transactions that are sent in one cycle.
const AT_ONCE: usize = 10;

fn cycles() -> usize {
    let asked = std::env::var("ICN_CYCLES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(8)
}

#[test]
fn what_was_acknowledged_survives_kills_of_every_node_in_turn() {
    let mut mesh = Mesh::start(4, &[(1, 1_000_000)]);
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(2);
    let mut acknowledged = 0_u64;
    for cycle in 0..cycles() {
        let victim = cycle % mesh.nodes.len();
        let at = (cycle + 1) % mesh.nodes.len();
        let txs: Vec<_> = (0..AT_ONCE).map(|_| user.pay(to, 1)).collect();
        let http = mesh.nodes[at].http();
        let first = http.try_post("/v1/transactions", CBOR, &body(&txs), None);
        assert_eq!(first.expect("it answers").status, 200);
        mesh.nodes[victim].kill();
        // All of them stand, though one of four is away.
        let path = "/v1/transactions?wait=60";
        let reply = http
            .try_post(path, CBOR, &body(&txs), None)
            .expect("it answers")
            .json();
        let applied = |one: &serde_json::Value| one["status"] == "applied";
        let all = reply.as_array().expect("one verdict each");
        assert!(all.iter().all(applied), "cycle {cycle}: {reply}");
        acknowledged += u64::try_from(all.len()).expect("a few");
        mesh.run(victim);
        wait("the victim is back", PATIENCE, || mesh.nodes[victim].tip());
    }
    mesh.agree(1);
    for node in &mesh.nodes {
        // Whoever had signed two votes where one belongs would have lost its power by it.
        let order = node.http().get("/v1/validators");
        let order = order["items"].as_array().or(order.as_array());
        assert_eq!(order.expect("a list").len(), mesh.nodes.len());
        let account = node.http().get(&format!("/v1/accounts/{to}"));
        assert_eq!(account["total"], acknowledged.to_string(), "{account}");
    }
}
