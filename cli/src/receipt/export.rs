//! `icn receipt export`: from a node, or from a chain and the blocks of its jobs, to a file that proves one
//! receipt.

use super::remote;
use crate::answer::Answer;
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, file, guest, ledger, progress, store};
use icn_abi::Class;
use icn_base::Cid;
use icn_base::run::Receipt;
use icn_dag::{Block, Blocks, MemStore, StoreError};
use icn_ledger::Action;
use icn_replay::job::{NoOutcome, run_on};
use icn_replay::{Chain, Evidence, ExportError};
use icn_store::DiskStore;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Writes the file that `icn receipt verify` reads, from a node, or from a chain's file
///
/// With --chain no node is needed: the chain is folded up to the state that the job ran on, the job is run on it to see what it reads, and all of that is
/// written with its proofs. Module, input and reads are taken from the chain's file, or from the store in the data
/// directory. Whether the receipt is true is for `icn receipt verify` to say.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The receipt's CID; a node knows it by its job's id, too
    receipt: Cid,
    /// The CAR of the chain, as `icn ledger replay` reads it, instead of a node
    #[arg(long, value_name = "FILE")]
    chain: Option<PathBuf>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output_file: PathBuf,
    /// Seconds of this machine's time at most for the run
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let size = match &args.chain {
        Some(chain) => fold(args, chain, context)?,
        None => {
            let car = remote::car(&Client::open(context)?, &args.receipt)?;
            file::write_bytes(&args.output_file, &car)?
        }
    };
    let path = args.output_file.display();
    let text = format!("{size} bytes in {path}\nnext: icn receipt verify {path}");
    let json = json!({ "receipt": args.receipt, "file": args.output_file, "bytes": size });
    Ok(Answer::new(text, json))
}

/// Writes the file from a chain, and returns its size.
fn fold(args: &Args, chain: &Path, context: &Context) -> Result<u64, Failure> {
    let (roots, blocks) = file::car(chain, context)?;
    let chain = Chain::open(&blocks, &ledger::head(&roots)?)?;
    let receipt = find(&chain, &blocks, &args.receipt)?;
    let height = receipt.claim.snapshot.height;
    let (header, next) = chain
        .header(height)
        .zip(chain.header(height.saturating_add(1)))
        .ok_or_else(|| {
            let text = format!(
                "the receipt's snapshot is at height {height}, where the chain has no block"
            );
            Failure::new(Class::MissingOrInvalidReceipt, text)
        })?;
    let bar = progress::bar(context.output, "applying", Some(height), false);
    let folded = chain.fold(&blocks, Some(height), |height| bar.set_position(height))?;
    bar.finish_and_clear();
    let all = Both {
        file: blocks,
        store: store::read(context).ok(),
    };
    let (job, wall_ms) = (receipt.claim.job, args.timeout * 1000);
    let sandbox = guest::sandbox()?;
    let (_, asked) = run_on(&sandbox, &folded.state, &all, (job, header), wall_ms)?;
    let evidence = Evidence {
        receipt: &receipt,
        header,
        next,
        state: &folded.state,
        asked: &asked,
        blocks: &all,
    };
    file::write(&args.output_file, |into| {
        Ok(icn_replay::export(&evidence, into)?)
    })
}

/// The receipt, from the transaction that brought it, the latest first.
fn find(chain: &Chain, blocks: &MemStore, wanted: &Cid) -> Result<Receipt, Failure> {
    for header in chain.headers().iter().rev() {
        for tx in Chain::txs(blocks, header)? {
            if let Action::SettleJob { receipt, .. } = tx.body.action
                && receipt.cid().as_ref() == Ok(wanted)
            {
                return Ok(*receipt);
            }
        }
    }
    let text = format!("the chain has no receipt {wanted}");
    Err(Failure::new(Class::MissingOrInvalidReceipt, text)
        .hint("a receipt is named by its CID; the transaction that brought it is in a block"))
}

/// The blocks of the chain's file, and those of the store, if there is one.
struct Both {
    file: MemStore,
    store: Option<DiskStore>,
}

impl Blocks for Both {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        match (self.file.get(cid)?, &self.store) {
            (None, Some(store)) => store.get(cid),
            (found, _) => Ok(found),
        }
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        match (self.file.size(cid)?, &self.store) {
            (None, Some(store)) => store.size(cid),
            (found, _) => Ok(found),
        }
    }
}

impl From<NoOutcome> for Failure {
    fn from(error: NoOutcome) -> Self {
        match error {
            NoOutcome::Fault(fault) => fault.into(),
            NoOutcome::Lacking(lacking) => Self::new(Class::DagOperationFailed, lacking)
                .hint("import the job's module, input and reads with `icn dag import`"),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Car(error) => error.into(),
            ExportError::Store(error) => error.into(),
            ExportError::Walk(error) => error.into(),
            ExportError::Block(error) => error.into(),
            ExportError::Snapshot(_) => Self::new(Class::MissingOrInvalidReceipt, error),
            ExportError::Prove(_) => Self::new(Class::Internal, error),
        }
    }
}
