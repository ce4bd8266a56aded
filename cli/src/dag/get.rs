//! `icn dag get`.

use super::{CidText, absent};
use crate::answer::{Answer, Output};
use crate::failure::Failure;
use crate::{Context, store};
use icn_base::Bytes;
use icn_dag::{Blocks, file};
use serde_json::json;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The block, or the root of a file that was stored in parts
    cid: CidText,
    /// Where the bytes go, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,
    /// The bytes of the block itself, even if it is the root of a file
    #[arg(long)]
    block: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let cid = args.cid.cid()?;
    let store = store::read(context)?;
    let block = store.get(&cid)?.ok_or_else(|| absent(&cid))?;
    let is_file = !args.block && file::is_root(&block);
    let mut write = |into: &mut dyn Write| -> Result<u64, file::FileError> {
        if is_file {
            return file::get(&cid, &store, into);
        }
        into.write_all(block.bytes()).map_err(file::FileError::Write)?;
        Ok(block.bytes().len() as u64)
    };
    let codec = cid.codec().name();
    match (&args.output_file, context.output) {
        (Some(path), _) => {
            let size = to_file(path, &mut write)?;
            let text = format!("{size} bytes in {}", path.display());
            Ok(Answer::new(text, json!({ "cid": cid, "codec": codec, "size": size, "file": path })))
        }
        (None, Output::Text) => {
            let mut stdout = io::stdout().lock();
            match write(&mut stdout).and_then(|_| stdout.flush().map_err(file::FileError::Write)) {
                // The reader went away, as `head` does: nothing is wrong.
                Err(file::FileError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => {}
                done => done.map_err(Failure::from)?,
            }
            Ok(Answer::new("", ()))
        }
        (None, Output::Json) => {
            let mut bytes = Vec::new();
            let size = write(&mut bytes)?;
            let bytes = Bytes(bytes);
            Ok(Answer::new("", json!({ "cid": cid, "codec": codec, "size": size, "bytes": bytes })))
        }
    }
}

/// Writes a file whole or not at all: an interrupted one never looks finished.
pub(super) fn to_file<T, E>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, Failure>
where
    Failure: From<E>,
{
    let wrong = |error: io::Error| Failure::file("write", path, &error);
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut part = tempfile::NamedTempFile::new_in(directory).map_err(wrong)?;
    let done = write(&mut part)?;
    part.as_file().sync_all().map_err(wrong)?;
    part.persist(path).map_err(|error| wrong(error.error))?;
    Ok(done)
}
