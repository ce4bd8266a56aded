//! Jobs when something goes wrong: an executor dies, a connection drops, a process ends.

use icn_e2e::job::{SPIN, WORDCOUNT, asked, executors, until};
use icn_e2e::raw::knock;
use icn_e2e::{Mesh, Node};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// Fuel for some ten seconds of running.
const LONG: u64 = 1_000_000_000;

fn in_ms(ms: u64) -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.expect("it is after 1970").as_millis();
    u64::try_from(now).expect("a time") + ms
}

#[test]
fn the_price_of_a_job_goes_back_when_its_executor_is_killed_in_mid_run() {
    const EXECUTOR: usize = 3;
    let mut mesh = Mesh::start_as(4, &[], |node| match node {
        EXECUTOR => &[],
        _ => &["--set", "executor.enabled=false"],
    });
    executors(&mesh, 0, 1);
    let http = mesh.nodes[0].http();
    let (me, other) = (mesh.nodes[0].did(), mesh.nodes[EXECUTOR].did());
    let (mine, others) = (http.total(&me), http.total(&other));
    let mut ask = asked(&http.put(SPIN), LONG);
    ask["max_price"] = json!("2000");
    ask["deadline"] = json!(in_ms(20_000));
    let made = http.post("/v1/jobs?wait=30", &ask);
    let job = made["job"].as_str().expect("a job has an id").to_owned();
    let seen = until(&http, &job, &["assigned"]);
    assert_eq!(seen["seats"][0]["executor"], other.as_str(), "{seen}");
    let bond: u64 = seen["seats"][0]["bond"].as_str().unwrap().parse().unwrap();
    mesh.nodes[EXECUTOR].kill();

    let seen = until(&http, &job, &["late", "completed", "guest_failed"]);
    assert_eq!(seen["state"], "late", "{seen}");
    // Only the fee of its assignment was paid; the silent one has lost its bond.
    assert_eq!(seen["hold"]["refunded"], ask["max_price"], "{seen}");
    assert_eq!(seen["hold"]["paid"], "1", "{seen}");
    assert_eq!(
        mine - http.total(&me),
        2,
        "a fee for the job, and one for its assignment"
    );
    assert_eq!(others - http.total(&other), bond);
    mesh.run(EXECUTOR);
    mesh.agree(1);
}

/// Sends a whole request, and goes away at once, or before all of it is sent.
fn hang_up(node: &Node, key: &str, ask: &Value, whole: bool) {
    let body = ask.to_string();
    let token = std::fs::read_to_string(node.dir.join("api-token")).expect("a token");
    let request = format!(
        "POST /v1/jobs?wait=30 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
        token.trim(),
        body.len()
    );
    let end = if whole {
        request.len()
    } else {
        request.len() - 5
    };
    let mut stream = knock(&node.door());
    let sent = stream.write_all(&request.as_bytes()[..end]);
    sent.expect("the node reads");
    if whole {
        // The head has been read once anything of the answer could be; do not wait for it.
        let set = stream.set_nonblocking(true);
        set.expect("a socket");
        drop(stream.read(&mut [0; 16]));
    }
}

fn jobs(node: &Node) -> usize {
    let all = node.http().get("/v1/jobs");
    all["items"].as_array().expect("a list").len()
}

#[test]
fn a_job_whose_connection_drops_is_submitted_once_and_charged_once() {
    let mut mesh = Mesh::start(1, &[]);
    executors(&mesh, 0, 1);
    let module = mesh.nodes[0].http().put(WORDCOUNT);
    // A deadline is part of the body, so it must be the same each time.
    let mut ask = asked(&module, 10_000_000);
    ask["deadline"] = json!(in_ms(300_000));

    hang_up(&mesh.nodes[0], "dropped", &ask, false);
    hang_up(&mesh.nodes[0], "dropped", &ask, true);
    hang_up(&mesh.nodes[0], "dropped", &ask, true);
    let http = mesh.nodes[0].http();
    let answered = || {
        icn_e2e::wait("an answer", icn_e2e::mesh::PATIENCE, || {
            let reply = http.post_as("/v1/jobs?wait=30", &ask, "dropped")?;
            // In flight: the first one is still being answered.
            (reply.status != 409).then_some(reply)
        })
    };
    let first = answered();
    assert_eq!(first.status, 201, "{}", first.json());
    let job = first.json()["job"].as_str().unwrap().to_owned();
    until(&http, &job, &["completed"]);
    assert_eq!(answered().body, first.body);

    // Killed with a request under way, and asked again after it has come back.
    hang_up(&mesh.nodes[0], "killed", &ask, true);
    mesh.nodes[0].kill();
    mesh.run(0);
    let http = mesh.nodes[0].http();
    let replayed = http.post_as("/v1/jobs?wait=30", &ask, "dropped").unwrap();
    assert_eq!(replayed.body, first.body, "the answer outlives the process");
    let second = http.post_as("/v1/jobs?wait=30", &ask, "killed").unwrap();
    assert_eq!(second.status, 201, "{}", second.json());
    let other = second.json()["job"].as_str().unwrap().to_owned();
    assert_ne!(other, job);
    until(&http, &other, &["completed"]);
    assert_eq!(jobs(&mesh.nodes[0]), 2);
    let mut changed = ask.clone();
    changed["max_price"] = json!("99");
    let reused = http
        .post_as("/v1/jobs?wait=30", &changed, "killed")
        .unwrap();
    assert_eq!(reused.status, 422, "{}", reused.json());
}
