//! `icn worker`: the process in which a node runs guests. People have no use for it.

use icn_node::worker::{Life, serve};
use std::path::PathBuf;
use std::process::ExitCode;

/// How the worker lives.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Memory that it may use
    memory_bytes: u64,
    /// Where compiled code is kept
    cache: Option<PathBuf>,
}

/// Is a worker until the node closes its pipe.
pub(crate) fn run(args: Args) -> ExitCode {
    serve(Life {
        memory_bytes: args.memory_bytes,
        cache: args.cache,
    })
}
