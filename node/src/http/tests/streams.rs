//! Facts as a stream: none is missed and none comes twice, wherever it breaks.

use super::Client;
use super::node::{Book, Node, stranger};
use super::routes::transfer;
use std::io::{BufRead, BufReader, Write};

/// A fact that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) id: String,
    pub(super) event: String,
    pub(super) data: String,
}

/// Reads so many facts of a stream, and hangs up.
pub(super) fn read(client: &Client, path: &str, headers: &str, count: usize) -> Vec<Fact> {
    let mut stream = client.connect();
    let request = client.request(&format!("GET {path}"), headers, b"");
    stream.write_all(&request).unwrap();
    let (mut facts, mut id, mut event) = (Vec::new(), String::new(), String::new());
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if let Some(text) = line.strip_prefix("id: ") {
            text.clone_into(&mut id);
        } else if let Some(text) = line.strip_prefix("event: ") {
            text.clone_into(&mut event);
        } else if let Some(data) = line.strip_prefix("data: ") {
            facts.push(Fact {
                id: std::mem::take(&mut id),
                event: std::mem::take(&mut event),
                data: data.to_owned(),
            });
            if facts.len() == count {
                return facts;
            }
        }
    }
    facts
}

/// Three transfers, each a block.
fn transfers(node: &Node, from: u64) {
    for nonce in from..from + 3 {
        let tx = transfer(node, &stranger(), nonce, 1);
        let reply = node
            .client
            .post("/v1/transactions?wait=5", &serde_json::json!(tx));
        assert_eq!(reply.status, 200);
    }
}

#[test]
fn a_stream_goes_on_where_it_broke_off_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let node = Node::on(Book::fresh(), directory.path(), |_| {});
    transfers(&node, 0);
    let all = read(&node.client, "/v1/events?after=0:0", "", 4);
    assert_eq!(all.len(), 4);
    for (at, fact) in all.iter().enumerate().take(3) {
        let rest = read(
            &node.client,
            "/v1/events",
            &format!("Last-Event-ID: {}", fact.id),
            3 - at,
        );
        assert_eq!(rest, all[at + 1..]);
    }
    let node = Node::on(node.stop(), directory.path(), |_| {});
    transfers(&node, 3);
    let rest = read(
        &node.client,
        "/v1/events",
        &format!("Last-Event-ID: {}", all[1].id),
        5,
    );
    assert_eq!(rest[..2], all[2..]);
    let mut ids: Vec<_> = rest.iter().map(|fact| fact.id.clone()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[test]
fn facts_come_as_they_happen() {
    let node = Node::new();
    let client = node.client.clone();
    let reader = std::thread::spawn(move || read(&client, "/v1/events", "", 1));
    std::thread::sleep(std::time::Duration::from_millis(300));
    transfers(&node, 0);
    let facts = reader.join().unwrap();
    assert_eq!(facts[0].event, "transferred");
    assert!(facts[0].data.contains("\"amount\":\"1\""));
}

#[test]
fn streams_are_bounded_and_end_with_the_node() {
    let node = Node::with(|settings| settings.bounds.streams = 1);
    let client = node.client.clone();
    let reader = std::thread::spawn(move || read(&client, "/v1/events", "", 1));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let second = node.client.get("/v1/events");
    assert_eq!(
        (second.code(), second.header("retry-after")),
        (1015, Some("30"))
    );
    drop(node);
    assert_eq!(reader.join().unwrap(), []);
}
