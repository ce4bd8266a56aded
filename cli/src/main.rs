//! `icn`: the door of the house. Every verb is a file; this one only chooses.

mod abi;
mod act;
mod addresses;
mod answer;
mod audit;
mod backup;
mod client;
mod clock;
mod completions;
mod credential;
mod dag;
mod data_dir;
mod db;
mod demo;
mod devnet;
mod did;
mod doctor;
mod executor;
mod failure;
mod file;
mod gov;
mod guest;
mod init;
mod job;
mod keys;
mod keystore;
mod ledger;
mod mana;
mod network;
mod new;
mod progress;
mod receipt;
mod settings;
mod signals;
mod start;
mod status;
mod store;
mod supervisor;
mod tx;
mod upload;
mod version;
mod worker;
mod zk;

use answer::{Answer, Output};
use clap::{CommandFactory, Parser, Subcommand};
use data_dir::DataDir;
use failure::Failure;
use std::io::Write;
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

    #[command(flatten)]
    api: client::At,

    #[command(subcommand)]
    verb: Verb,
}

const FIRST_STEPS: &str = "\
First steps:
  icn init                         make this machine a node; `icn start` runs it
  echo hello > hello.txt
  icn dag put hello.txt            store a file and print its CID
  icn dag get CID                  read it back
  icn dag export CID -o hello.car  a file that every IPFS tool reads
  icn keys new                     make a key; `icn did` prints who you are

Exit codes: 0 done, 1 refused or failed, 2 wrong usage; others are in the help of their verb.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes a data directory into a node's: its key, its network, its operator's token
    Init(init::Args),
    /// Runs the node of the data directory until a signal
    Start(start::Args),
    /// Shows a whole mesh at work, on this machine, in under a minute
    Demo(demo::Args),
    /// Runs a mesh of several nodes on this machine until Ctrl-C
    Devnet(devnet::Args),
    /// Says where the node is: its height, the root of its state, its validators
    Status,
    /// Lists the peers that the node is connected with
    Peers,
    /// Jobs: work for the mesh
    #[command(subcommand)]
    Job(job::Verb),
    /// Accounts: mana, reputation, and what became of them
    #[command(subcommand)]
    Mana(mana::Verb),
    /// Executors: who runs jobs, and at what price
    #[command(subcommand)]
    Executor(executor::Verb),
    /// Looks for what may keep a node from its work. Exit code 1 if something is wrong
    Doctor(doctor::Args),
    /// Applies a whole chain again, checks what decided it, and adds everything up
    Audit,
    /// A whole node in one file, and back
    #[command(subcommand)]
    Backup(backup::Verb),
    /// The configuration of a node
    #[command(subcommand)]
    Config(settings::Verb),
    /// Networks that several begin together
    #[command(subcommand)]
    Network(network::Verb),
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
    /// Governance: proposals and votes, on a running node or of a snapshot
    #[command(subcommand)]
    Gov(gov::Verb),
    /// Zero-knowledge proofs: Groth16, in the files of snarkjs
    #[command(subcommand)]
    Zk(zk::Verb),
    /// Credentials: issued under two signatures, revoked in the book, shown as proofs
    #[command(subcommand)]
    Credential(credential::Verb),
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
        api: cli.api,
    };
    match cli.verb {
        Verb::Init(args) => init::run(args, &context),
        Verb::Start(args) => start::run(&args, &context),
        Verb::Demo(args) => demo::run(&args, &context),
        Verb::Devnet(args) => devnet::run(&args, &context),
        Verb::Status => status::status(&context),
        Verb::Peers => status::peers(&context),
        Verb::Job(verb) => job::run(&verb, &context),
        Verb::Mana(verb) => mana::run(&verb, &context),
        Verb::Executor(verb) => executor::run(&verb, &context),
        Verb::Doctor(args) => doctor::run(&args, &context),
        Verb::Audit => audit::run(&context),
        Verb::Backup(verb) => backup::run(&verb, &context),
        Verb::Config(verb) => settings::run(&verb, &context),
        Verb::Network(verb) => network::run(&verb),
        Verb::Dag(verb) => dag::run(verb, &context),
        Verb::Db(verb) => db::run(verb, &context),
        Verb::Keys(verb) => keys::run(verb, &context),
        Verb::Did(args) => did::run(args, &context),
        Verb::Receipt(verb) => receipt::run(&verb, &context),
        Verb::Tx(verb) => tx::run(&verb),
        Verb::Ledger(verb) => ledger::run(&verb, &context),
        Verb::Gov(verb) => gov::run(verb, &context),
        Verb::Zk(verb) => zk::run(&verb, &context),
        Verb::Credential(verb) => credential::run(&verb, &context),
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
    api: client::At,
}

impl Context {
    /// A command line of a verb for the same data directory, to be shown.
    fn command(&self, verb: &str) -> String {
        match self.data_dir.given() {
            Some(dir) => format!("icn {verb} --data-dir {}", dir.display()),
            None => format!("icn {verb}"),
        }
    }
}

/// Tells a person something beside the answer, on stderr.
fn note(text: &str) {
    let _gone = writeln!(std::io::stderr(), "{}", answer::plain_lines(text));
}
