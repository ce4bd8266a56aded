//! Doors under attack by number, slowness and size.

use icn_e2e::Node;
use icn_e2e::raw::{knock, say, status};
use icn_e2e::routes;
use icn_e2e::siege::{hold, target};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// Connections that one attacker opens.
const CONNECTIONS: usize = 2_000;
/// Requests that are sent letter by letter.
const SLOW: usize = 300;
/// Bytes of a body that is far too large.
const BODY: usize = 100 << 20;
/// MiB that a node may have more after an attack than before it.
const MORE_MIB: u64 = 48;
/// MiB that it may have more while it lasts.
const MOST_MIB: u64 = 160;

fn token(node: &Node) -> String {
    let token = std::fs::read_to_string(node.dir.join("api-token"));
    token.expect("an operator has a token").trim().to_owned()
}

/// True once the other side has closed a connection.
fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_nonblocking(true).expect("a socket can be asked");
    loop {
        match stream.read(&mut [0; 4096]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn two_thousand_connections_to_the_api_keep_nobody_out() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    hold(&node, MORE_MIB, MOST_MIB, || {
        let held: Vec<_> = (0..CONNECTIONS).map(|_| knock(&node.door())).collect();
        thread::sleep(Duration::from_secs(1));
        drop(held);
        let half = b"GET /v1/status HTTP/1.1\r\nHost: lo";
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut stream = knock(&node.door());
            stream.write_all(half).unwrap();
            held.push(stream);
        }
    });
}

#[test]
fn requests_whose_answers_nobody_reads_keep_nobody_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let many = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000);
    hold(&node, MORE_MIB, MOST_MIB, || {
        let mut held: Vec<_> = (0..50).map(|_| knock(&node.door())).collect();
        for stream in &held {
            stream.set_nonblocking(true).unwrap();
        }
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            for stream in &mut held {
                // As much as the door takes, and not a byte is read.
                while stream.write(many.as_bytes()).is_ok() {}
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
}

#[test]
fn two_thousand_connections_to_the_port_for_peers_keep_no_joiner_out() {
    let mut mesh = icn_e2e::Mesh::start(1, &[]);
    let address = mesh.nodes[0].said["addresses"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let mut words = address.split('/').skip(2);
    let (host, port) = (words.next().unwrap(), words.nth(1).unwrap());
    let place = format!("{host}:{port}");
    let mut held = Vec::new();
    for number in 0..CONNECTIONS {
        let mut stream = knock(&place);
        // Half of them say what no peer says.
        if number % 2 == 0 {
            stream.write_all(&[0xff; 512]).unwrap_or(());
        }
        held.push(stream);
    }
    mesh.join();
    mesh.agree(1);
    drop(held);
}

#[test]
fn whoever_sends_letter_by_letter_is_cut_off_and_keeps_nobody_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let head = format!(
        "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n",
        token(&node)
    );
    hold(&node, MORE_MIB, MOST_MIB, || {
        let mut slow: Vec<_> = (0..SLOW)
            .map(|number| {
                let mut stream = knock(&node.door());
                // A third are slow in the head, the others in the body.
                let (begun, rest) = match number % 3 {
                    0 => ("GET /v1/sta", "tus HTTP/1.1\r\nX: "),
                    _ => (head.as_str(), "{\"module\": \""),
                };
                stream.write_all(begun.as_bytes()).unwrap();
                (stream, rest.bytes().cycle())
            })
            .collect();
        // Heads have ten seconds, bodies thirty.
        let end = Instant::now() + Duration::from_secs(45);
        while !slow.is_empty() && Instant::now() < end {
            slow.retain_mut(|(stream, letters)| {
                let letter = letters.next().expect("they go round");
                !is_closed(stream) && stream.write_all(&[letter]).is_ok()
            });
            thread::sleep(Duration::from_millis(250));
        }
        assert!(slow.is_empty(), "{} are still there", slow.len());
    });
}

#[test]
fn bodies_that_are_nearly_sent_and_held_take_a_bounded_amount_of_memory() {
    const HELD: usize = 150;
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let length = 8 << 20;
    let head = format!(
        "POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let body = vec![b' '; length - 1];
    hold(&node, MOST_MIB, MOST_MIB, || {
        let held: Vec<_> = (0..HELD)
            .map(|_| {
                let mut stream = knock(&node.door());
                stream.write_all(head.as_bytes()).unwrap();
                // Those that find no room are refused before all of it is sent.
                stream.write_all(&body).unwrap_or(());
                stream
            })
            .collect();
        let small = node
            .http()
            .try_post("/v1/transactions", "application/json", b"[]", None);
        assert_eq!(small.expect("it answers").status, 400);
        drop(held);
    });
}

/// Sends a head and then as much as it is let; the status it gets.
fn pour(door: &str, head: &str, chunked: bool) -> Option<u16> {
    let mut stream = knock(door);
    stream.write_all(head.as_bytes()).expect("a head is small");
    let (part, mut sent) = (vec![b' '; 1 << 16], 0);
    while sent < BODY {
        let size = format!("{:x}\r\n", part.len());
        let before = if chunked { size.as_bytes() } else { b"" };
        let after: &[u8] = if chunked { b"\r\n" } else { b"" };
        let wrote = stream
            .write_all(before)
            .and_then(|()| stream.write_all(&part));
        if wrote.and_then(|()| stream.write_all(after)).is_err() {
            break;
        }
        sent += part.len();
    }
    let mut answer = Vec::new();
    // What was said before the door closed may be lost with the rest.
    drop(stream.read_to_end(&mut answer));
    status(&answer)
}

#[test]
fn a_hundred_mebibytes_are_refused_at_every_route_and_not_kept_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let token = token(&node);
    hold(&node, MORE_MIB, MOST_MIB, || {
        for route in routes::all().iter().filter(|route| route.method == "POST") {
            let media = route
                .reads
                .first()
                .map_or("application/json", String::as_str);
            let head = format!(
                "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
                 Connection: close\r\nContent-Type: {media}\r\n",
                route.with("x")
            );
            let counted = format!("{head}Content-Length: {BODY}\r\n\r\n");
            let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
            for (head, is_chunked) in [(counted, false), (chunked, true)] {
                let got = pour(&node.door(), &head, is_chunked);
                let refused = got.is_none_or(|status| (400..500).contains(&status));
                assert!(refused, "{}: {got:?}", route.path);
            }
        }
    });
}

#[test]
fn heads_that_are_too_large_or_too_many_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let node = target(dir.path());
    let long = "a".repeat(64 * 1024);
    let many: String = (0..5_000)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    let heads = [
        format!("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n"),
        format!("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"),
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /v1/jobs?cursor={long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("{long} /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /v1/status HTTP/1.1\r\nHost: {long}\r\n\r\n"),
    ];
    hold(&node, MORE_MIB, MOST_MIB, || {
        for _ in 0..20 {
            for head in &heads {
                let got = status(&say(&node.door(), head.as_bytes()));
                let refused = got.is_none_or(|status| (400..500).contains(&status));
                assert!(refused, "{got:?} for {}…", &head[..60]);
            }
        }
    });
}
