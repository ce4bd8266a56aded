//! `icn dag export` and `icn dag import`.

use super::get::to_file;
use super::{CidText, put};
use crate::answer::{Answer, Output, count};
use crate::failure::Failure;
use crate::{Context, progress, store};
use icn_abi::Class;
use icn_dag::survey::Survey;
use icn_dag::{Batch, Pin, Store, car};
use serde_json::json;
use std::io::{self, BufWriter, IsTerminal};
use std::path::PathBuf;

/// The exit code of an import that lacks blocks.
const INCOMPLETE: u8 = 3;

#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// The roots
    #[arg(required = true)]
    pub(super) roots: Vec<CidText>,
    /// The file to write [default: stdout, unless it is a terminal]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// The CAR file; `-` reads stdin
    pub(super) file: PathBuf,
    /// Pins the roots, so that `icn dag gc` keeps what they reach
    #[arg(long)]
    pin: bool,
    #[command(flatten)]
    quota: store::Quota,
}

pub(crate) fn export(args: ExportArgs, context: &Context) -> Result<Answer, Failure> {
    let roots = args
        .roots
        .iter()
        .map(CidText::cid)
        .collect::<Result<Vec<_>, _>>()?;
    let store = store::read(context)?;
    let to_stdout = args.output_file.is_none();
    if to_stdout && (context.output == Output::Json || io::stdout().is_terminal()) {
        return Err(Failure::new(
            Class::InvalidSystemApiCall,
            "a CAR is bytes, not text to read here",
        )
        .hint("name a file with -o FILE")
        .exit(2));
    }
    // Counting first costs a walk without the leaves, and lets the bar say how long it will take.
    let total = Survey::of(&roots, &store, |_| {})?.here.blocks;
    let bar = progress::bar(context.output, "exporting", Some(total), false);
    let written = match &args.output_file {
        Some(path) => to_file(path, |into| {
            car::export(&store, &roots, BufWriter::new(into), |done| {
                bar.set_position(done.blocks)
            })
        })?,
        None => car::export(&store, &roots, io::stdout().lock(), |done| {
            bar.set_position(done.blocks);
        })?,
    };
    bar.finish_and_clear();
    let text = match &args.output_file {
        Some(path) => format!("{} in {}", count(written.blocks, "block"), path.display()),
        None => String::new(),
    };
    let json = json!({
        "roots": roots,
        "blocks": written.blocks,
        "bytes": written.bytes,
        "file": args.output_file,
    });
    Ok(Answer::new(text, json))
}

pub(crate) fn import(args: ImportArgs, context: &Context) -> Result<Answer, Failure> {
    let (source, size) = put::open(&args.file)?;
    let mut store = store::open(context, args.quota)?;
    let bar = progress::bar(context.output, "importing", size, true);
    let done = car::import(source, &mut store, |state| bar.set_position(state.at))?;
    bar.finish_and_clear();
    let complete = done.is_complete();
    if args.pin && complete {
        let pin = done
            .roots
            .iter()
            .map(|&root| Pin { root, until: None })
            .collect();
        store.commit(Batch {
            pin,
            ..Batch::default()
        })?;
    }
    let verdict = if complete { "complete" } else { "incomplete" };
    let mut text = format!(
        "{verdict}: {}, {} of them new",
        count(done.read.blocks, "block"),
        done.new.blocks
    );
    done.roots
        .iter()
        .for_each(|root| text.push_str(&format!("\nroot {root}")));
    for (what, listed) in [("missing", &done.missing), ("damaged", &done.damaged)] {
        listed
            .first
            .iter()
            .for_each(|cid| text.push_str(&format!("\n{what} {cid}")));
        let unlisted = listed.count - listed.first.len() as u64;
        if unlisted > 0 {
            text.push_str(&format!("\nand {unlisted} more {what}"));
        }
    }
    let json = json!({
        "verdict": verdict,
        "roots": done.roots,
        "blocks": done.read.blocks,
        "bytes": done.read.bytes,
        "new": done.new.blocks,
        "pinned": args.pin && complete,
        "missing": done.missing.first,
        "missing_count": done.missing.count,
        "damaged": done.damaged.first,
        "damaged_count": done.damaged.count,
    });
    Ok(Answer::new(text, json).exit(if complete { 0 } else { INCOMPLETE }))
}
