//! `icn completions`.

use crate::answer::Answer;
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

/// Prints what your shell needs to complete `icn` on Tab
///
/// For bash: icn completions bash > ~/.local/share/bash-completion/completions/icn
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Answer {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "icn", &mut script);
    let text = String::from_utf8_lossy(&script).into_owned();
    let shell = args.shell.to_string();
    Answer::new(text.clone(), json!({ "shell": shell, "script": text }))
}
