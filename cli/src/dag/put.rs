//! `icn dag put`.

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::{progress, store};
use icn_base::{Codec, limits::BLOCK_BYTES_MAX};
use icn_dag::{Batch, Block, Pin, Store, file};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file; `-` reads stdin
    pub(super) file: PathBuf,
    /// How the bytes are read
    ///
    /// raw takes any file, a large one in parts; dag-cbor takes one canonical block.
    #[arg(long, default_value = "raw", value_parser = ["raw", "dag-cbor"])]
    pub(super) codec: String,
    /// Pins it, so that `icn dag gc` keeps it
    #[arg(long)]
    pin: bool,
    #[command(flatten)]
    quota: store::Quota,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let (source, length) = open(&args.file)?;
    let (mut store, root, size) = match args.codec.parse().map_err(Failure::malformed)? {
        Codec::Raw => {
            let mut store = store::open(context, args.quota)?;
            let bar = progress::bar(context.output, "storing", length, true);
            let put = file::put(source, &mut store, |at| bar.set_position(at))?;
            bar.finish_and_clear();
            (store, put.root, put.size)
        }
        Codec::DagCbor => {
            // The block is judged before there is a store: bad bytes leave nothing behind.
            let block = Block::new(Codec::DagCbor, read(source, &args.file)?)?;
            let (cid, size) = (*block.cid(), block.bytes().len() as u64);
            let mut store = store::open(context, args.quota)?;
            store.commit(Batch::of([block]))?;
            (store, cid, size)
        }
    };
    if args.pin {
        let pin = vec![Pin { root, until: None }];
        store.commit(Batch {
            pin,
            ..Batch::default()
        })?;
    }
    let codec = root.codec().name();
    let json = json!({ "cid": root, "codec": codec, "size": size, "pinned": args.pin });
    Ok(Answer::new(root.to_string(), json))
}

/// The bytes of one block, and one byte more if there are too many.
fn read(source: Box<dyn Read>, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = BLOCK_BYTES_MAX as u64 + 1;
    let read = source.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Failure::file("read", path, &error))?;
    Ok(bytes)
}

/// A file or stdin, and its size if that is known.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(std::io::stdin().lock()), None));
    }
    let wrong = |error| Failure::file("read", path, &error);
    let file = File::open(path).map_err(wrong)?;
    let metadata = file.metadata().map_err(wrong)?;
    if metadata.is_dir() {
        let what = format!("{} is a directory", path.display());
        return Err(Failure::malformed(what).hint("put its files one by one"));
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}
