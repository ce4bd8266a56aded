//! Where this user's data lies: `--data-dir`, `ICN_DATA_DIR`, `$XDG_DATA_HOME/icn`, or
//! `~/.local/share/icn`.

use crate::failure::Failure;
use clap::Args;
use icn_abi::Class;
use std::env;
use std::path::{Path, PathBuf};

/// The data directory, as it was asked for.
#[derive(Clone, Debug, Args)]
pub(crate) struct DataDir {
    /// Where keys and blocks are kept [default: $XDG_DATA_HOME/icn or ~/.local/share/icn]
    #[arg(long, global = true, value_name = "DIR", env = "ICN_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

impl DataDir {
    /// The directory that was asked for, if one was.
    pub(crate) fn given(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }

    /// The directory, which need not exist.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        let absolute = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .filter(|p| p.is_absolute())
        };
        if let Some(given) = &self.data_dir {
            return Ok(given.clone());
        }
        absolute("XDG_DATA_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
            .map(|base| base.join("icn"))
            .ok_or_else(|| {
                Failure::new(
                    Class::ProcessingFailure,
                    "there is no home directory to keep data in",
                )
                .hint("say where with --data-dir DIR")
            })
    }
}
