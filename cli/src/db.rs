//! `icn db`: the store itself.

use crate::Context;
use crate::answer::{Answer, count};
use crate::failure::Failure;
use crate::{progress, store};
use clap::Subcommand;
use indicatif::HumanBytes;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Builds the index again from the segments: nothing is lost if its directory was
    Rebuild,
    /// Says how much is stored, and how much of the quota it takes
    Stat,
}

pub(crate) fn run(verb: Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Rebuild => {
            let bar = progress::bar(context.output, "rebuilding", None, true);
            let store = store::rebuild(context, |state| bar.set_position(state.bytes))?;
            bar.finish_and_clear();
            let blocks = store.stat().blocks;
            let text = format!("the index was built again, with {}", count(blocks, "block"));
            Ok(Answer::new(text, json!({ "blocks": blocks })))
        }
        Verb::Stat => {
            let stat = store::read(context)?.stat();
            let text = format!(
                "{} of {}\n{} of {} quota, in {}; {} of it dead\n{}, {}",
                count(stat.blocks, "block"),
                HumanBytes(stat.bytes),
                HumanBytes(stat.segment_bytes),
                HumanBytes(stat.quota_bytes),
                count(stat.segments, "segment"),
                HumanBytes(stat.dead_bytes),
                count(stat.pins, "pin"),
                count(stat.names, "name"),
            );
            let json = json!({
                "blocks": stat.blocks,
                "bytes": stat.bytes,
                "dead_blocks": stat.dead_blocks,
                "dead_bytes": stat.dead_bytes,
                "segments": stat.segments,
                "segment_bytes": stat.segment_bytes,
                "quota_bytes": stat.quota_bytes,
                "log_bytes": stat.log_bytes,
                "pins": stat.pins,
                "names": stat.names,
                "index": {
                    "in_memory": stat.index.in_memory,
                    "runs": stat.index.runs,
                    "entries": stat.index.entries,
                    "disk_bytes": stat.index.disk_bytes,
                    "fault": stat.index.fault,
                },
            });
            Ok(Answer::new(text, json))
        }
    }
}
