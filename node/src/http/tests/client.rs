//! A client that sends what it is told to, byte by byte, and reads until the other end is done.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Where to, and with which token.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// Reads a whole answer.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut reply = Self {
            status,
            head,
            body: bytes[end + 4..].to_vec(),
        };
        if reply.header("transfer-encoding") == Some("chunked") {
            reply.body = unchunked(&reply.body);
        }
        reply
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        let mut pairs = lines.filter_map(|line| line.split_once(": "));
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.head, String::from_utf8_lossy(&self.body)))
    }

    /// The number of the refusal.
    pub(super) fn code(&self) -> u64 {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.head
        );
        let problem = self.json();
        for field in ["type", "title", "detail", "class", "hint", "request_id"] {
            assert!(problem[field].is_string(), "{field}: {problem}");
        }
        assert_eq!(problem["status"], self.status);
        assert!(problem["retryable"].is_boolean());
        problem["code"].as_u64().unwrap()
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let length = std::str::from_utf8(&bytes[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        let rest = &bytes[end + 2..];
        if length == 0 || rest.len() < length {
            break;
        }
        all.extend(&rest[..length]);
        bytes = &rest[length + 2..];
    }
    all
}

impl Client {
    /// Sends these bytes, and reads to the end.
    pub(super) fn raw(&self, request: &[u8]) -> Reply {
        Reply::read(&self.bytes(request))
    }

    /// Sends these bytes, and returns what came, if anything.
    pub(super) fn bytes(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // The other end may answer and hang up before it has read all.
        drop(stream.write_all(request));
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        answer
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
            .set_write_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    /// The bytes of a request with these headers, one a line.
    pub(super) fn request(&self, line: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let mut head = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        if let Some(token) = &self.token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        for header in headers.lines().filter(|line| !line.is_empty()) {
            head.push_str(&format!("{header}\r\n"));
        }
        if !body.is_empty() || line.starts_with("POST") {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut bytes = format!("{head}\r\n").into_bytes();
        bytes.extend(body);
        bytes
    }

    pub(super) fn send(&self, line: &str, headers: &str, body: &[u8]) -> Reply {
        self.raw(&self.request(line, headers, body))
    }

    pub(super) fn get(&self, path: &str) -> Reply {
        self.send(&format!("GET {path}"), "", b"")
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(path, "", body)
    }

    pub(super) fn post_with(&self, path: &str, headers: &str, body: &Value) -> Reply {
        let headers = format!("Content-Type: application/json\n{headers}");
        self.send(
            &format!("POST {path}"),
            &headers,
            body.to_string().as_bytes(),
        )
    }

    /// The same client without its token.
    pub(super) fn stranger(&self) -> Self {
        Self {
            token: None,
            ..self.clone()
        }
    }
}
