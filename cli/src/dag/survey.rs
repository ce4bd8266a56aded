//! `icn dag stat` and `icn dag walk`.

use super::{CidText, absent};
use crate::answer::{Answer, Output, blocks, count};
use crate::failure::Failure;
use crate::{Context, progress, store};
use icn_dag::walk::{Step, Walk};
use icn_dag::{Blocks, survey::Survey};
use serde_json::json;
use std::fmt::Write as _;

#[derive(Debug, clap::Args)]
pub(crate) struct StatArgs {
    /// The block
    cid: CidText,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WalkArgs {
    /// The root
    root: CidText,
}

pub(crate) fn stat(args: StatArgs, context: &Context) -> Result<Answer, Failure> {
    let cid = args.cid.cid()?;
    let store = store::read(context)?;
    let block = store.get(&cid)?.ok_or_else(|| absent(&cid))?;
    let links = block.links()?;
    let bar = progress::bar(context.output, "walking", None, false);
    let below = Survey::of(&[cid], &store, |survey| {
        bar.set_position(survey.here.blocks)
    })?;
    bar.finish_and_clear();
    let (codec, size) = (cid.codec().name(), block.bytes().len());
    let mut text = format!(
        "{cid}\n{codec}, {}, {}\nreaches {}",
        count(size as u64, "byte"),
        count(links.len() as u64, "link"),
        blocks(&below.here)
    );
    for (what, listed) in [("missing", &below.missing), ("damaged", &below.damaged)] {
        if !listed.is_empty() {
            let _infallible = write!(text, "\n{} {what}:", listed.count);
            listed
                .first
                .iter()
                .for_each(|cid| text.push_str(&format!("\n  {cid}")));
        }
    }
    Ok(Answer::new(
        text,
        json!({
            "cid": cid,
            "codec": codec,
            "size": size,
            "links": links,
            "reaches": { "blocks": below.here.blocks, "bytes": below.here.bytes },
            "missing": below.missing.first,
            "missing_count": below.missing.count,
            "damaged": below.damaged.first,
            "damaged_count": below.damaged.count,
        }),
    ))
}

pub(crate) fn walk(args: WalkArgs, context: &Context) -> Result<Answer, Failure> {
    let root = args.root.cid()?;
    let store = store::read(context)?;
    if !store.has(&root)? {
        return Err(absent(&root));
    }
    let (mut text, mut rows) = (String::new(), Vec::new());
    let mut walk = Walk::new(&[root]).without_leaves();
    while let Some(step) = walk.step(&store)? {
        let (cid, size, fault) = match step {
            Step::Block(block) => (*block.cid(), Some(block.bytes().len() as u64), None),
            Step::Leaf { cid, size } => (cid, Some(size), None),
            Step::Missing(cid) => (cid, None, Some("missing")),
            Step::Damaged { cid, .. } => (cid, None, Some("damaged")),
        };
        match context.output {
            Output::Json => {
                let row = match (size, fault) {
                    (Some(size), _) => json!({ "cid": cid, "size": size }),
                    (None, fault) => json!({ "cid": cid, "fault": fault }),
                };
                rows.push(row);
            }
            Output::Text => {
                let fault = fault.map(|fault| format!("  {fault}")).unwrap_or_default();
                let _infallible = writeln!(text, "{cid}{fault}");
            }
        }
    }
    Ok(Answer::new(text, json!({ "root": root, "blocks": rows })))
}
