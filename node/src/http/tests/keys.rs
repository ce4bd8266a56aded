//! `Idempotency-Key`: whatever breaks, a job is submitted once.

use super::Reply;
use super::node::{Book, Node};
use super::routes::job;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

fn nowhere() -> String {
    icn_base::Cid::of(icn_base::Codec::Raw, b"nobody has it").to_string()
}

fn submit(node: &Node, key: &str, body: &Value) -> Reply {
    node.client
        .post_with("/v1/jobs", &format!("Idempotency-Key: {key}"), body)
}

fn jobs(node: &Node) -> usize {
    node.client.get("/v1/jobs").json()["items"]
        .as_array()
        .unwrap()
        .len()
}

#[test]
fn the_same_key_and_body_get_the_same_answer_also_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let node = Node::on(Book::fresh(), directory.path(), |_| {});
    let first = submit(&node, "one", &job(&nowhere()));
    assert_eq!(first.status, 201);
    let again = submit(&node, "one", &job(&nowhere()));
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("location"), first.header("location"));
    let mut other = job(&nowhere());
    other["fuel_limit"] = json!(1);
    assert_eq!(submit(&node, "one", &other).code(), 1018);
    let node = Node::on(node.stop(), directory.path(), |_| {});
    let later = submit(&node, "one", &job(&nowhere()));
    assert_eq!((later.status, &later.body), (201, &first.body));
    assert_eq!(submit(&node, "one", &other).status, 422);
    assert_eq!(jobs(&node), 1);
    assert_eq!(submit(&node, "two", &job(&nowhere())).status, 201);
    assert_eq!(jobs(&node), 2);
}

#[test]
fn what_was_done_before_a_crash_is_found_and_what_was_lost_is_done() {
    let directory = tempfile::tempdir().unwrap();
    let node = Node::on(Book::fresh(), directory.path(), |_| {});
    node.faults.unanswered.store(1, Ordering::SeqCst);
    assert_eq!(submit(&node, "done", &job(&nowhere())).code(), 1016);
    node.faults.lost.store(1, Ordering::SeqCst);
    assert_eq!(submit(&node, "lost", &job(&nowhere())).code(), 1016);
    let node = Node::on(node.stop(), directory.path(), |_| {});
    assert_eq!(jobs(&node), 1);
    for key in ["done", "lost", "done", "lost"] {
        assert_eq!(submit(&node, key, &job(&nowhere())).status, 201, "{key}");
    }
    assert_eq!(jobs(&node), 2);
}

#[test]
fn what_was_signed_and_overtaken_is_signed_anew() {
    let node = Node::new();
    node.faults.lost.store(1, Ordering::SeqCst);
    assert_eq!(submit(&node, "lost", &job(&nowhere())).status, 503);
    let mut other = job(&nowhere());
    other["max_price"] = "99".into();
    assert_eq!(submit(&node, "other", &other).status, 201);
    assert_eq!(submit(&node, "lost", &job(&nowhere())).status, 201);
    assert_eq!(jobs(&node), 2);
}

#[test]
fn two_at_once_are_one() {
    let node = Node::new();
    let send = || {
        let client = node.client.clone();
        let body = job(&nowhere());
        std::thread::spawn(move || client.post_with("/v1/jobs", "Idempotency-Key: k", &body))
    };
    let replies: Vec<_> = (0..8).map(|_| send()).collect();
    for reply in replies {
        let reply = reply.join().unwrap();
        assert!(
            reply.status == 201 || reply.code() == 1019,
            "{}",
            reply.head
        );
    }
    assert_eq!(jobs(&node), 1);
}

#[test]
fn refusals_of_the_book_are_remembered_and_those_that_pass_are_not() {
    let node = Node::new();
    let mut dear = job(&nowhere());
    dear["max_price"] = json!("9007199254740993");
    let refused = submit(&node, "dear", &dear);
    assert_eq!((refused.status, refused.code()), (402, 102));
    assert_eq!(
        submit(&node, "dear", &dear).header("idempotency-replayed"),
        None
    );
    let mut wrong = job(&nowhere());
    wrong["agreement"] = json!({"executors": 3, "quorum": 1});
    let refused = submit(&node, "wrong", &wrong);
    assert_eq!((refused.status, refused.code()), (422, 205));
    let again = submit(&node, "wrong", &wrong);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.code(), 205);
}

#[test]
fn a_client_never_meets_the_answers_of_another() {
    let node = Node::new();
    assert_eq!(submit(&node, "shared", &job(&nowhere())).status, 201);
    let stranger = node.client.stranger();
    let other = stranger.post_with(
        "/v1/jobs/quote",
        "Idempotency-Key: shared",
        &job(&nowhere()),
    );
    assert_eq!(other.status, 200);
    let mine = stranger.post_with("/v1/jobs", "Idempotency-Key: mine", &job(&nowhere()));
    assert_eq!(mine.code(), 1010);
}

#[test]
fn every_post_honours_a_key() {
    let node = Node::new();
    for path in [
        "/v1/jobs/quote",
        "/v1/verify",
        "/v1/executors",
        "/v1/proposals",
        "/v1/delegations",
    ] {
        let headers = format!("Content-Type: application/json\nIdempotency-Key: {path}");
        let send = |body: &[u8]| node.client.send(&format!("POST {path}"), &headers, body);
        let first = send(b"{\"no\":1}");
        assert_eq!(first.code(), 1005, "{path}");
        assert_eq!(
            send(b"{\"no\":1}").header("idempotency-replayed"),
            Some("true"),
            "{path}"
        );
        assert_eq!(send(b"{\"no\":2}").code(), 1018, "{path}");
    }
    for bad in ["", " ", "a b", &"k".repeat(129)] {
        let reply = node.client.post_with(
            "/v1/jobs/quote",
            &format!("Idempotency-Key: {bad}"),
            &json!({}),
        );
        assert_eq!(reply.code(), 1004, "{bad:?}");
    }
}
