//! Four nodes and a follower: what the README promises, over HTTP and the command line.

use icn_e2e::job::{WORDCOUNT, asked, executors, until};
use icn_e2e::verb::icn;
use icn_e2e::{Mesh, User};
use serde_json::{Value, json};

fn job(mesh: &Mesh, node: usize, executors: u8, quorum: u8) -> String {
    let http = mesh.nodes[node].http();
    let mut ask = asked(&http.put(WORDCOUNT), 10_000_000);
    ask["agreement"] = json!({ "executors": executors, "quorum": quorum });
    let answer = http.post("/v1/jobs", &ask);
    answer["job"].as_str().expect("a job has an id").to_owned()
}

fn ended(mesh: &Mesh, node: usize, job: &str) -> Value {
    let http = mesh.nodes[node].http();
    let ends = ["completed", "guest_failed", "no_bids", "late", "disagreed"];
    until(&http, job, &ends)
}

#[test]
fn jobs_run_on_the_mesh_and_everybody_reads_the_same() {
    let mut mesh = Mesh::start(4, &[(1, 5_000)]);
    let follower = mesh.join();
    executors(&mesh, 0, 4);
    let one = job(&mesh, 0, 1, 1);
    let seen = ended(&mesh, follower, &one);
    assert_eq!(seen["state"], "completed", "{seen}");
    let three = job(&mesh, 1, 3, 2);
    let seen = ended(&mesh, 2, &three);
    assert_eq!(seen["state"], "completed", "{seen}");

    let receipt = mesh.nodes[2]
        .http()
        .get(&format!("/v1/jobs/{three}/receipt"));
    assert!(receipt.is_object(), "{receipt}");
    let tip = mesh.agree(1);
    assert!(tip["root"].is_string());

    let audit = icn(&mesh.nodes[3].dir, &["audit"]);
    assert!(!audit.is_null(), "the audit says what it saw");

    // Whoever stops and starts again is who it was, and goes on.
    let did = mesh.nodes[follower].did();
    mesh.nodes[follower].stop();
    mesh.run(follower);
    assert_eq!(mesh.nodes[follower].did(), did);
    let mut user = User::new(1, mesh.network());
    let to = User::did_of(9);
    let paid = user.pay(to, 7);
    mesh.nodes[follower].http().apply(&[paid]);
    mesh.agree(1);
    let account = mesh.nodes[0].http().get(&format!("/v1/accounts/{to}"));
    assert_eq!(account["total"], "7", "{account}");
}
