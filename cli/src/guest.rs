//! `icn run` and `icn check`: guests, without a node.

mod check;
mod report;
mod run;

pub(crate) use check::Args as CheckArgs;
pub(crate) use check::run as check;
pub(crate) use run::Args as RunArgs;
pub(crate) use run::run;

use crate::failure::Failure;
use icn_abi::Class;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_sandbox::{Sandbox, Settings};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Reads a file or stdin, one byte beyond the limit at most.
fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let wrong = |error| Failure::file("read", path, &error);
    let source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(wrong)?)
    };
    let mut bytes = Vec::new();
    source
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(wrong)?;
    Ok(bytes)
}

/// A sandbox for one run: a pool of many places would only reserve address space.
pub(crate) fn sandbox() -> Result<Sandbox, Failure> {
    let settings = Settings {
        instances: 1,
        ..Settings::default()
    };
    Sandbox::new(&settings).map_err(|error| Failure::new(Class::Internal, error))
}

/// Reads a module; one that is too large is the gate's to refuse.
fn read_module(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, BLOCK_BYTES_MAX)
}
