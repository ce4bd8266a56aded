//! `icn dag gc`.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::{Context, clock, progress, store};
use icn_dag::collect::Collect;
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only says what would be dropped
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let mut store = store::read(context)?;
    let bar = progress::bar(context.output, "collecting", None, false);
    let collect = Collect {
        now: clock::now()?,
        dry_run: args.dry_run,
    };
    let done = collect.run(&mut store, |state| {
        bar.set_position(state.walked + state.kept.blocks + state.dropped.blocks);
    })?;
    bar.finish_and_clear();
    let freed = if args.dry_run {
        0
    } else {
        store.compact(|_| {})?.freed_bytes
    };
    let would = if args.dry_run {
        "would drop"
    } else {
        "dropped"
    };
    let mut text = format!(
        "{would} {} blocks of {} bytes; kept {} blocks of {} bytes",
        done.dropped.blocks, done.dropped.bytes, done.kept.blocks, done.kept.bytes
    );
    if done.missing.count > 0 {
        text.push_str(&format!(
            "\n{} blocks that pins reach are not here, the first: {}",
            done.missing.count, done.missing.first[0]
        ));
    }
    Ok(Answer::new(
        text,
        json!({
            "dry_run": args.dry_run,
            "dropped": { "blocks": done.dropped.blocks, "bytes": done.dropped.bytes },
            "kept": { "blocks": done.kept.blocks, "bytes": done.kept.bytes },
            "expired_pins": done.expired,
            "missing": done.missing.first,
            "missing_count": done.missing.count,
            "disk_bytes_freed": freed,
        }),
    ))
}
