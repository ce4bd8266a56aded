//! Members decide, each at its own node.

use crate::mesh::PATIENCE;
use crate::{Mesh, wait};
use serde_json::{Value, json};

/// The first of these nodes proposes a change, all of them vote for it, and it is executed.
pub fn decide(mesh: &Mesh, members: &[usize], kind: &Value) {
    let at = |node: usize| mesh.nodes[node].http();
    let first = at(members[0]);
    let body = json!({ "title": "A change", "text": "It is better so.", "kind": kind });
    let made = first.post("/v1/proposals?wait=60", &body);
    let id = made["proposal"].as_str().expect("a proposal has an id");
    let act = |verb: &str| format!("/v1/proposals/{id}/{verb}?wait=60");
    first.post(&act("open"), &json!({}));
    for member in members {
        wait("the vote is open", PATIENCE, || {
            let seen = at(*member).try_get(&format!("/v1/proposals/{id}"))?.json();
            (seen["status"] == "Voting").then_some(())
        });
        at(*member).post(&act("vote"), &json!({ "ballot": "yes" }));
    }
    first.post(&act("close"), &json!({}));
    let done = first.post(&act("execute"), &json!({}));
    assert_eq!(done["status"], "applied", "{done}");
}
