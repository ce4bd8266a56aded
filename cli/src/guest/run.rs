//! `icn run`: a module, here, in the sandbox that a mesh would use.

use super::{read, read_module, report, sandbox};
use crate::Context;
use crate::answer::{Answer, Output, plain_lines};
use crate::failure::{Failure, MALFORMED};
use icn_abi::Class;
use icn_base::limits::{ENTRY_DEFAULT, PAGE_BYTES};
use icn_base::run::{CallStats, Exit, Grant};
use icn_base::{Bytes, Did};
use icn_sandbox::{Finished, JobDraft, MemEnv, NodeFault, SnapshotFile};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

/// What an input or a snapshot file may weigh here.
const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Runs a module here, without a node, as a mesh would run it
///
/// Exit codes: 0 the guest finished; 65 the gate refused the module; 134 it trapped; 135 it ran out of fuel; 136 it
/// wanted more memory or open calls than it may have. What the guest wrote goes to stdout, everything else to stderr.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The module, a .wasm file
    module: PathBuf,
    /// The exported function to call
    #[arg(long, alias = "invoke", value_name = "NAME", default_value = ENTRY_DEFAULT)]
    function: String,
    /// A file whose bytes are the job's input; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Fuel at most
    #[arg(long, value_name = "N", default_value_t = 1_000_000_000, value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    fuel: u64,
    /// Memory at most, in bytes; what is left of a page of 64 KiB is not given
    #[arg(long, value_name = "BYTES")]
    memory: Option<u64>,
    /// What effects the run may have, for example mana.spend:limit=10 or dag.write:bytes=4096; may be repeated
    #[arg(long = "grant", value_name = "GRANT")]
    grants: Vec<Grant>,
    /// The account that the guest runs as [default: one of its own, with no mana]
    #[arg(long, value_name = "DID")]
    owner: Option<Did>,
    /// JSON with what the guest can read: {"height", "time", "accounts": {DID: {"mana", "reputation"}}, "parameters", "proposals"}
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// A file that may be read by its CID (host call 4); may be repeated
    #[arg(long = "read", value_name = "FILE")]
    reads: Vec<PathBuf>,
    /// Seconds of this machine's time at most; a run that takes longer has no outcome
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Answer, Failure> {
    let mut draft = JobDraft::new(read_module(&args.module)?)
        .entry(&args.function)
        .fuel(args.fuel)
        .wall_ms(args.timeout * 1000);
    if let Some(path) = &args.input {
        draft = draft.input(&limited(path)?);
    }
    if let Some(bytes) = args.memory {
        let pages = u32::try_from(bytes / PAGE_BYTES).map_err(|_| too_much_memory())?;
        draft = draft.pages(pages);
    }
    if let Some(owner) = args.owner {
        draft = draft.owner(owner);
    }
    let mut blocks = Vec::new();
    for path in &args.reads {
        let block = icn_dag::Block::raw(limited(path)?)?;
        draft = draft.read(*block.cid(), block.bytes().len() as u64);
        blocks.push(block);
    }
    let job = args
        .grants
        .into_iter()
        .fold(draft, JobDraft::grant)
        .into_run();
    let mut env = MemEnv::new(job.owner, job.job);
    env.blocks.extend(
        blocks
            .iter()
            .map(|block| (*block.cid(), block.bytes().to_vec())),
    );
    if let Some(path) = &args.snapshot {
        env.load(snapshot(path)?);
    }
    let sandbox = sandbox()?;
    let finished = sandbox.run(&job, &mut env)?;
    Ok(answer(&finished, context.output))
}

fn limited(path: &std::path::Path) -> Result<Vec<u8>, Failure> {
    let bytes = read(path, FILE_BYTES_MAX)?;
    if bytes.len() > FILE_BYTES_MAX {
        let text = format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display());
        return Err(Failure::new(Class::ResourceLimitExceeded, text));
    }
    Ok(bytes)
}

fn snapshot(path: &std::path::Path) -> Result<SnapshotFile, Failure> {
    serde_json::from_slice(&limited(path)?).map_err(|error| {
        Failure::malformed(format!("{} is no snapshot: {error}", path.display())).hint(
            r#"for example {"accounts": {"did:key:z6Mk…": {"mana": "100"}}, "parameters": {"tx_fee": 1}}"#,
        )
    })
}

fn too_much_memory() -> Failure {
    Failure::new(
        Class::ResourceLimitExceeded,
        "that is more memory than there are addresses",
    )
}

impl From<NodeFault> for Failure {
    fn from(fault: NodeFault) -> Self {
        let class = match &fault {
            NodeFault::WallClock { .. } => Class::ExecutionTimeout,
            NodeFault::Limits(_) | NodeFault::Memory(_) => Class::ResourceLimitExceeded,
            NodeFault::Missing(_) => Class::DagOperationFailed,
            _ => Class::Internal,
        };
        Self::new(class, format!("the run has no outcome: {fault}"))
    }
}

fn exit_code(exit: Exit) -> u8 {
    match exit {
        Exit::Ok(_) => 0,
        Exit::Refused(_) => MALFORMED,
        Exit::Trap(_) => 134,
        Exit::OutOfFuel => 135,
        Exit::OutOfMemory | Exit::TooDeep => 136,
    }
}

fn answer(finished: &Finished, output: Output) -> Answer {
    if output == Output::Text {
        tell(finished);
        let text = String::from_utf8_lossy(finished.output.bytes()).into_owned();
        let exit = exit_code(finished.outcome.exit);
        return Answer::bytes(finished.output.bytes().to_vec(), text).exit(exit);
    }
    let outcome = &finished.outcome;
    let result = match outcome.exit {
        Exit::Ok(result) => Some(result),
        _ => None,
    };
    let log = String::from_utf8_lossy(finished.log.bytes());
    let mut json = json!({
        "exit": outcome.exit,
        "result": result,
        "fuel_used": outcome.fuel_used,
        "memory_peak": outcome.memory_peak,
        "output": outcome.output,
        "output_bytes": Bytes(finished.output.bytes().to_vec()),
        "log": log,
        "log_cid": outcome.log,
        "journal": outcome.journal,
        "effects": outcome.effects,
        "host_calls": outcome.host_calls.iter().map(calls).collect::<Vec<_>>(),
        "engine": outcome.engine,
    });
    if let Some(diagnosis) = &finished.diagnosis {
        json["diagnosis"] = json!(diagnosis);
    }
    if let Some(report) = &finished.report {
        json["report"] = json!(**report);
    }
    Answer::new("", json).exit(exit_code(outcome.exit))
}

fn calls(stats: &CallStats) -> Value {
    let name = icn_abi::by_number(stats.call).map(|call| call.name);
    json!({
        "number": stats.call,
        "name": name,
        "count": stats.count,
        "fuel": stats.fuel,
        "mana": stats.mana,
    })
}

/// What a person wants to know beside the output, on stderr so that the output can be piped.
fn tell(finished: &Finished) {
    let outcome = &finished.outcome;
    let mut text = String::new();
    for line in String::from_utf8_lossy(finished.log.bytes()).lines() {
        let _infallible = writeln!(text, "log: {line}");
    }
    let how = match outcome.exit {
        Exit::Ok(result) => format!("finished with {result}"),
        Exit::Trap(code) => format!("trapped: {code}"),
        Exit::OutOfFuel => "ran out of fuel: allow more with --fuel".into(),
        Exit::OutOfMemory => "wanted more memory: allow more with --memory".into(),
        Exit::TooDeep => "had too many calls open".into(),
        Exit::Refused(_) => "was not run".into(),
    };
    let _infallible = writeln!(
        text,
        "the guest {how}; fuel {}, memory {} bytes, output {}",
        outcome.fuel_used, outcome.memory_peak, outcome.output
    );
    if let Some(report) = &finished.report {
        let _infallible = writeln!(text, "{}", report::text(report));
    }
    if let Some(diagnosis) = &finished.diagnosis {
        let _infallible = writeln!(text, "{diagnosis}");
    }
    for effect in &outcome.effects {
        let _infallible = writeln!(text, "effect: {}", json!(effect));
    }
    let _gone = std::io::stderr()
        .lock()
        .write_all(plain_lines(&text).as_bytes());
}
