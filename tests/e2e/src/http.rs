//! A client that says nothing but what it is told to.

use crate::user::body;
use icn_ledger::SignedTx;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::time::Duration;
use ureq::Agent;

/// Canonical dag-cbor.
pub const CBOR: &str = "application/vnd.ipld.dag-cbor";

/// One node's API.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Http {
    /// A client of the API at this address, such as `http://127.0.0.1:4280`.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
            token,
        }
    }

    /// GET; none if nobody answers.
    pub fn try_get(&self, path: &str) -> Option<Reply> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut answer = request.call().ok()?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_vec().ok()?;
        Some(Reply { status, body })
    }

    /// The facts of the ledger from now on, as they are streamed, until the reader is dropped.
    pub fn facts(&self) -> impl BufRead + Send + use<> {
        let agent = Agent::from(Agent::config_builder().build());
        let mut request = agent.get(format!("{}/v1/events", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let stream = request.call().expect("the node streams facts");
        BufReader::new(stream.into_body().into_reader())
    }

    /// GET of something that must be there, as JSON.
    pub fn get(&self, path: &str) -> Value {
        let reply = self.try_get(path).expect("the node answers");
        assert_eq!(reply.status, 200, "{path}: {}", reply.json());
        reply.json()
    }

    /// POST of bytes; none if nobody answers.
    pub fn try_post(
        &self,
        path: &str,
        kind: &str,
        body: &[u8],
        key: Option<&str>,
    ) -> Option<Reply> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", kind);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let mut answer = request.send(body).ok()?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_vec().ok()?;
        Some(Reply { status, body })
    }

    /// POST of JSON that must be taken.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        let bytes = body.to_string().into_bytes();
        let reply = self.try_post(path, "application/json", &bytes, None);
        let reply = reply.expect("the node answers");
        assert!(
            reply.status < 300,
            "{path}: {} {}",
            reply.status,
            reply.json()
        );
        reply.json()
    }

    /// Sends transactions, all of which must stand in a block and do what they say.
    pub fn apply(&self, txs: &[SignedTx]) -> Value {
        let path = "/v1/transactions?wait=60";
        let reply = self.try_post(path, CBOR, &body(txs), None);
        let verdicts = reply.expect("the node answers").json();
        let all = verdicts.as_array().expect("one verdict each");
        let applied = all.iter().all(|one| one["status"] == "applied");
        assert!(applied && all.len() == txs.len(), "{verdicts}");
        verdicts
    }

    /// All the mana of an account.
    pub fn total(&self, did: &str) -> u64 {
        let account = self.get(&format!("/v1/accounts/{did}"));
        let total = account["total"].as_str().and_then(|text| text.parse().ok());
        total.expect("an amount is a text of digits")
    }

    /// POST of JSON under an `Idempotency-Key`; none if nobody answers.
    pub fn post_as(&self, path: &str, body: &Value, key: &str) -> Option<Reply> {
        let bytes = body.to_string().into_bytes();
        self.try_post(path, "application/json", &bytes, Some(key))
    }

    /// Keeps bytes as a raw block, and returns its CID.
    pub fn put(&self, bytes: &[u8]) -> String {
        let reply = self.try_post("/v1/dag", "application/vnd.ipld.raw", bytes, None);
        let reply = reply.expect("the node answers");
        assert!(reply.status < 300, "{}", reply.json());
        let cid = &reply.json()["cid"];
        cid.as_str().expect("a CID is a text").to_owned()
    }
}
