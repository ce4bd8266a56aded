//! `icn receipt show`.

use super::remote;
use crate::answer::Answer;
use crate::client::Client;
use crate::failure::Failure;
use crate::{Context, file};
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::run::Receipt;
use icn_base::{Cid, codec};
use icn_dag::{Blocks, StoreError};
use serde_json::json;
use std::path::PathBuf;

/// Prints what a receipt claims. It is not checked: `icn receipt verify` does that
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A receipt's CAR, or the receipt alone in dag-cbor or JSON; or the CID of one that a node has, or its job's id
    receipt: PathBuf,
}

pub(crate) fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let asked = args
        .receipt
        .to_str()
        .and_then(|text| text.parse::<Cid>().ok());
    let receipt = match asked.filter(|_| !args.receipt.exists()) {
        Some(id) => remote::receipt(&Client::open(context)?, &id)?.1,
        None => receipt(args, context)?,
    };
    let cid = receipt.cid().map_err(Failure::malformed)?;
    let json = json!({ "cid": cid, "receipt": receipt });
    Ok(Answer::new(text(&receipt, &cid), json))
}

/// The receipt in a file of any of its forms.
fn receipt(args: &Args, context: &Context) -> Result<Receipt, Failure> {
    let bytes = file::read(&args.receipt, BLOCK_BYTES_MAX)?;
    if bytes.trim_ascii_start().first() == Some(&b'{') {
        return serde_json::from_slice(&bytes)
            .map_err(|error| Failure::malformed(format!("no receipt: {error}")));
    }
    if let Ok(receipt) = codec::decode(&bytes) {
        return Ok(receipt);
    }
    let (roots, blocks) = file::car(&args.receipt, context)
        .map_err(|failure| failure.hint("the file is no receipt, and no CAR of one"))?;
    let Some(root) = roots.first() else {
        return Err(Failure::malformed(
            "the CAR names no root: it is no receipt's",
        ));
    };
    let block = blocks.get(root)?.ok_or(StoreError::Missing(*root))?;
    Ok(block.value()?)
}

fn text(receipt: &Receipt, cid: &Cid) -> String {
    let claim = &receipt.claim;
    let effects: String = claim
        .effects
        .iter()
        .map(|effect| format!("\neffect    {}", json!(effect)))
        .collect();
    format!(
        "receipt   {cid}\njob       {}\nexecutor  {}\nmodule    {}\ninput     {}\nsnapshot  height {}, root {}\nengine    {}\nexit      {}\nfuel      {}\nmemory    {} bytes\noutput    {}\nlog       {}\njournal   {}{effects}",
        claim.job,
        receipt.executor,
        claim.module,
        claim.input,
        claim.snapshot.height,
        claim.snapshot.root,
        claim.engine,
        json!(claim.exit),
        claim.fuel_used,
        claim.memory_peak,
        claim.output,
        claim.log,
        claim.journal,
    )
}
