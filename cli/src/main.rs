//! `icn`: the door of the house. Every verb is a file; this one only chooses.

mod abi;
mod answer;
mod clock;
mod completions;
mod dag;
mod data_dir;
mod db;
mod did;
mod failure;
mod file;
mod gov;
mod guest;
mod keys;
mod keystore;
mod ledger;
mod new;
mod progress;
mod receipt;
mod store;
mod tx;
mod version;
mod worker;
mod zk;

use answer::{Answer, Output};
use clap::{CommandFactory, Parser, Subcommand};
use data_dir::DataDir;
use failure::Failure;
use std::process::ExitCode;

/// A node for a cooperative compute mesh.
///
/// icn runs WebAssembly jobs for strangers in metered sandboxes and keeps what matters as content-addressed blocks that
/// any IPFS tool can read.
#[derive(Debug, Parser)]
#[command(
    name = "icn",
    disable_version_flag = true,
    propagate_version = false,
    after_help = FIRST_STEPS,
    max_term_width = 100,
)]
struct Cli {
    /// What is printed: text for people, json for programs (one value on stdout)
    #[arg(long, global = true, value_enum, default_value_t, env = "ICN_OUTPUT")]
    output: Output,

    #[command(flatten)]
    data_dir: DataDir,

    #[command(subcommand)]
    verb: Verb,
}

const FIRST_STEPS: &str = "\
First steps:
  echo hello > hello.txt
  icn dag put hello.txt            store a file and print its CID
  icn dag get CID                  read it back
  icn dag export CID -o hello.car  a file that every IPFS tool reads
  icn keys new                     make a key; `icn did` prints who you are

Exit codes: 0 done, 1 refused or failed, 2 wrong usage; others are in the help of their verb.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Blocks: store, read, walk, pin, collect, check, and exchange as CAR files
    #[command(subcommand)]
    Dag(dag::Verb),
    /// The store of blocks itself: its size, its index
    #[command(subcommand)]
    Db(db::Verb),
    /// Keys: make, list, back up as 24 words, bring back
    #[command(subcommand)]
    Keys(keys::Verb),
    /// Who this is, and whether a signature is somebody's
    Did(did::Args),
    /// Receipts: what a run came to, checked again without a node
    #[command(subcommand)]
    Receipt(receipt::Verb),
    /// Transactions: what one says, and whether it is signed
    #[command(subcommand)]
    Tx(tx::Verb),
    /// The agreed book: a chain of blocks, applied again
    #[command(subcommand)]
    Ledger(ledger::Verb),
    /// Governance: proposals and votes of a snapshot, and signed transactions for more of them
    #[command(subcommand)]
    Gov(gov::Verb),
    /// Zero-knowledge proofs: Groth16, in the files of snarkjs
    #[command(subcommand)]
    Zk(zk::Verb),
    /// Runs a module here, without a node, as a mesh would run it
    Run(guest::RunArgs),
    /// Says whether a module may run on a mesh, and why not
    Check(guest::CheckArgs),
    /// The host calls that a guest may import
    Abi(abi::Args),
    /// A guest project that builds, in a language of your choice
    New(new::Args),
    /// Completions for your shell
    Completions(completions::Args),
    /// The version of this program
    Version,
    /// Runs guests for a node, which starts it
    #[command(hide = true)]
    Worker(worker::Args),
}

fn main() -> ExitCode {
    // Clap shows the help for "no arguments" only when no option came from the environment either.
    if std::env::args_os().len() < 2 {
        let help = Cli::command().render_help().to_string();
        return Output::Text.print(Ok(Answer::new(help, ())));
    }
    let cli = Cli::parse();
    if let Verb::Worker(args) = cli.verb {
        return worker::run(args);
    }
    let output = cli.output;
    let done = run(cli);
    output.print(done)
}

fn run(cli: Cli) -> Result<Answer, Failure> {
    let context = Context {
        output: cli.output,
        data_dir: cli.data_dir,
    };
    match cli.verb {
        Verb::Dag(verb) => dag::run(verb, &context),
        Verb::Db(verb) => db::run(verb, &context),
        Verb::Keys(verb) => keys::run(verb, &context),
        Verb::Did(args) => did::run(args, &context),
        Verb::Receipt(verb) => receipt::run(&verb, &context),
        Verb::Tx(verb) => tx::run(&verb),
        Verb::Ledger(verb) => ledger::run(&verb, &context),
        Verb::Gov(verb) => gov::run(verb, &context),
        Verb::Zk(verb) => zk::run(&verb),
        Verb::Run(args) => guest::run(args, &context),
        Verb::Check(args) => guest::check(&args),
        Verb::Abi(args) => Ok(abi::run(&args, context.output)),
        Verb::New(args) => new::run(&args),
        Verb::Completions(args) => Ok(completions::run(&args)),
        Verb::Version => Ok(version::run()),
        Verb::Worker(_) => unreachable!("a worker has no answer, and returned before"),
    }
}

/// What every verb may ask for.
#[derive(Debug)]
struct Context {
    output: Output,
    data_dir: DataDir,
}
