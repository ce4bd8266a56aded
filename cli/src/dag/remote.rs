//! Blocks of a node that runs: the store is its own, so it is asked.

use super::{Verb, to_file};
use crate::answer::{Answer, Output, count};
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, file, upload};
use icn_abi::Class;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::{Bytes, Codec};
use icn_dag::Block;
use serde_json::json;
use std::io::{self, Read, Write};

/// The largest CAR that a node imports at once.
const CAR_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// The exit code of an import that lacks blocks.
const INCOMPLETE: u8 = 3;

pub(super) fn run(verb: Verb, client: &Client, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Put(args) => {
            let cid = match args.codec.parse().map_err(Failure::malformed)? {
                Codec::Raw => upload::upload(client, &args.file)?,
                Codec::DagCbor => {
                    let bytes = file::read(&args.file, BLOCK_BYTES_MAX)?;
                    upload::send_block(client, &Block::new(Codec::DagCbor, bytes)?)?
                }
            };
            Ok(Answer::new(cid.to_string(), json!({ "cid": cid })))
        }
        Verb::Get(args) => {
            let (cid, mut bytes) = (args.cid.cid()?, Vec::new());
            if args.block {
                bytes = client.bytes(&format!("/v1/dag/{cid}"), BLOCK_BYTES_MAX as u64)?;
            } else if let Some(path) = &args.output_file {
                let size = to_file(path, |into| upload::download(client, &cid, into))?;
                let text = format!("{} in {}", count(size, "byte"), path.display());
                return Ok(Answer::new(
                    text,
                    json!({ "cid": cid, "size": size, "file": path }),
                ));
            } else {
                upload::download(client, &cid, &mut bytes)?;
            }
            let json = match context.output {
                Output::Text => json!({}),
                Output::Json => json!({ "cid": cid, "bytes": Bytes(bytes.clone()) }),
            };
            Ok(Answer::bytes(bytes, json))
        }
        Verb::Export(args) => {
            let [root] = args.roots.as_slice() else {
                return Err(only("exports one root at a time"));
            };
            let path = format!("/ipfs/{}?format=car", root.cid()?);
            let mut from = client.stream(&path, None)?;
            let size = match &args.output_file {
                Some(path) => to_file(path, |into| copied(&mut from, into))?,
                None => copied(&mut from, &mut io::stdout().lock())?,
            };
            let json = json!({ "root": root.cid()?, "bytes": size, "file": args.output_file });
            let text = args
                .output_file
                .map(|path| format!("{} in {}", count(size, "byte"), path.display()));
            Ok(Answer::new(text.unwrap_or_default(), json))
        }
        Verb::Import(args) => {
            let car = file::read(&args.file, CAR_BYTES_MAX)?;
            let view = upload::import(client, &car)?;
            let mut text = format!(
                "{}, {} of them new",
                count(view.blocks, "block"),
                view.new_blocks
            );
            for (what, cids) in [("root", &view.roots), ("missing", &view.missing)] {
                for cid in cids {
                    text.push_str(&format!("\n{what} {cid}"));
                }
            }
            let exit = if view.complete { 0 } else { INCOMPLETE };
            Ok(Answer::new(text, view).exit(exit))
        }
        Verb::Stat(_)
        | Verb::Walk(_)
        | Verb::Pin(_)
        | Verb::Unpin(_)
        | Verb::Pins
        | Verb::Gc(_)
        | Verb::Verify(_) => Err(only("puts, gets, exports and imports")),
    }
}

fn copied(from: &mut impl Read, into: &mut dyn Write) -> Result<u64, Failure> {
    io::copy(from, into).map_err(|error| {
        Failure::new(
            Class::ProcessingFailure,
            format!("the copy broke off: {error}"),
        )
    })
}

fn only(what: &str) -> Failure {
    let text =
        format!("a node runs on this data directory and has its store; it {what} for others");
    Failure::new(Class::DagOperationFailed, text)
        .hint("stop it for this verb, or use another --data-dir")
}
