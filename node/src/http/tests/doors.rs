//! Who may come in, how often, how many and how slowly.

use super::node::Node;
use super::{Client, Reply};
use crate::http::{Rate, Reads};
use serde_json::json;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

fn with_host(client: &Client, hosts: &str) -> Reply {
    client.raw(format!("GET /v1/status HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n").as_bytes())
}

#[test]
fn only_its_own_names_are_answered_to() {
    let node = Node::with(|settings| settings.hosts = vec!["node.example".to_owned()]);
    for good in [
        "localhost",
        "127.0.0.1:1",
        "[::1]:80",
        "node.example",
        "NODE.example:8080",
        "10.0.0.1",
    ] {
        assert_eq!(
            with_host(&node.client, &format!("Host: {good}\r\n")).status,
            200,
            "{good}"
        );
    }
    for bad in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "a b",
        "http://localhost",
    ] {
        let reply = with_host(&node.client, &format!("Host: {bad}\r\n"));
        assert!(matches!(reply.status, 400 | 421), "{bad}: {}", reply.head);
    }
    let twice = with_host(&node.client, "Host: localhost\r\nHost: evil.example\r\n");
    assert!(matches!(twice.status, 400 | 421));
    assert!(matches!(with_host(&node.client, "").status, 400 | 421));
    let absolute = b"GET http://evil.example/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(node.client.raw(absolute).code(), 1012);
}

#[test]
fn pages_of_other_origins_may_not_call() {
    let node = Node::with(|settings| settings.origins = vec!["https://app.example".to_owned()]);
    let ask = |origin: &str| {
        node.client
            .send("GET /v1/status", &format!("Origin: {origin}"), b"")
    };
    for bad in [
        "https://evil.example",
        "null",
        "https://app.example.evil",
        "http://app.example",
    ] {
        let reply = ask(bad);
        assert_eq!(reply.code(), 1013, "{bad}");
        assert_eq!(reply.header("access-control-allow-origin"), None);
    }
    let good = ask("https://app.example");
    assert_eq!(
        good.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    assert_eq!(good.header("access-control-allow-credentials"), None);
    assert_eq!(ask(&format!("http://{}", node.client.address)).status, 200);
    let preflight = node.client.stranger().send(
        "OPTIONS /v1/jobs",
        "Origin: https://app.example\nAccess-Control-Request-Method: POST",
        b"",
    );
    assert_eq!(preflight.status, 204);
    let preflight =
        node.client
            .stranger()
            .send("OPTIONS /v1/jobs", "Origin: https://evil.example", b"");
    assert_eq!(preflight.status, 403);
}

#[test]
fn the_operators_token_opens_what_is_the_operators() {
    let node = Node::new();
    let stranger = node.client.stranger();
    for path in [
        "/v1/jobs",
        "/v1/dag",
        "/v1/dag/import",
        "/v1/executors",
        "/v1/proposals",
        "/v1/delegations",
        "/v1/executors/withdraw",
    ] {
        let reply = stranger.post(path, &json!({}));
        assert_eq!(
            (reply.code(), reply.header("www-authenticate")),
            (1010, Some("Bearer")),
            "{path}"
        );
    }
    for wrong in [
        "Bearer x",
        "Bearer ",
        "Basic a-token-for-tests",
        "a-token-for-tests",
        "Bearer a-token-for-test",
    ] {
        let reply = stranger.send("GET /v1/status", &format!("Authorization: {wrong}"), b"");
        assert_eq!(reply.code(), 1011, "{wrong}");
    }
    let scheme = stranger.send(
        "GET /v1/status",
        "Authorization: bearer a-token-for-tests",
        b"",
    );
    assert_eq!(scheme.status, 200);
}

#[test]
fn a_closed_node_answers_its_operator_only() {
    let node = Node::with(|settings| settings.reads = Reads::Token);
    let stranger = node.client.stranger();
    assert_eq!(stranger.get("/v1/status").code(), 1010);
    assert_eq!(stranger.get("/ipfs/x").code(), 1010);
    assert_eq!(stranger.get("/livez").status, 200);
    assert_eq!(stranger.get("/readyz").status, 200);
    assert_eq!(node.client.get("/v1/status").status, 200);
}

#[test]
fn a_client_that_comes_too_often_is_told_when_to_come_again() {
    let node = Node::with(|settings| {
        settings.rate_on_loopback = true;
        settings.rate = Some(Rate {
            per_second: 1,
            burst: 3,
        });
    });
    let stranger = node.client.stranger();
    let replies: Vec<_> = (0..5).map(|_| stranger.get("/v1/status")).collect();
    let late = replies
        .iter()
        .filter(|reply| reply.status == 429)
        .collect::<Vec<_>>();
    assert!(!late.is_empty() && late.len() <= 2, "{replies:?}");
    assert_eq!(
        (late[0].code(), late[0].header("retry-after")),
        (1014, Some("1"))
    );
    assert_eq!(stranger.get("/livez").status, 200);
    assert_eq!(
        node.client.get("/v1/status").status,
        200,
        "the operator is not bounded"
    );
}

#[test]
fn whoever_only_holds_connections_keeps_nobody_out() {
    let node = Node::with(|settings| settings.bounds.connections = 16);
    let held: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = node.client.connect();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
            stream
        })
        .collect();
    for _ in 0..5 {
        assert_eq!(node.client.get("/v1/status").status, 200);
    }
    drop(held);
}

#[test]
fn slow_heads_and_bodies_end_in_time() {
    let node = Node::with(|settings| {
        settings.bounds.head = Duration::from_millis(300);
        settings.bounds.body = Duration::from_millis(300);
    });
    let began = Instant::now();
    let mut stream = node.client.connect();
    stream
        .write_all(b"GET /livez HTTP/1.1\r\nHost: loc")
        .unwrap();
    let mut rest = Vec::new();
    drop(stream.read_to_end(&mut rest));
    assert!(began.elapsed() < Duration::from_secs(5));
    let head = "POST /v1/jobs/quote HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let mut stream = node.client.connect();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    assert_eq!(Reply::read(&answer).code(), 1009);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn large_bodies_take_so_much_together_and_small_ones_always_find_room() {
    let node = Node::with(|settings| settings.bounds.bodies_bytes = 1 << 20);
    let head = |bytes: usize, more: &str| {
        format!(
            "POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {bytes}\r\nConnection: close\r\n{more}\r\n"
        )
    };
    let answer = |bytes: usize| {
        let request = head(bytes, "") + &" ".repeat(bytes);
        node.client.raw(request.as_bytes()).status
    };
    let mut held = node.client.connect();
    let expects = head(700_000, "Expect: 100-continue\r\n");
    held.write_all(expects.as_bytes()).unwrap();
    // The body is asked for once there is room for it.
    let mut asked = [0; 21];
    held.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue");
    assert_eq!(answer(500_000), 503);
    assert_eq!(answer(60_000), 400);
    drop(held);
    let end = Instant::now() + Duration::from_secs(20);
    while answer(500_000) != 400 {
        assert!(Instant::now() < end, "the room is not given back");
    }
}

#[test]
fn a_request_that_has_begun_comes_to_its_end_when_the_node_stops() {
    let node = Node::new();
    let client = node.client.clone();
    let id = icn_base::Cid::of(icn_base::Codec::DagCbor, b"\xa0");
    let waiter = std::thread::spawn(move || client.get(&format!("/v1/transactions/{id}?wait=30")));
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    drop(node);
    let reply = waiter.join().unwrap();
    assert!(matches!(reply.status, 404 | 503), "{}", reply.head);
    assert!(began.elapsed() < Duration::from_secs(5));
}
