//! `icn dag get`.

use super::{CidText, absent};
use crate::answer::{Answer, Output, count};
use crate::failure::Failure;
use crate::{Context, progress, store};
use icn_base::run::Layout;
use icn_base::{Bytes, Cid, Codec};
use icn_dag::file::{self, FileError};
use icn_dag::{Block, Blocks};
use serde_json::json;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The block, or the root of a file that was stored in parts
    pub(super) cid: CidText,
    /// Where the bytes go, instead of stdout
    #[arg(short, long, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,
    /// The bytes of the block itself, even if it is the root of a file
    #[arg(long)]
    pub(super) block: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let cid = args.cid.cid()?;
    let store = store::read(context)?;
    let block = store.get(&cid)?.ok_or_else(|| absent(&cid))?;
    // A raw block is a file, too; a structured one only if it lists parts.
    let is_file = !args.block && (cid.codec() == Codec::Raw || block.value::<Layout>().is_ok());
    let codec = cid.codec().name();
    let source = Source {
        store: &store,
        cid,
        block: &block,
        is_file,
    };
    match (&args.output_file, context.output) {
        (Some(path), _) => {
            let bar = progress::bar(context.output, "writing", None, true);
            let size = to_file(path, |into| source.write(into, |at| bar.set_position(at)))?;
            bar.finish_and_clear();
            let text = format!("{} in {}", count(size, "byte"), path.display());
            let json = json!({ "cid": cid, "codec": codec, "size": size, "file": path });
            Ok(Answer::new(text, json))
        }
        (None, Output::Text) => {
            match source.write(&mut io::stdout().lock(), |_| {}) {
                // The reader went away, as `head` does: nothing is wrong.
                Err(FileError::Write { source, .. }) if source.kind() == ErrorKind::BrokenPipe => {}
                done => drop(done?),
            }
            Ok(Answer::new("", ()))
        }
        (None, Output::Json) => {
            let mut bytes = Vec::new();
            let size = source.write(&mut bytes, |_| {})?;
            let bytes = Bytes(bytes);
            Ok(Answer::new(
                "",
                json!({ "cid": cid, "codec": codec, "size": size, "bytes": bytes }),
            ))
        }
    }
}

/// What is to be written.
struct Source<'a, B: Blocks> {
    store: &'a B,
    cid: Cid,
    block: &'a Block,
    is_file: bool,
}

impl<B: Blocks> Source<'_, B> {
    fn write(&self, into: &mut dyn Write, progress: impl FnMut(u64)) -> Result<u64, FileError> {
        if self.is_file {
            return file::get(self.store, &self.cid, into, progress);
        }
        let bytes = self.block.bytes();
        let written = into.write_all(bytes).and_then(|()| into.flush());
        written.map_err(|source| FileError::Write { at: 0, source })?;
        Ok(bytes.len() as u64)
    }
}

/// Writes a file whole or not at all: an interrupted one never looks finished.
pub(crate) fn to_file<T, E>(
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
