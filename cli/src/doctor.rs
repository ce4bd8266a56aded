//! `icn doctor`: what may keep a node from its work, each with its remedy.

mod machine;
mod node;

use crate::Context;
use crate::answer::{Answer, count};
use crate::failure::Failure;
use crate::settings::{self, Flags};
use icn_node::{Config, Home};
use serde::Serialize;
use serde_json::json;

/// Looks for what may keep a node from its work
///
/// Looks at the clock, the data directory, keys and their modes, the disk, the limits of this system, the walls around
/// guests, ports, the store, the genesis, and peers. Exit codes: 0 nothing is wrong, 1 something is.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: Flags,
}

/// How much something matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Weight {
    /// It is as it should be.
    Fine,
    /// A node works, but not as well as it could.
    Warning,
    /// A node does not work, or is in danger.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    what: &'static str,
    weight: Weight,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

impl Finding {
    fn fine(what: &'static str, found: impl Into<String>) -> Self {
        Self {
            what,
            weight: Weight::Fine,
            found: found.into(),
            remedy: None,
        }
    }

    fn warning(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what,
            weight: Weight::Warning,
            found: found.into(),
            remedy: Some(remedy.into()),
        }
    }

    fn wrong(what: &'static str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            weight: Weight::Wrong,
            ..Self::warning(what, found, remedy)
        }
    }

    /// What a failure says.
    fn failed(what: &'static str, failure: Failure) -> Self {
        let remedy = failure.hint.unwrap_or_default();
        Self::wrong(what, failure.message, remedy)
    }
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let home = Home::new(context.data_dir.path()?);
    let (config, said) = match settings::load(&home, &args.flags) {
        Ok(loaded) => (
            loaded.config,
            Finding::fine("configuration", "it can be read"),
        ),
        Err(failure) => (Config::default(), Finding::failed("configuration", failure)),
    };
    let mut findings = vec![said];
    findings.extend(machine::look(&home, &config));
    findings.extend(node::look(&home, &config, context));
    let wrong = findings
        .iter()
        .filter(|one| one.weight == Weight::Wrong)
        .count();
    let lines: String = findings.iter().map(line).collect();
    let sum = match wrong {
        0 => "nothing is wrong".to_owned(),
        some => count(some as u64, "thing") + " to mend",
    };
    let json = json!({ "healthy": wrong == 0, "findings": findings });
    Ok(Answer::new(format!("{lines}\n{sum}"), json).exit(u8::from(wrong > 0)))
}

fn line(finding: &Finding) -> String {
    let mark = match finding.weight {
        Weight::Fine => "ok   ",
        Weight::Warning => "note ",
        Weight::Wrong => "WRONG",
    };
    let remedy = finding.remedy.as_ref().filter(|remedy| !remedy.is_empty());
    let remedy = remedy.map_or_else(String::new, |remedy| format!("      remedy: {remedy}\n"));
    format!(
        "{mark} {}: {}\n{remedy}",
        finding.what,
        finding.found.trim_end()
    )
}
