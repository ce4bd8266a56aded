//! What a node's owner may choose about its HTTP API.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The choices. [`Settings::new`] has the defaults; most are fields of `[api]` in icn.toml.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Names by which this node may be called, beside `localhost` and plain addresses.
    pub hosts: Vec<String>,
    /// Origins whose pages may call it, such as `https://app.example.org`.
    pub origins: Vec<String>,
    /// Who may read without the operator's token.
    pub reads: Reads,
    /// The operator's token. Without one, nothing that needs it can be done.
    pub token: Option<Token>,
    /// Where answers under an `Idempotency-Key` are kept.
    pub keys: PathBuf,
    /// Requests that one client may send at once, and then each second. None: as many as it likes.
    pub rate: Option<Rate>,
    /// True if clients on this machine are bounded by `rate`, too.
    pub rate_on_loopback: bool,
    /// Bounds of connections and requests.
    pub bounds: Bounds,
}

/// Who may read, and send transactions that are signed by their own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Everyone.
    Open,
    /// Everyone on this machine; others with the token.
    Loopback,
    /// Nobody without the token.
    Token,
}

/// How often one client may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests each second, over a long time.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

/// Bounds of connections and requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at once. When there are more, the one that has been idle for longest goes.
    pub connections: usize,
    /// Requests that are being answered at once.
    pub requests: usize,
    /// Event streams at once.
    pub streams: usize,
    /// Imports, exports and verifications at once.
    pub heavy: usize,
    /// Bytes that the bodies of requests may take, all together; small ones are not counted.
    pub bodies_bytes: usize,
    /// How long a client may take to send the head of a request; also how long a connection may be
    /// idle.
    pub head: Duration,
    /// How long it may take to send the body, or any part of a CAR.
    pub body: Duration,
    /// How long it may take to read any part of an answer.
    pub write: Duration,
    /// How long an answer may take, waiting included.
    pub answer: Duration,
    /// How long requests may go on when the node stops.
    pub drain: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 1_024,
            requests: 512,
            streams: 256,
            heavy: 2,
            bodies_bytes: 96 * 1024 * 1024,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            answer: Duration::from_secs(90),
            drain: Duration::from_secs(10),
        }
    }
}

impl Settings {
    /// The defaults, with the file for idempotency keys, which has none.
    pub fn new(keys: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            hosts: Vec::new(),
            origins: Vec::new(),
            reads: Reads::Loopback,
            token: None,
            keys,
            rate: Some(Rate {
                per_second: 200,
                burst: 1_000,
            }),
            rate_on_loopback: false,
            bounds: Bounds::default(),
        }
    }
}

/// The operator's token. It is never printed, and compared in the same time whatever is wrong.
#[derive(Clone)]
pub struct Token {
    digest: [u8; 32],
}

impl Token {
    /// The token with this text.
    pub fn new(text: &str) -> Self {
        Self {
            digest: digest(text),
        }
    }

    /// True for the same text. Digests are compared, all of them, so time says nothing about where
    /// they differ.
    pub fn is(&self, text: &str) -> bool {
        let pairs = self.digest.iter().zip(digest(text));
        pairs.fold(0, |different, (a, b)| different | (a ^ b)) == 0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

fn digest(text: &str) -> [u8; 32] {
    *icn_base::Cid::of(icn_base::Codec::Raw, text.as_bytes()).digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_itself_only_and_is_not_printed() {
        let token = Token::new("secret");
        assert!(token.is("secret"));
        assert!(!token.is("Secret") && !token.is("") && !token.is("secret "));
        assert_eq!(format!("{token:?}"), "Token");
    }
}
