//! What strangers send: each gets its number, none costs more than its bound, and the node goes on.

use super::node::Node;
use super::routes::{GUEST, job};
use serde_json::json;
use std::io::{Read, Write};

/// Bodies that are no JSON, or not the JSON that is wanted.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let cid = icn_base::Cid::of(icn_base::Codec::Raw, b"x").to_string();
    let with = |field: &str| {
        let body = format!(r#"{{"module":"{cid}","fuel_limit":1,"max_price":"1",{field}}}"#);
        body.into_bytes()
    };
    let without = |text: &str| text.replace("CID", &cid).into_bytes();
    vec![
        ("nothing", vec![]),
        ("no JSON", b"hello".to_vec()),
        ("cut", b"{\"module\":".to_vec()),
        ("two values", without(r#"{"module":"CID","fuel_limit":1,"max_price":"1"}{}"#)),
        ("a comma too many", without(r#"{"module":"CID","fuel_limit":1,"max_price":"1",}"#)),
        ("a comment", without(r#"{"module":"CID",/* */"fuel_limit":1,"max_price":"1"}"#)),
        ("deep arrays", [&b"{\"grants\":"[..], &b"[".repeat(100_000)].concat()),
        ("deep objects", b"{\"a\":".repeat(100_000)),
        ("a field twice", with(r#""entry":"a","entry":"b""#)),
        ("a field twice by its escape", with(r#""entry":"a","\u0065ntry":"b""#)),
        ("a field twice far inside", with(r#""requires":{"labels":{"a":"1","a":"2"}}"#)),
        ("an unknown field", with(r#""color":"red""#)),
        ("a float", without(r#"{"module":"CID","fuel_limit":1.0,"max_price":"1"}"#)),
        ("an exponent", without(r#"{"module":"CID","fuel_limit":1e3,"max_price":"1"}"#)),
        ("NaN", without(r#"{"module":"CID","fuel_limit":NaN,"max_price":"1"}"#)),
        ("infinity", without(r#"{"module":"CID","fuel_limit":1e999,"max_price":"1"}"#)),
        ("a sign", without(r#"{"module":"CID","fuel_limit":-1,"max_price":"1"}"#)),
        ("a huge number", without(r#"{"module":"CID","fuel_limit":99999999999999999999999,"max_price":"1"}"#)),
        ("an amount with a point", without(r#"{"module":"CID","fuel_limit":1,"max_price":"1.0"}"#)),
        ("an amount with a zero in front", without(r#"{"module":"CID","fuel_limit":1,"max_price":"01"}"#)),
        ("an amount beyond what JSON readers see", without(r#"{"module":"CID","fuel_limit":1,"max_price":9007199254740993}"#)),
        ("another type", without(r#"{"module":"CID","fuel_limit":"1","max_price":"1"}"#)),
        ("null", b"null".to_vec()),
        ("an array", b"[]".to_vec()),
        ("a string", b"\"x\"".to_vec()),
        ("no UTF-8", b"{\"module\":\"\xff\xfe\"}".to_vec()),
        ("a lone surrogate", with(r#""entry":"\ud800""#)),
        ("a raw control character", with("\"entry\":\"a\u{1}b\"")),
        ("a BOM", [&b"\xef\xbb\xbf"[..], &without(r#"{"module":"CID","fuel_limit":1,"max_price":"1"}"#)].concat()),
        ("UTF-16", "{\"module\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a CID of the old form", b"{\"module\":\"QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG\",\"fuel_limit\":1,\"max_price\":\"1\"}".to_vec()),
        ("an address for a CID", b"{\"module\":\"http://169.254.169.254/latest\",\"fuel_limit\":1,\"max_price\":\"1\"}".to_vec()),
        ("a path for a CID", b"{\"module\":\"../../etc/passwd\",\"fuel_limit\":1,\"max_price\":\"1\"}".to_vec()),
    ]
}

#[test]
fn what_is_no_request_is_refused_by_number_on_every_route_that_reads_json() {
    let node = Node::new();
    let media = "Content-Type: application/json";
    for route in [
        "/v1/jobs",
        "/v1/jobs/quote",
        "/v1/proposals",
        "/v1/delegations",
        "/v1/executors",
        "/v1/transactions",
        "/v1/verify",
    ] {
        for (what, body) in bodies() {
            let reply = node.client.send(&format!("POST {route}"), media, &body);
            let expect: &[u64] = match (route, what) {
                ("/v1/transactions", "an array") => &[1036],
                _ => &[1005],
            };
            assert!(
                expect.contains(&reply.code()),
                "{route}, {what}: {}",
                String::from_utf8_lossy(&reply.body)
            );
            assert_eq!(reply.status, 400, "{route}, {what}");
            assert!(
                reply.body.len() < 4_096,
                "{route}, {what}: the answer is long"
            );
        }
    }
    assert_eq!(node.client.get("/v1/status").status, 200);
}

#[test]
fn paths_and_queries_are_read_or_refused() {
    let node = Node::new();
    let cid = icn_base::Cid::of(icn_base::Codec::Raw, b"nobody has it").to_string();
    let jobs = format!("/v1/jobs/{cid}");
    for (path, status, code) in [
        ("/", 404, 1000),
        ("/v2/status", 404, 1000),
        ("/v1/status/", 404, 1000),
        ("/v1/../v1/status", 404, 1000),
        ("/v1/%2e%2e/status", 404, 1000),
        ("//v1/status", 404, 1000),
        ("/v1/dag/..%2f..%2fetc%2fpasswd", 400, 1002),
        ("/v1/dag/%ff%fe", 400, 1002),
        ("/v1/dag/%00", 400, 1002),
        (
            "/v1/dag/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG",
            400,
            1002,
        ),
        (&format!("/v1/dag/{cid}"), 404, 1020),
        (&format!("/ipfs/{cid}"), 406, 1007),
        (&format!("/ipfs/{cid}?format=tar"), 400, 1003),
        (&format!("/ipfs/{cid}?format=raw"), 404, 1020),
        (&format!("/ipfs/{cid}?format=car"), 404, 1020),
        (&format!("/ipfs/{cid}?format=car&dag-scope=half"), 400, 1003),
        (&format!("/ipfs/{cid}?format=raw&format=car"), 400, 1003),
        (&format!("/ipfs/{cid}/../../etc/passwd"), 404, 1000),
        ("/ipfs/http:%2f%2f169.254.169.254", 400, 1002),
        (&jobs, 404, 300),
        (&format!("{jobs}/explain"), 404, 300),
        (&format!("{jobs}/receipt"), 404, 300),
        (&format!("{jobs}/logs"), 404, 300),
        ("/v1/jobs/1", 400, 1002),
        ("/v1/jobs?limit=0", 400, 1003),
        ("/v1/jobs?limit=501", 400, 1003),
        ("/v1/jobs?limit=-1", 400, 1003),
        ("/v1/jobs?limit=99999999999999999999", 400, 1003),
        ("/v1/jobs?state=happy", 400, 1003),
        ("/v1/jobs?owner=did:web:x", 400, 1003),
        ("/v1/jobs?color=red", 400, 1003),
        ("/v1/jobs?cursor=%F0%9F%98%80", 400, 1017),
        ("/v1/jobs?cursor=AAAA", 400, 1017),
        ("/v1/proposals?status=voting", 400, 1003),
        (&format!("/v1/proposals/{cid}"), 404, 702),
        (&format!("/v1/proposals/{cid}/preview"), 404, 702),
        ("/v1/accounts/did:key:z6Mk", 400, 1002),
        ("/v1/accounts/did:web:example.org", 400, 1002),
        ("/v1/blocks/999999", 404, 1027),
        ("/v1/blocks/99999999999999999999999", 400, 1002),
        ("/v1/blocks/-1", 400, 1002),
        ("/v1/blocks/0", 404, 1027),
        (&format!("/v1/blocks/{cid}"), 404, 1027),
        (&format!("/v1/transactions/{cid}"), 404, 1025),
        (&format!("/v1/transactions/{cid}?wait=61"), 400, 1003),
        ("/v1/proofs/account/x", 400, 1002),
        ("/v1/proofs/everything/-", 400, 1002),
        ("/v1/proofs/chain/x", 400, 1002),
        ("/v1/proofs/parameter/no_such_thing", 400, 1002),
        ("/v1/events?after=7", 400, 1003),
        ("/v1/events?after=-1:0", 400, 1003),
    ] {
        let reply = node.client.get(path);
        assert_eq!(
            (reply.status, reply.code()),
            (status, code),
            "{path}: {}",
            String::from_utf8_lossy(&reply.body)
        );
    }
    let delete = node.client.send("DELETE /v1/jobs", "", b"");
    assert_eq!((delete.status, delete.code()), (405, 1001));
    assert_eq!(node.client.send("POST /v1/status", "", b"").code(), 1001);
}

#[test]
fn media_types_and_headers_are_what_they_must_be() {
    let node = Node::new();
    let body = job(&icn_base::Cid::of(icn_base::Codec::Raw, b"x").to_string()).to_string();
    for media in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        let reply = node.client.send(
            "POST /v1/jobs/quote",
            &format!("Content-Type: {media}"),
            body.as_bytes(),
        );
        assert_eq!((reply.status, reply.code()), (415, 1006), "{media}");
    }
    assert_eq!(
        node.client
            .send("POST /v1/jobs/quote", "", body.as_bytes())
            .code(),
        1006
    );
    let twice = "Content-Type: application/json\nContent-Type: text/plain";
    assert_eq!(
        node.client
            .send("POST /v1/jobs/quote", twice, body.as_bytes())
            .code(),
        1004
    );
    let with = "Content-Type: application/json; charset=utf-8";
    assert_eq!(
        node.client
            .send("POST /v1/jobs/quote", with, body.as_bytes())
            .status,
        200
    );
    let odd = node
        .client
        .send("GET /v1/events", "Last-Event-ID: first", b"");
    assert_eq!(odd.code(), 1003);
}

#[test]
fn bytes_that_are_no_blocks_are_refused() {
    let node = Node::new();
    let cbor = "Content-Type: application/vnd.ipld.dag-cbor";
    for body in [
        &b""[..],
        b"\x18\x07",
        b"\xf9\x7e\x00",
        b"\x9f\xff",
        &[0x81; 200],
        b"\xa2\x61b\x01\x61a\x02",
    ] {
        assert_eq!(
            node.client.send("POST /v1/dag", cbor, body).code(),
            1022,
            "{body:?}"
        );
    }
    let txs = node
        .client
        .send("POST /v1/transactions", cbor, &[0x9f, 0xff]);
    assert_eq!(txs.code(), 1005);
    assert_eq!(
        node.client
            .send("POST /v1/transactions", cbor, b"\xa0")
            .code(),
        2
    );
    let car = "Content-Type: application/vnd.ipld.car";
    for body in [&b""[..], b"hello", &[0xff; 100]] {
        assert_eq!(
            node.client.send("POST /v1/dag/import", car, body).code(),
            1023,
            "{body:?}"
        );
    }
    let guest = wat::parse_str(GUEST).unwrap();
    let stored = node.client.send("POST /v1/dag", "", &guest).json();
    let good = node
        .client
        .get(&format!(
            "/ipfs/{}?format=car",
            stored["cid"].as_str().unwrap()
        ))
        .body;
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(
        node.client
            .send("POST /v1/dag/import", car, &flipped)
            .code(),
        1023
    );
    assert_eq!(
        node.client.send("POST /v1/dag/import", car, &good).status,
        200
    );
    let verdict = node.client.send("POST /v1/verify", car, &good).json();
    assert_eq!(verdict["verdict"], "cannot_tell");
}

#[test]
fn what_is_too_large_ends_early() {
    let node = Node::new();
    let hundred = 100 * 1024 * 1024_usize;
    for (path, media) in [
        ("/v1/jobs", "application/json"),
        ("/v1/transactions", "application/json"),
        ("/v1/dag", "application/vnd.ipld.raw"),
        ("/v1/verify", "application/vnd.ipld.car"),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: {media}\r\nContent-Length: {hundred}\r\nConnection: close\r\n\r\n",
            super::node::TOKEN
        );
        let mut stream = node.client.connect();
        stream.write_all(head.as_bytes()).unwrap();
        let (mut sent, part) = (0, vec![b' '; 64 * 1024]);
        while sent < hundred && stream.write_all(&part).is_ok() {
            sent += part.len();
        }
        assert!(sent < hundred, "{path}: all of it was read");
        // Who stops sending after a while reads why, though nobody took what was sent.
        let mut stream = node.client.connect();
        stream.write_all(head.as_bytes()).unwrap();
        for _ in 0..(16 << 20) / part.len() {
            stream.write_all(&part).unwrap();
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(super::Reply::read(&answer).code(), 1008, "{path}");
        let claimed = node.client.raw(format!("{head}x").as_bytes());
        assert!(
            matches!(claimed.status, 408 | 413),
            "{path}: {}",
            claimed.head
        );
    }
    let headers = format!("X-Long: {}", "x".repeat(64 * 1024));
    assert_eq!(
        node.client.send("GET /v1/status", &headers, b"").status,
        431
    );
    let many = "X-One: 1\n".repeat(200);
    assert_eq!(node.client.send("GET /v1/status", &many, b"").status, 431);
    let line = format!("GET /{}", "a".repeat(100_000));
    assert!(matches!(node.client.send(&line, "", b"").status, 414 | 431));
    assert_eq!(node.client.get("/v1/status").status, 200);
}

#[test]
fn what_is_no_http_is_not_answered_as_if_it_were() {
    let node = Node::new();
    for garbage in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut bytes = garbage.to_vec();
        bytes.extend(b"\r\n\r\n");
        let answer = node.client.bytes(&bytes);
        assert!(
            answer.is_empty()
                || answer.starts_with(b"HTTP/1.1 4")
                || answer.starts_with(b"HTTP/1.0 4"),
            "{garbage:?}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    let both = b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /v1/status HTTP/1.1\r\n\r\n";
    let answer = String::from_utf8_lossy(&node.client.bytes(both)).into_owned();
    assert!(
        answer.matches("HTTP/1.1 ").count() <= 1,
        "a request was smuggled: {answer}"
    );
    let unknown = json!({});
    assert_eq!(node.client.post("/v1/nothing", &unknown).code(), 1000);
}
