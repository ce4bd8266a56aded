//! Files that a verb reads, from a path or from stdin, and files that it writes.

use crate::Context;
use crate::failure::Failure;
use crate::{dag, progress};
use icn_abi::Class;
use icn_base::Cid;
use icn_dag::{MemStore, car};
use std::io::{Read, Write};
use std::path::Path;

/// Bytes of a CAR that is read into memory.
const CAR_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The exit code of a file that cannot be read, where 1 is a verdict.
pub(crate) const UNREADABLE: u8 = 2;

/// Opens a file or stdin, and says its size if that is known.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), Failure> {
    dag::open(path).map_err(|failure| failure.exit(UNREADABLE))
}

/// Reads a file or stdin to its end; one byte beyond the limit at most.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let (from, _) = open(path)?;
    let mut bytes = Vec::new();
    from.take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::file("read", path, &error).exit(UNREADABLE))?;
    Ok(bytes)
}

/// Reads a CAR, which need not be complete, and returns its roots and its blocks.
pub(crate) fn car(path: &Path, context: &Context) -> Result<(Vec<Cid>, MemStore), Failure> {
    let (from, size) = open(path)?;
    let mut limited = from.take(CAR_BYTES_MAX + 1);
    let mut blocks = MemStore::default();
    let bar = progress::bar(context.output, "reading", size, true);
    let read = car::import(&mut limited, &mut blocks, |state| {
        bar.set_position(state.at)
    });
    bar.finish_and_clear();
    if limited.limit() == 0 {
        let text = format!("{} has more than {CAR_BYTES_MAX} bytes", path.display());
        return Err(Failure::new(Class::ResourceLimitExceeded, text));
    }
    Ok((read?.roots, blocks))
}

/// Writes a file whole or not at all.
pub(crate) fn write(
    path: &Path,
    bytes: impl FnOnce(&mut dyn Write) -> Result<u64, Failure>,
) -> Result<u64, Failure> {
    dag::to_file(path, bytes)
}

/// Writes a file of these bytes, whole or not at all, and returns its size.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<u64, Failure> {
    write(path, |into| {
        let written = into.write_all(bytes);
        written.map_err(|error| Failure::file("write", path, &error))?;
        Ok(bytes.len() as u64)
    })
}
