//! `icn dag`: blocks, and CAR files in and out.

mod car;
mod gc;
mod get;
mod pins;
mod put;
mod remote;
mod survey;
mod verify;

pub(crate) use get::to_file;
pub(crate) use put::open;

use crate::Context;
use crate::answer::Answer;
use crate::client::Client;
use crate::failure::Failure;
use clap::Subcommand;
use icn_base::Cid;

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Stores a file and prints its CID
    Put(put::Args),
    /// Writes the bytes of a block, or of a file that was stored in parts
    Get(get::Args),
    /// Says what a CID is: its size, its links, what it reaches
    Stat(survey::StatArgs),
    /// Prints the CID of every block that a root reaches, each once, in the order of a CAR
    Walk(survey::WalkArgs),
    /// Keeps a root and all that it reaches
    Pin(pins::PinArgs),
    /// Takes a pin away; `icn dag gc` may then drop what it kept
    Unpin(pins::UnpinArgs),
    /// Lists the pins
    Pins,
    /// Drops the blocks that no pin reaches
    Gc(gc::Args),
    /// Reads every block and hashes it again. Exit code 4 when the disk has changed some
    Verify(verify::Args),
    /// Writes a root and all that it reaches as a CAR file
    Export(car::ExportArgs),
    /// Reads a CAR file. Exit code 3 when blocks are missing from it
    Import(car::ImportArgs),
}

pub(crate) fn run(verb: Verb, context: &Context) -> Result<Answer, Failure> {
    if let Some(client) = Client::running(context)? {
        return remote::run(verb, &client, context);
    }
    match verb {
        Verb::Put(args) => put::run(args, context),
        Verb::Get(args) => get::run(args, context),
        Verb::Stat(args) => survey::stat(args, context),
        Verb::Walk(args) => survey::walk(args, context),
        Verb::Pin(args) => pins::pin(args, context),
        Verb::Unpin(args) => pins::unpin(args, context),
        Verb::Pins => pins::list(context),
        Verb::Gc(args) => gc::run(args, context),
        Verb::Verify(args) => verify::run(args, context),
        Verb::Export(args) => car::export(args, context),
        Verb::Import(args) => car::import(args, context),
    }
}

/// A CID as it was typed; a bad one ends with 65, not with a usage error.
#[derive(Clone, Debug)]
pub(crate) struct CidText(String);

impl std::str::FromStr for CidText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.into()))
    }
}

impl CidText {
    pub(crate) fn cid(&self) -> Result<Cid, Failure> {
        self.0.parse().map_err(Failure::malformed)
    }
}

/// The failure that a CID which is not here gets.
pub(crate) fn absent(cid: &Cid) -> Failure {
    Failure::from(icn_dag::StoreError::Missing(*cid))
        .hint("import a CAR that has it, or put the file again")
}
