//! Doors under attack by what is said: whatever it is, it is refused by number, and nothing is a fault
//! of the node.

use data_encoding::BASE64;
use icn_base::{Cid, Codec, TxId};
use icn_e2e::raw::{say, status};
use icn_e2e::routes::{self, Route};
use icn_e2e::siege::{hold, target};
use icn_e2e::{Http, Node};
use serde_json::{Value, json};
use std::net::TcpListener;

/// MiB that a node may have more after an attack than before it, and while it lasts.
const MEMORY: (u64, u64) = (48, 160);

/// JSONTestSuite (tests/e2e/corpus/README.md): a name, and a text that a reader must take (`y_`),
/// refuse (`n_`), or either (`i_`).
fn corpus() -> Vec<(String, Vec<u8>)> {
    let rows = include_str!("../corpus/json.tsv").lines();
    let mut all: Vec<_> = rows
        .map(|row| {
            let (name, text) = row.split_once('\t').expect("a name and a text");
            let text = BASE64.decode(text.as_bytes()).expect("base64");
            (name.to_owned(), text)
        })
        .collect();
    // The two large ones of the suite are made here.
    let deep = |part: &str, times| part.repeat(times).into_bytes();
    all.push((
        "n_structure_100000_opening_arrays".into(),
        deep("[", 100_000),
    ));
    all.push((
        "n_structure_open_array_object".into(),
        deep("[{\"\":", 50_000),
    ));
    assert_eq!(all.len(), 318);
    all
}

fn post(http: &Http, path: &str, media: &str, bytes: &[u8]) -> (u16, Value) {
    let reply = http.try_post(path, media, bytes, None);
    let reply = reply.unwrap_or_else(|| unreachable!("no answer at {path}"));
    (reply.status, reply.json())
}

#[test]
fn json_of_every_kind_at_every_route_is_taken_or_refused_and_never_a_fault() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let http = node.http();
    hold(&node, MEMORY.0, MEMORY.1, || {
        for route in routes::all().iter().filter(|route| route.method == "POST") {
            let path = route.with(&TxId::new(Cid::of(Codec::DagCbor, b"x")).to_string());
            let reads = route.reads.iter().any(|media| media == "application/json");
            for (name, text) in corpus() {
                // Whoever reads no body answers before a large one is sent, and closes the door.
                if !reads && text.len() > 64 * 1024 {
                    continue;
                }
                let (status, problem) = post(&http, &path, "application/json", &text);
                assert!(status < 500, "{path}: {name}: {status} {problem}");
                if name.starts_with("n_") && reads {
                    assert!(
                        (400..500).contains(&status),
                        "{path} takes {name}: {problem}"
                    );
                    assert!(problem["code"].is_u64(), "{path}: {name}: {problem}");
                }
            }
        }
    });
}

/// Texts that want out of where they are put.
fn hostile(trap: &str) -> Vec<String> {
    let plain = [
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "..%5c..%5cetc%5cpasswd",
        "..%c0%af..%c0%afetc%c0%afpasswd",
        "%252e%252e%252fetc%252fpasswd",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "file:%2f%2f%2fetc%2fpasswd",
        "file:///etc/passwd",
        "http:%2f%2f169.254.169.254%2flatest%2fmeta-data%2f",
        "%00",
        "a%00b",
        "%ff%fe",
        "%0d%0aX-Injected:%20yes",
        "'%20OR%201=1--",
        "%24%7bjndi:ldap:%2f%2flocalhost%2fx%7d",
        "*",
        ".",
        "..",
        "%",
        "%zz",
        "-1",
        "18446744073709551616",
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
        "bafkqaaa",
    ];
    let mut all: Vec<String> = plain.map(ToOwned::to_owned).into();
    let encoded = trap.replace('/', "%2f").replace(':', "%3a");
    all.extend([trap.to_owned(), encoded, "a".repeat(8_000)]);
    all
}

fn ask(node: &Node, line: &str) -> Vec<u8> {
    let token = std::fs::read_to_string(node.dir.join("api-token")).expect("a token");
    let head = format!(
        "{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        token.trim()
    );
    say(&node.door(), head.as_bytes())
}

fn harmless(line: &str, answer: &[u8]) {
    let text = String::from_utf8_lossy(answer);
    let code = status(answer).unwrap_or_else(|| unreachable!("{line}: no answer"));
    assert!(code < 500, "{line}: {text}");
    assert!(!text.contains("root:"), "{line}: {text}");
    let head = text
        .split("\r\n\r\n")
        .next()
        .unwrap_or_default()
        .to_lowercase();
    assert!(!head.contains("\nx-injected"), "{line}: {text}");
}

#[test]
fn paths_and_queries_lead_nowhere_but_to_the_routes_and_fetch_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let http = node.http();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let url = format!("http://{}/x", trap.local_addr().unwrap());
    let routes = routes::all();
    hold(&node, MEMORY.0, MEMORY.1, || {
        for text in hostile(&url) {
            for route in &routes {
                for line in lines(route, &text) {
                    harmless(&line, &ask(&node, &line));
                }
            }
            let line = format!("GET /{text}");
            harmless(&line, &ask(&node, &line));
        }
        // Where a CID is asked for, an address is none, whoever might fetch it.
        for route in routes.iter().filter(|route| !route.reads.is_empty()) {
            let fields = [
                "module",
                "cid",
                "receipt",
                "input",
                "coordinator",
                "title",
                "kind",
            ];
            for field in fields {
                let bytes = json!({ field: url }).to_string().into_bytes();
                let (status, problem) = post(&http, &route.with("x"), "application/json", &bytes);
                assert!((400..500).contains(&status), "{}: {problem}", route.path);
            }
        }
        let line = format!("GET {url}");
        harmless(&line, &ask(&node, &line));
    });
    assert!(trap.accept().is_err(), "nobody was sent to fetch anything");
}

/// Requests of a route with this text in its path, or in each part of its query.
fn lines(route: &Route, text: &str) -> Vec<String> {
    let plain = Cid::of(Codec::Raw, b"nowhere").to_string();
    let method = route.method;
    let mut lines = Vec::new();
    if route.path.contains('{') {
        lines.push(format!("{method} {}", route.with(text)));
    }
    // A stream that is given what it understands does not end.
    if !route.is_stream() {
        let query = route.query.iter();
        lines.extend(query.map(|name| format!("{method} {}?{name}={text}", route.with(&plain))));
    }
    lines
}

#[test]
fn a_name_that_is_not_the_nodes_is_misdirected_and_a_foreign_page_is_forbidden() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let asked = |line: &str, headers: &str| {
        let head = format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        let answer = say(&node.door(), head.as_bytes());
        let open = String::from_utf8_lossy(&answer).to_lowercase();
        assert!(!open.contains("allow-origin: *"), "{open}");
        status(&answer).unwrap_or_else(|| unreachable!("{headers}: no answer"))
    };
    let get = |headers: &str| asked("GET /v1/status", headers);
    assert_eq!(get("Host: localhost\r\n"), 200);
    assert_eq!(get(&format!("Host: {}\r\n", node.door())), 200);
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evil.example:4280",
        "127.0.0.1.nip.io",
    ] {
        assert_eq!(get(&format!("Host: {host}\r\n")), 421, "{host}");
    }
    for odd in [
        "",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: local host\r\n",
    ] {
        assert!((400..500).contains(&get(odd)), "{odd}");
    }
    let rebound = asked("GET http://evil.example/v1/status", "Host: localhost\r\n");
    assert_eq!(rebound, 421);
    let rebound = asked("GET http://localhost/v1/status", "Host: evil.example\r\n");
    assert_eq!(rebound, 421);
    for origin in ["http://evil.example", "null", "https://localhost"] {
        let headers = format!("Host: localhost\r\nOrigin: {origin}\r\n");
        assert_eq!(get(&headers), 403, "{origin}");
        assert_eq!(asked("OPTIONS /v1/jobs", &headers), 403, "{origin}");
    }
}
