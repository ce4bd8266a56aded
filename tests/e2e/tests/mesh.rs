//! Four nodes and a follower: what the README promises, over HTTP and the command line.

use icn_e2e::mesh::{PATIENCE, icn, try_icn};
use icn_e2e::{Mesh, User, wait};
use serde_json::{Value, json};

const WORDCOUNT: &[u8] = include_bytes!("../../../examples/wasm/wordcount.wasm");

fn job(mesh: &Mesh, node: usize, executors: u8, quorum: u8) -> String {
    let http = mesh.nodes[node].http();
    let module = http.put(WORDCOUNT);
    let asked = json!({
        "module": module,
        "input": { "inline": "dGhlIGNhdCBhbmQgdGhlIGRvZw==" },
        "fuel_limit": 10_000_000,
        "max_price": "100",
        "agreement": { "executors": executors, "quorum": quorum },
    });
    let answer = http.post("/v1/jobs", &asked);
    answer["job"].as_str().expect("a job has an id").to_owned()
}

fn ended(mesh: &Mesh, node: usize, job: &str) -> Value {
    let http = mesh.nodes[node].http();
    wait("the job ends", PATIENCE, || {
        let reply = http.try_get(&format!("/v1/jobs/{job}"))?;
        let seen = reply.json();
        let state = seen["state"].as_str()?.to_owned();
        (!matches!(state.as_str(), "open" | "assigned")).then_some(seen)
    })
}

fn executors(mesh: &Mesh, count: usize) {
    wait("they register", PATIENCE, || {
        let known = mesh.nodes[0].http().try_get("/v1/executors")?.json();
        let list = known["items"].as_array().or(known.as_array())?.len();
        (list >= count).then_some(())
    });
}

#[test]
fn jobs_run_on_the_mesh_and_everybody_reads_the_same() {
    let mut mesh = Mesh::start(4, &[(1, 5_000)]);
    let follower = mesh.join();
    executors(&mesh, 4);
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
    let body = icn_e2e::user::body(&[paid]);
    let http = mesh.nodes[follower].http();
    let reply = http.try_post(
        "/v1/transactions?wait=30",
        "application/vnd.ipld.dag-cbor",
        &body,
        None,
    );
    let reply = reply.expect("it answers").json();
    assert_eq!(reply[0]["status"], "applied", "{reply}");
    mesh.agree(1);
    let account = mesh.nodes[0].http().get(&format!("/v1/accounts/{to}"));
    assert_eq!(account["total"], "7", "{account}");
}

#[test]
fn a_second_process_on_one_directory_is_told_so() {
    let mesh = Mesh::start(1, &[]);
    let second = try_icn(
        &mesh.nodes[0].dir,
        &["start", "--api-listen", "127.0.0.1:0"],
    );
    assert!(!second.status.success());
    let said: Value = serde_json::from_slice(&second.stderr).unwrap_or_else(
        |_| json!({ "error": { "message": String::from_utf8_lossy(&second.stderr) } }),
    );
    let message = said["error"]["message"].to_string();
    assert!(message.contains("run"), "{message}");
    assert!(mesh.nodes[0].tip().is_some(), "the first goes on");
}
