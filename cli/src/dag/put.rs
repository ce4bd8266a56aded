//! `icn dag put`.

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use crate::{progress, store};
use icn_base::{Codec, limits::BLOCK_BYTES_MAX};
use icn_dag::{Batch, Block, Store, file};
use serde_json::json;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file; `-` reads stdin
    file: PathBuf,
    /// How the bytes are read: `raw` takes any file, a large one in parts; `dag-cbor` takes one canonical block
    #[arg(long, default_value = "raw")]
    codec: Codec,
    #[command(flatten)]
    quota: store::Quota,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let (source, size) = open(&args.file)?;
    match args.codec {
        Codec::Raw => {
            let mut store = store::open(context, args.quota)?;
            let bar = progress::bar(context.output, "storing", size, true);
            let put = file::put(bar.wrap_read(source), &mut store)
                .map_err(|error| from_file(error, &args.file))?;
            bar.finish_and_clear();
            let json = json!({ "cid": put.root, "codec": put.root.codec().name(), "size": put.size });
            Ok(Answer::new(put.root.to_string(), json))
        }
        Codec::DagCbor => {
            let mut bytes = Vec::new();
            source
                .take(BLOCK_BYTES_MAX as u64 + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| Failure::file("read", &args.file, &error))?;
            let block = Block::new(Codec::DagCbor, bytes)?;
            let (cid, size) = (*block.cid(), block.bytes().len());
            store::open(context, args.quota)?.commit(Batch::of([block]))?;
            Ok(Answer::new(cid.to_string(), json!({ "cid": cid, "codec": "dag-cbor", "size": size })))
        }
    }
}

/// A file or stdin, and its size if that is known.
pub(super) fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(std::io::stdin().lock()), None));
    }
    let wrong = |error| Failure::file("read", path, &error);
    let file = File::open(path).map_err(wrong)?;
    let metadata = file.metadata().map_err(wrong)?;
    if metadata.is_dir() {
        return Err(Failure::malformed(format!("{} is a directory: put its files one by one", path.display())));
    }
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}
