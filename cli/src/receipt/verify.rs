//! `icn receipt verify`: one file, one of three verdicts.

use super::remote;
use crate::answer::Answer;
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, file, guest};
use icn_base::Cid;
use icn_replay::{Difference, Grounds, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::{Cursor, Read};
use std::path::PathBuf;

/// The exit code of a verdict that is none.
const CANNOT_TELL: u8 = 3;

/// Runs a receipt's job again, here, and says whether the receipt is true
///
/// The file is the CAR that `icn receipt export` writes. It holds the module, the input, and a proof of everything that
/// the run read, so neither a node nor a network is needed. A verdict stands on one thing that the file cannot prove by
/// itself: that the block it names is part of the network's chain. Compare that block with a node that you trust.
///
/// Exit codes: 0 valid; 1 invalid, with what differs; 3 cannot tell, with what is missing, damaged or of another engine; 2
/// the file cannot be read.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The receipt's CAR; `-` reads stdin. Or the CID of one that a node has, or its job's id: its file is fetched then
    receipt: PathBuf,
    /// Seconds of this machine's time at most; a run that takes longer cannot be judged here
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let asked = args
        .receipt
        .to_str()
        .and_then(|text| text.parse::<Cid>().ok());
    let from: Box<dyn Read> = match asked.filter(|_| !args.receipt.exists()) {
        Some(id) => Box::new(Cursor::new(remote::car(&Client::open(context)?, &id)?)),
        None => file::open(&args.receipt)?.0,
    };
    let sandbox = guest::sandbox()?;
    let verdict = icn_replay::verify(from, &sandbox, args.timeout * 1000);
    let word = verdict.word();
    Ok(match &verdict {
        Verdict::Valid(grounds) => {
            let mut json = json!(grounds);
            json["verdict"] = json!(word);
            Answer::new(format!("valid\n{}", stands_on(grounds)), json)
        }
        Verdict::Invalid { grounds, differs } => {
            let mut json = json!(grounds);
            (json["verdict"], json["differs"]) = (json!(word), json!(differs));
            let text = format!("invalid\n{}{}", lies(differs), stands_on(grounds));
            Answer::new(text, json).exit(1)
        }
        Verdict::CannotTell(because) => {
            let because = because.to_string();
            let json: Value = json!({ "verdict": word, "because": because });
            Answer::new(format!("cannot tell\n{because}"), json).exit(CANNOT_TELL)
        }
    })
}

fn lies(differs: &[Difference]) -> String {
    let mut text = String::new();
    for Difference {
        what,
        claimed,
        found,
    } in differs
    {
        let _infallible = writeln!(text, "{what}: the receipt says {claimed}, it is {found}");
    }
    text
}

fn stands_on(grounds: &Grounds) -> String {
    format!(
        "receipt {} of {}\nif block {} (height {}) is on the chain of network {}",
        grounds.receipt,
        grounds.executor,
        grounds.fixed_by,
        grounds.snapshot.height.saturating_add(1),
        grounds.network,
    )
}
