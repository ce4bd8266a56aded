//! `icn dag gc`.

use crate::answer::{Answer, blocks, count};
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
        "{would} {}; kept {}",
        blocks(&done.dropped),
        blocks(&done.kept)
    );
    if done.missing.count > 0 {
        text.push_str(&format!(
            "\n{} that pins reach: not here, the first: {}",
            count(done.missing.count, "block"),
            done.missing.first[0]
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
