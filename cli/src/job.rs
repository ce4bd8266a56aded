//! `icn job`: work for the mesh, submitted and followed through a node.

mod ask;
mod draw;
mod follow;

pub(crate) use ask::pair;
pub(crate) use follow::until_ended;

use crate::Context;
use crate::answer::{Answer, count};
use crate::client::{Client, fresh_key, typed};
use crate::failure::Failure;
use clap::Subcommand;
use icn_api::job::{ExplainView, JobActed, JobLine, JobView, QuoteView};
use icn_api::page::Page;
use icn_base::run::JobState;
use icn_base::{Did, JobId};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// What a log may weigh here.
const LOG_BYTES_MAX: u64 = 1024 * 1024;

/// Jobs: work for the mesh
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Submits a job: the node signs it and pays for it. Exit code 1 if it was waited for and did not complete
    Submit {
        #[command(flatten)]
        ask: ask::Args,
        #[command(flatten)]
        wait: Wait,
        /// A key for this job: sent again with the same key, it is submitted once [default: one of chance]
        #[arg(long, value_name = "KEY")]
        idempotency_key: Option<String>,
    },
    /// Says what a job would cost at most, and who might run it; nothing is submitted
    Quote(ask::Args),
    /// Lists the jobs of the book
    List {
        /// Those of this owner
        #[arg(long, value_name = "DID")]
        owner: Option<Did>,
        /// Those in this state, such as `open` or `completed`
        #[arg(long)]
        state: Option<String>,
    },
    /// Shows a job
    Show {
        /// Which job
        job: JobId,
    },
    /// Waits for a job's end, and shows its stages meanwhile. Exit code 1 if it did not complete
    Wait {
        /// Which job
        job: JobId,
        #[command(flatten)]
        wait: Wait,
    },
    /// Says how a job found its executors, or why it did not, and when
    Explain {
        /// Which job
        job: JobId,
    },
    /// Withdraws an open job of the node's own
    Cancel {
        /// Which job
        job: JobId,
    },
    /// Prints what a job's run logged
    Logs {
        /// Which job
        job: JobId,
    },
    /// Submits a job of the node's own once more, as it was
    Retry {
        /// Which job
        job: JobId,
        /// When the result is of no more use, from now
        #[arg(long, value_name = "TIME", default_value = "10m", value_parser = humantime::parse_duration)]
        deadline: Duration,
        #[command(flatten)]
        wait: Wait,
    },
}

/// Whether to wait, and where the result goes.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Wait {
    /// Waits for the job's end, and shows its stages meanwhile
    #[arg(long)]
    wait: bool,
    /// Waits so long at most
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = humantime::parse_duration)]
    timeout: Duration,
    /// Waits, and writes what the run wrote to this file
    #[arg(long, value_name = "FILE")]
    result_file: Option<PathBuf>,
}

impl Wait {
    const fn is_asked(&self) -> bool {
        self.wait || self.result_file.is_some()
    }
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    let client = Client::open(context)?;
    match verb {
        Verb::Submit {
            ask,
            wait,
            idempotency_key,
        } => {
            let request = ask.request(&client)?;
            let key = match idempotency_key {
                Some(key) => key.clone(),
                None => fresh_key()?,
            };
            submit(&client, &request, &key, wait, context)
        }
        Verb::Quote(ask) => quote(&client, &ask.request(&client)?),
        Verb::List { owner, state } => list(&client, owner.as_ref(), state.as_deref()),
        Verb::Show { job } => show(&client, *job),
        Verb::Wait { job, wait } => follow::run(&client, *job, wait, context),
        Verb::Explain { job } => {
            let path = format!("/v1/jobs/{job}/explain");
            let (view, json) = client.get_as::<ExplainView>(&path)?;
            Ok(Answer::new(draw::explained(&view), json))
        }
        Verb::Cancel { job } => {
            let path = format!("/v1/jobs/{job}/cancel");
            let json = client.post(&path, &json!({}), &fresh_key()?)?;
            Ok(Answer::new(format!("{job} is withdrawn"), json))
        }
        Verb::Logs { job } => {
            let bytes = client.bytes(&format!("/v1/jobs/{job}/logs"), LOG_BYTES_MAX)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let json = json!({ "job": job, "log": text });
            Ok(Answer::new(text, json))
        }
        Verb::Retry {
            job,
            deadline,
            wait,
        } => {
            let (view, _) = client.get_as::<JobView>(&format!("/v1/jobs/{job}"))?;
            let request = ask::again(&view, ask::after(*deadline)?);
            submit(&client, &request, &fresh_key()?, wait, context)
        }
    }
}

fn submit(
    client: &Client,
    request: &Value,
    key: &str,
    wait: &Wait,
    context: &Context,
) -> Result<Answer, Failure> {
    let path = "/v1/jobs";
    let json = client.post(path, request, key)?;
    let (acted, json) = typed::<JobActed>(path, json)?;
    if wait.is_asked() {
        crate::note(&format!("job {}", acted.job));
        return follow::run(client, acted.job, wait, context);
    }
    let job = acted.job;
    let text = format!("{job}\nnext: icn job wait {job}");
    Ok(Answer::new(text, json))
}

fn quote(client: &Client, request: &Value) -> Result<Answer, Failure> {
    let path = "/v1/jobs/quote";
    let json = client.post(path, request, &fresh_key()?)?;
    let (view, json) = typed::<QuoteView>(path, json)?;
    Ok(Answer::new(draw::quoted(&view), json))
}

fn list(client: &Client, owner: Option<&Did>, state: Option<&str>) -> Result<Answer, Failure> {
    let mut query = vec!["limit=500".to_owned()];
    query.extend(owner.map(|owner| format!("owner={owner}")));
    if let Some(state) = state {
        let state: JobState = serde_json::from_value(Value::String(state.to_owned()))
            .map_err(|error| Failure::malformed(format!("--state: {error}")))?;
        query.push(format!("state={}", draw::word(state)));
    }
    let lines: Vec<JobLine> = pages(client, "/v1/jobs", &query)?;
    let text: String = lines.iter().map(draw::line).collect();
    let text = match lines.is_empty() {
        true => "no jobs".to_owned(),
        false => format!("{text}{}", count(lines.len() as u64, "job")),
    };
    Ok(Answer::new(text, json!({ "jobs": lines })))
}

/// Every item of a list, page by page.
pub(crate) fn pages<T>(client: &Client, path: &str, query: &[String]) -> Result<Vec<T>, Failure>
where
    T: serde::de::DeserializeOwned,
{
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let after = cursor.iter().map(|cursor| format!("cursor={cursor}"));
        let query: Vec<_> = query.iter().cloned().chain(after).collect();
        let asked = format!("{path}?{}", query.join("&"));
        let (page, _) = client.get_as::<Page<T>>(&asked)?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

fn show(client: &Client, job: JobId) -> Result<Answer, Failure> {
    let (view, json) = client.get_as::<JobView>(&format!("/v1/jobs/{job}"))?;
    Ok(Answer::new(draw::job(&view), json))
}
