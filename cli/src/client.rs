//! The node that a verb speaks to: the one that runs on the data directory, or the one at `--api`.

use crate::Context;
use crate::failure::Failure;
use icn_abi::Class;
use icn_api::Problem;
use icn_node::Home;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;
use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body};

/// Bytes of an answer that is read into memory.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Times that a request is sent when its connection fails. Writes carry an Idempotency-Key, so
/// nothing is done twice.
const TRIES: u32 = 3;

/// Bytes of a file with a token.
const TOKEN_BYTES_MAX: usize = 4096;

/// The longest that a node waits before it answers, and some.
const PATIENCE: Duration = Duration::from_secs(100);

/// How long a node may take to be connected with.
const CONNECT: Duration = Duration::from_secs(5);

/// Which node.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct At {
    /// The HTTP API of a node, as http://HOST:PORT [default: the node that runs on the data directory]
    #[arg(long, global = true, value_name = "URL", env = "ICN_API")]
    api: Option<String>,
    /// A file with the operator's token of the node at --api
    #[arg(long, global = true, value_name = "FILE", env = "ICN_API_TOKEN_FILE")]
    api_token_file: Option<PathBuf>,
}

impl At {
    /// The token for the node at --api. That of the data directory is another's secret there.
    fn token(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.api_token_file else {
            return Ok(None);
        };
        let bytes = crate::file::read(path, TOKEN_BYTES_MAX)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::malformed(format!("{} holds no token", path.display())))?;
        Ok(Some(text.trim().to_owned()))
    }
}

/// A node's HTTP API.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
}

/// The body of a request, and its kind.
pub(crate) type Sent<'a> = (&'static str, &'a [u8]);

impl Client {
    /// The node of this command line.
    pub(crate) fn open(context: &Context) -> Result<Self, Failure> {
        if let Some(base) = &context.api.api {
            return Self::at(base, context.api.token()?);
        }
        let home = Home::new(context.data_dir.path()?);
        match home.runs()?.and_then(|runs| runs.api) {
            Some(address) => Self::at(&format!("http://{address}"), home.token()?),
            None => Err(absent(&home)),
        }
    }

    /// The node of this command line, if one is named or runs; the store is its own then.
    pub(crate) fn running(context: &Context) -> Result<Option<Self>, Failure> {
        let is_named = context.api.api.is_some();
        let home = Home::new(context.data_dir.path()?);
        match is_named || home.runs()?.is_some() {
            true => Self::open(context).map(Some),
            false => Ok(None),
        }
    }

    /// The node at an address, and its operator's token.
    pub(crate) fn at(base: &str, token: Option<String>) -> Result<Self, Failure> {
        if !base.starts_with("http://") {
            let text = format!("`{base}` is not the address of a node's HTTP API");
            return Err(Failure::malformed(text).hint("write http://HOST:PORT"));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(PATIENCE))
            .max_redirects(0)
            .proxy(None)
            .build();
        Ok(Self {
            agent: agent.into(),
            base: base.trim_end_matches('/').to_owned(),
            token,
        })
    }

    /// What a route answers.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        read_json(path, self.ask(path, None)?)
    }

    /// What a route answers, as a value of some type and as it was written.
    pub(crate) fn get_as<T: DeserializeOwned>(&self, path: &str) -> Result<(T, Value), Failure> {
        typed(path, self.get(path)?)
    }

    /// The bytes that a route answers with.
    pub(crate) fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let mut body = self.stream(path, None)?.take(limit + 1);
        let read = body.read_to_end(&mut bytes);
        read.map_err(|error| broken(path, &error))?;
        if bytes.len() as u64 > limit {
            let text = format!("{path} answers with more than {limit} bytes");
            return Err(Failure::new(Class::ResourceLimitExceeded, text));
        }
        Ok(bytes)
    }

    /// The body of an answer, as it comes.
    pub(crate) fn stream(
        &self,
        path: &str,
        last_event: Option<&str>,
    ) -> Result<impl Read + use<>, Failure> {
        let answer = self.ask(path, last_event)?;
        Ok(answer.into_body().into_reader())
    }

    /// Sends JSON to a route, under a key, and returns what it answers.
    pub(crate) fn post(&self, path: &str, body: &Value, key: &str) -> Result<Value, Failure> {
        let body = body.to_string();
        self.send(path, ("application/json", body.as_bytes()), key)
    }

    /// Sends bytes to a route, under a key, and returns what it answers.
    pub(crate) fn send(&self, path: &str, sent: Sent<'_>, key: &str) -> Result<Value, Failure> {
        self.deliver(path, sent, Some(key))
    }

    /// The same without a key, where doing it twice changes nothing.
    pub(crate) fn send_without_key(&self, path: &str, sent: Sent<'_>) -> Result<Value, Failure> {
        self.deliver(path, sent, None)
    }

    fn deliver(&self, path: &str, sent: Sent<'_>, key: Option<&str>) -> Result<Value, Failure> {
        let send = || {
            let (media, bytes) = sent;
            let mut request = self.agent.post(self.url(path));
            request = request.header(header::CONTENT_TYPE, media);
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
            if let Some(token) = &self.token {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            request.send(bytes)
        };
        read_json(path, self.again(path, send)?)
    }

    fn ask(&self, path: &str, last_event: Option<&str>) -> Result<Response<Body>, Failure> {
        self.again(path, || {
            let mut request = self.agent.get(self.url(path));
            if let Some(last) = last_event {
                request = request.header("last-event-id", last);
            }
            if let Some(token) = &self.token {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            request.call()
        })
    }

    /// Sends a request until an answer comes, a few times; what the answer refuses is a failure.
    fn again(
        &self,
        path: &str,
        send: impl Fn() -> Result<Response<Body>, ureq::Error>,
    ) -> Result<Response<Body>, Failure> {
        let mut tried = 1;
        let answer = loop {
            match send() {
                Ok(answer) => break answer,
                Err(ureq::Error::Io(error)) if refused(&error) => return Err(self.silent(&error)),
                Err(error) if tried == TRIES => return Err(broken(path, &error)),
                Err(_) => tried += 1,
            }
        };
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(problem(path, answer))
    }

    fn silent(&self, error: &std::io::Error) -> Failure {
        let text = format!("no node answers at {}: {error}", self.base);
        Failure::new(Class::ProcessingFailure, text).hint("`icn start` runs one")
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// A key of chance for one request and its repetitions.
pub(crate) fn fresh_key() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        let text = format!("no randomness from the system: {error}");
        Failure::new(Class::Internal, text)
    })?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}

/// An answer as a value of some type, beside what was written.
pub(crate) fn typed<T: DeserializeOwned>(path: &str, json: Value) -> Result<(T, Value), Failure> {
    let value = T::deserialize(&json).map_err(|error| {
        let text = format!("the node's answer to {path} is not understood: {error}");
        Failure::new(Class::Serialization, text).hint("is it of another version? see `icn status`")
    })?;
    Ok((value, json))
}

fn refused(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::ConnectionRefused
}

fn absent(home: &Home) -> Failure {
    let text = format!("no node runs on {}", home.dir().display());
    let hint = "`icn start` runs one; --data-dir or --api name another";
    Failure::new(Class::ProcessingFailure, text).hint(hint)
}

fn broken(path: &str, error: &dyn std::fmt::Display) -> Failure {
    let text = format!("{path}: the connection failed: {error}");
    Failure::new(Class::ProcessingFailure, text)
}

fn body(path: &str, answer: Response<Body>) -> Result<Vec<u8>, Failure> {
    let mut answer = answer.into_body();
    let limited = answer.with_config().limit(ANSWER_BYTES_MAX);
    limited.read_to_vec().map_err(|error| broken(path, &error))
}

fn read_json(path: &str, answer: Response<Body>) -> Result<Value, Failure> {
    let bytes = body(path, answer)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let text = format!("the node's answer to {path} is no JSON: {error}");
        Failure::new(Class::Serialization, text)
    })
}

/// A refusal of the node's, in its words.
fn problem(path: &str, answer: Response<Body>) -> Failure {
    let status: StatusCode = answer.status();
    let problem = body(path, answer).ok();
    let problem = problem.and_then(|bytes| serde_json::from_slice::<Problem>(&bytes).ok());
    let Some(problem) = problem else {
        let text = format!("{path} answers {status}, which is not a node's way: is it one?");
        return Failure::new(Class::ProcessingFailure, text);
    };
    let class = Class::ALL
        .into_iter()
        .find(|one| one.name() == problem.class);
    let text = format!("{} {}", problem.title, problem.detail);
    Failure::new(class.unwrap_or(Class::Internal), text.trim_end())
        .hint(problem.hint)
        .number(problem.code)
}
