//! A job's way to its end, stage by stage.

use super::{Wait, draw};
use crate::answer::{Answer, Output, count};
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, file, progress, upload};
use icn_abi::Class;
use icn_api::job::JobView;
use icn_base::run::JobState;
use icn_base::{Cid, JobId};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How often the job is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// What is shown of an output, if it is text.
const SHOWN_BYTES_MAX: u64 = 4096;

/// Waits for a job's end.
pub(super) fn run(
    client: &Client,
    job: JobId,
    wait: &Wait,
    context: &Context,
) -> Result<Answer, Failure> {
    let bar = progress::bar(context.output, "waiting", None, false);
    let told = |text: &str| match context.output {
        Output::Text => bar.suspend(|| crate::note(text)),
        Output::Json => {}
    };
    let (view, mut json) = until_ended(client, job, wait.timeout, told)?;
    bar.finish_and_clear();
    let mut text = draw::job(&view);
    if let Some(path) = &wait.result_file
        && let Some(output) = view.output
    {
        let size = file::write(path, |into| upload::download(client, &output, into))?;
        text.push_str(&format!("{} in {}", count(size, "byte"), path.display()));
        json["result_file"] = json!(path);
    } else if let Some(output) = view.output.filter(|_| context.output == Output::Text) {
        text.push_str(&shown(client, &output));
    }
    let failed = view.state != JobState::Completed;
    Ok(Answer::new(text, json).exit(u8::from(failed)))
}

/// Looks at a job until it has ended, and tells each new stage once.
pub(crate) fn until_ended(
    client: &Client,
    job: JobId,
    patience: Duration,
    mut told: impl FnMut(&str),
) -> Result<(JobView, Value), Failure> {
    let begun = Instant::now();
    let (path, mut before) = (format!("/v1/jobs/{job}"), String::new());
    loop {
        let looked = client.get_as::<JobView>(&path);
        // A job that was just submitted may wait for its block.
        let unknown = |failure: &Failure| failure.class == Class::UnknownJob;
        let stage = match &looked {
            Ok((view, json)) => {
                if view.ended.is_some() {
                    return Ok((view.clone(), json.clone()));
                }
                stage(view)
            }
            Err(failure) if unknown(failure) => "it waits for a block".to_owned(),
            Err(_) => return looked,
        };
        if stage != before {
            told(&format!("{:>6} ms  {stage}", begun.elapsed().as_millis()));
            before = stage;
        }
        if begun.elapsed() > patience {
            let text = format!("{job} has not ended after {} s", patience.as_secs());
            return Err(Failure::new(Class::ExecutionTimeout, text).hint(format!(
                "it goes on: `icn job wait {job}`, `icn job explain {job}`"
            )));
        }
        std::thread::sleep(LOOK);
    }
}

fn stage(view: &JobView) -> String {
    let seats: Vec<_> = view
        .seats
        .iter()
        .map(|seat| format!("{}: {}", seat.executor, seat.work))
        .collect();
    match seats.is_empty() {
        true => draw::says(view.state).to_owned(),
        false => seats.join("\n           "),
    }
}

/// An output, if it is short and text.
fn shown(client: &Client, output: &Cid) -> String {
    let mut bytes = Vec::new();
    let got = upload::download(client, output, &mut bytes);
    match (got, String::from_utf8(bytes)) {
        (Ok(size), Ok(text)) if size <= SHOWN_BYTES_MAX && !text.is_empty() => {
            format!("\n{text}")
        }
        (Ok(size), _) => format!(
            "{} of output: --result-file FILE writes it",
            count(size, "byte")
        ),
        (Err(failure), _) => format!("the output is not to be had: {}", failure.message),
    }
}
