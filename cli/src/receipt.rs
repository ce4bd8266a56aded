//! `icn receipt`: what somebody says that a run came to, and whether it did.

mod export;
mod remote;
mod show;
mod verify;

use crate::Context;
use crate::answer::Answer;
use crate::failure::Failure;
use clap::Subcommand;

/// Receipts: signed claims of how a job's run went, checked without trusting anybody
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Prints what a receipt claims
    Show(show::Args),
    /// Runs the job again. Exit codes: 0 valid, 1 invalid, 3 cannot tell, 2 no such file
    Verify(verify::Args),
    /// Writes the file that `icn receipt verify` reads, from a node, or from a chain's file
    Export(export::Args),
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Show(args) => show::run(args, context),
        Verb::Verify(args) => verify::run(args, context),
        Verb::Export(args) => export::run(args, context),
    }
}
