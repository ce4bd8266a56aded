//! `icn dag pin`, `unpin` and `pins`.

use super::{CidText, absent};
use crate::answer::Answer;
use crate::failure::Failure;
use crate::{Context, store};
use icn_abi::Class;
use icn_base::Time;
use icn_dag::{Batch, Blocks, Pin, Store};
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Debug, clap::Args)]
pub(crate) struct PinArgs {
    /// The root
    root: CidText,
    /// How long, for example 30d or 12h [default: until it is unpinned]
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    duration: Option<Duration>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct UnpinArgs {
    /// The root
    root: CidText,
}

pub(crate) fn pin(args: PinArgs, context: &Context) -> Result<Answer, Failure> {
    let root = args.root.cid()?;
    let mut store = store::read(context)?;
    if !store.has(&root)? {
        return Err(absent(&root));
    }
    let until = args.duration.map(from_now).transpose()?;
    let pin = Pin { root, until };
    store.commit(Batch {
        pin: vec![pin],
        ..Batch::default()
    })?;
    Ok(Answer::new(line(&pin), row(&pin)))
}

pub(crate) fn unpin(args: UnpinArgs, context: &Context) -> Result<Answer, Failure> {
    let root = args.root.cid()?;
    let mut store = store::read(context)?;
    if !store.pins()?.iter().any(|pin| pin.root == root) {
        return Err(
            Failure::new(Class::DagOperationFailed, format!("{root} is not pinned"))
                .hint("`icn dag pins` lists the pins"),
        );
    }
    store.commit(Batch {
        unpin: vec![root],
        ..Batch::default()
    })?;
    Ok(Answer::new(
        format!("{root} is no longer pinned"),
        json!({ "cid": root, "pinned": false }),
    ))
}

pub(crate) fn list(context: &Context) -> Result<Answer, Failure> {
    let pins = store::read(context)?.pins()?;
    let text: String = pins.iter().map(|pin| format!("{}\n", line(pin))).collect();
    let json: Vec<Value> = pins.iter().map(row).collect();
    Ok(Answer::new(text, json!({ "pins": json })))
}

fn line(pin: &Pin) -> String {
    match pin.until {
        None => format!("{} is pinned", pin.root),
        Some(until) => {
            let at = std::time::UNIX_EPOCH + Duration::from_millis(until.as_ms());
            format!(
                "{} is pinned until {}",
                pin.root,
                humantime::format_rfc3339_seconds(at)
            )
        }
    }
}

fn row(pin: &Pin) -> Value {
    let mut row = json!({ "cid": pin.root, "pinned": true });
    if let Some(until) = pin.until {
        row["until_ms"] = json!(until.as_ms());
    }
    row
}

fn from_now(duration: Duration) -> Result<Time, Failure> {
    let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    crate::clock::now()?
        .after_ms(ms)
        .map_err(|error| Failure::malformed(error).hint("leave out --for to pin for good"))
}
