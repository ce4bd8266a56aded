//! `icn ledger replay`: a chain of blocks, folded into its state.

use crate::answer::Answer;
use crate::failure::Failure;
use crate::{Context, file, progress};
use clap::Subcommand;
use icn_abi::Class;
use icn_base::{Cid, NetworkId};
use icn_replay::{Chain, ChainError};
use serde_json::json;
use std::path::PathBuf;

/// The exit code of a chain that lacks blocks.
const INCOMPLETE: u8 = 3;

/// The agreed book, without a node
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Applies every block of a chain and prints the root of the state. Exit code 3 when blocks are missing
    Replay(Args),
}

/// Applies every block of a chain from its genesis on, and prints the root of the state that it leads to
///
/// The file is a CAR whose root is the last block's header: headers link to their parents, down to the genesis, and to
/// their transactions. Every signature is checked and every balance computed again, and each header must name the state
/// that the blocks before it lead to. `cargo run -p icn-replay --example lone -- DIRECTORY` writes such a file.
///
/// Exit codes: 0 the chain holds, 1 a block is wrong, 3 a block is missing, 65 the file is no CAR, 2 no such file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The CAR of the chain; `-` reads stdin
    file: PathBuf,
    /// Refuses the chain of any other network
    #[arg(long, value_name = "ID")]
    network: Option<NetworkId>,
    /// Ends after the block of this height
    #[arg(long, value_name = "HEIGHT")]
    until: Option<u64>,
    /// Writes the state that it leads to here, as a snapshot: `icn gov` reads it
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Replay(args) => replay(args, context),
    }
}

fn replay(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let (roots, blocks) = file::car(&args.file, context)?;
    let chain = Chain::open(&blocks, &head(&roots)?)?;
    let network = chain.genesis().network();
    if args.network.is_some_and(|wanted| wanted != network) {
        let text = format!("this is the chain of network {network}");
        return Err(Failure::new(Class::InvalidSystemApiCall, text));
    }
    let count = chain.headers().len() as u64;
    let bar = progress::bar(context.output, "applying", Some(count), false);
    let folded = chain.fold(&blocks, args.until, |height| bar.set_position(height))?;
    bar.finish_and_clear();
    let (state, txs) = (&folded.state, folded.txs);
    let at = state.chain();
    let root = state
        .root()
        .ok_or_else(|| Failure::new(Class::Internal, "the state has no root"))?;
    if let Some(path) = &args.snapshot {
        file::write(path, |into| {
            state.export(into)?;
            Ok(0)
        })?;
    }
    let text = format!(
        "root {root}\nheight {}, time {}, network {network}\ntransactions: {} applied, {} failed, {} refused\nmana: {} made, {} in the treasury; every account adds up",
        at.height,
        at.time,
        txs.applied,
        txs.failed,
        txs.refused,
        at.supply.minted(),
        at.supply.treasury,
    );
    let json = json!({
        "root": root,
        "height": at.height,
        "time": at.time,
        "network": network,
        "head": roots[0],
        "transactions": txs,
        "minted": at.supply.minted(),
        "treasury": at.supply.treasury,
    });
    Ok(Answer::new(text, json))
}

/// The chain's last block.
pub(crate) fn head(roots: &[Cid]) -> Result<Cid, Failure> {
    match roots {
        [head] => Ok(*head),
        _ => Err(Failure::malformed(format!(
            "one root is needed, the file names {}: a chain's file names its last block",
            roots.len()
        ))),
    }
}

impl From<ChainError> for Failure {
    fn from(error: ChainError) -> Self {
        let (class, exit) = match &error {
            ChainError::Missing { .. } => (Class::DagOperationFailed, INCOMPLETE),
            ChainError::Store(_) | ChainError::Audit { .. } => (Class::Internal, 1),
            ChainError::Unreadable { .. } | ChainError::Transaction { .. } => {
                (Class::Serialization, 1)
            }
            ChainError::TooMany { .. } => (Class::ResourceLimitExceeded, 1),
            ChainError::Gap(_) | ChainError::Genesis(_) | ChainError::Follow { .. } => {
                (Class::ProcessingFailure, 1)
            }
        };
        Self::new(class, error).exit(exit)
    }
}
