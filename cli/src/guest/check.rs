//! `icn check`.

use super::{read_module, report};
use crate::answer::Answer;
use crate::failure::{Failure, MALFORMED};
use icn_base::limits::ENTRY_DEFAULT;
use std::path::PathBuf;

/// Says whether a module may run on a mesh, and why not. Exit code 65 when it may not
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The module, a .wasm file; `-` reads stdin
    module: PathBuf,
    /// The exported function that would be called
    #[arg(long, value_name = "NAME", default_value = ENTRY_DEFAULT)]
    function: String,
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    let found = icn_sandbox::check(&read_module(&args.module)?, &args.function);
    let exit = if found.admits() { 0 } else { MALFORMED };
    Ok(Answer::new(report::text(&found), &found).exit(exit))
}
