//! `icn dag verify`.

use crate::answer::{Answer, blocks, count};
use crate::failure::Failure;
use crate::{Context, progress, store};
use icn_dag::scrub::scrub;
use icn_dag::{Batch, Store};
use serde_json::json;

/// The exit code when the disk has changed blocks.
const DAMAGED: u8 = 4;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Drops the damaged blocks, so that an import or a put can bring them back
    #[arg(long)]
    drop_damaged: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let mut store = store::read(context)?;
    let bar = progress::bar(context.output, "reading", Some(store.stat().blocks), false);
    let found = scrub(&store, |state| {
        bar.set_position(state.sound.blocks + state.damaged_count)
    })?;
    bar.finish_and_clear();
    let mut text = format!("{} sound", blocks(&found.sound));
    if found.damaged_count > 0 {
        text.push_str(&format!(
            "\n{} damaged:",
            count(found.damaged_count, "block")
        ));
        for damage in &found.damaged {
            text.push_str(&format!("\n  {}  {}", damage.cid, damage.why));
        }
        text.push_str(if args.drop_damaged {
            "\ndropped: import or put them again"
        } else {
            "\nnext: `icn dag verify --drop-damaged`, then import or put them again"
        });
    }
    if args.drop_damaged {
        let drop = found.damaged.iter().map(|damage| damage.cid).collect();
        store.commit(Batch {
            drop,
            ..Batch::default()
        })?;
    }
    let damaged: Vec<_> = found
        .damaged
        .iter()
        .map(|d| json!({ "cid": d.cid, "why": d.why }))
        .collect();
    let json = json!({
        "sound": { "blocks": found.sound.blocks, "bytes": found.sound.bytes },
        "damaged": damaged,
        "damaged_count": found.damaged_count,
        "dropped": if args.drop_damaged { found.damaged.len() } else { 0 },
    });
    Ok(Answer::new(text, json).exit(if found.damaged_count > 0 { DAMAGED } else { 0 }))
}
