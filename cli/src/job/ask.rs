//! A job in the words of the command line.

use crate::client::Client;
use crate::failure::Failure;
use crate::{clock, file, upload};
use icn_api::job::JobView;
use icn_base::limits::PAGE_BYTES;
use icn_base::run::{Agreement, Grant, Input, Listed, Requires};
use icn_base::{Bytes, Cid, Did, Mana, Time};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// An input up to this size stands in the job itself.
const INLINE_BYTES_MAX: usize = 4096;

/// What a job may burn, if nobody says otherwise.
const FUEL: u64 = 100_000_000;

/// A job.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// The module: a .wasm file, which is given to the node first, or the CID of one that the mesh has
    module: String,
    /// The exported function to call
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    /// A file whose bytes are the job's input; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Fuel at most
    #[arg(long, value_name = "N", default_value_t = FUEL, value_parser = clap::value_parser!(u64).range(1..=i64::MAX as u64))]
    fuel: u64,
    /// Memory at most, in bytes; what is left of a page of 64 KiB is not given
    #[arg(long, value_name = "BYTES")]
    memory: Option<u64>,
    /// Mana that one executor may cost at most
    #[arg(long, value_name = "N", default_value = "200")]
    max_price: Mana,
    /// How many of how many executors must say the same: `2/3`
    #[arg(long, value_name = "M/N", default_value = "1/1", value_parser = agreement)]
    agreement: Agreement,
    /// What effects the run may have, for example mana.spend:limit=10 or dag.write:bytes=4096; may be repeated
    #[arg(long = "grant", value_name = "GRANT")]
    grants: Vec<Grant>,
    /// A file that the guest may read by its CID; may be repeated
    #[arg(long = "read", value_name = "FILE")]
    reads: Vec<PathBuf>,
    /// A capability that its executors must have; may be repeated
    #[arg(long = "capability", value_name = "NAME")]
    capabilities: Vec<String>,
    /// A label that its executors must carry; may be repeated
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = pair)]
    labels: Vec<(String, String)>,
    /// Reputation that its executors must have
    #[arg(long, value_name = "N", default_value_t = 0)]
    reputation: u32,
    /// An executor that may run it; may be repeated, others may not then
    #[arg(long = "executor", value_name = "DID")]
    executors: Vec<Did>,
    /// How often the node submits it anew if nobody bids or its executors are silent
    #[arg(long, value_name = "N")]
    retries: Option<u8>,
    /// How long bids are collected
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    bid_window: Option<Duration>,
    /// When the result is of no more use, from now
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = humantime::parse_duration)]
    deadline: Duration,
}

fn agreement(text: &str) -> Result<Agreement, String> {
    let wrong = || "write how many of how many must agree, such as 2/3".to_owned();
    let (quorum, executors) = text.split_once('/').ok_or_else(wrong)?;
    let quorum: u8 = quorum.parse().map_err(|_| wrong())?;
    let executors: u8 = executors.parse().map_err(|_| wrong())?;
    if quorum == 0 || quorum > executors {
        return Err(wrong());
    }
    Ok(Agreement { executors, quorum })
}

pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Args {
    /// The request. Files that it names are given to the node first.
    pub(super) fn request(&self, client: &Client) -> Result<Value, Failure> {
        let pages = self.memory.map(|bytes| u32::try_from(bytes / PAGE_BYTES));
        let pages = pages
            .transpose()
            .map_err(|_| Failure::malformed(format!("--memory: more than {} pages", u32::MAX)))?;
        let window = self
            .bid_window
            .map(|window| u64::try_from(window.as_millis()).unwrap_or(u64::MAX));
        let reads = self.reads.iter().map(|path| read(client, path));
        let reads = reads.collect::<Result<Vec<_>, _>>()?;
        let requires = Requires {
            capabilities: self.capabilities.iter().cloned().collect(),
            reputation: self.reputation,
            allow: self.executors.iter().copied().collect::<BTreeSet<_>>(),
            labels: self.labels.iter().cloned().collect::<BTreeMap<_, _>>(),
        };
        let input = self.input.as_deref().map(|path| input(client, path));
        Ok(json!({
            "module": self.module(client)?,
            "entry": self.function,
            "input": input.transpose()?,
            "reads": reads,
            "fuel_limit": self.fuel,
            "memory_pages": pages,
            "max_price": self.max_price,
            "bid_window_ms": window,
            "deadline": after(self.deadline)?,
            "agreement": self.agreement,
            "requires": requires,
            "grants": self.grants,
            "retries": self.retries,
        }))
    }

    fn module(&self, client: &Client) -> Result<Cid, Failure> {
        match self.module.parse() {
            Ok(cid) => Ok(cid),
            Err(_) => upload::upload(client, Path::new(&self.module)),
        }
    }
}

fn input(client: &Client, path: &Path) -> Result<Input, Failure> {
    if path.as_os_str() == "-" {
        let bytes = file::read(path, INLINE_BYTES_MAX)?;
        if bytes.len() > INLINE_BYTES_MAX {
            let text = format!("stdin has more than {INLINE_BYTES_MAX} bytes");
            return Err(Failure::malformed(text).hint("give a larger input as a file"));
        }
        return Ok(Input::Inline(Bytes(bytes)));
    }
    let size = std::fs::metadata(path).map(|metadata| metadata.len());
    let size = size.map_err(|error| Failure::file("read", path, &error))?;
    if size <= INLINE_BYTES_MAX as u64 {
        return Ok(Input::Inline(Bytes(file::read(path, INLINE_BYTES_MAX)?)));
    }
    upload::upload(client, path).map(Input::Cid)
}

/// A block that the guest may read.
fn read(client: &Client, path: &Path) -> Result<Listed, Failure> {
    let bytes = file::read(path, icn_base::limits::BLOCK_BYTES_MAX)?;
    let size = bytes.len() as u64;
    let cid = upload::send_block(client, &icn_dag::Block::raw(bytes)?)?;
    Ok(Listed { cid, size })
}

/// A time from now.
pub(super) fn after(wait: Duration) -> Result<Time, Failure> {
    let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    clock::now()?.after_ms(ms).map_err(Failure::malformed)
}

/// A job as it was, with a new deadline.
pub(super) fn again(view: &JobView, deadline: Time) -> Value {
    let mut ask = json!(view.spec);
    ask["deadline"] = json!(deadline);
    ask["retry_of"] = json!(view.job);
    if let Some(fields) = ask.as_object_mut() {
        // The node that takes it assigns it.
        fields.remove("coordinator");
    }
    ask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_of_so_many_agree() {
        let wanted = Agreement {
            executors: 3,
            quorum: 2,
        };
        assert_eq!(agreement("2/3"), Ok(wanted));
        for wrong in ["", "2", "0/1", "3/2", "2/", "/3", "a/b", "1/256", "2/3/4"] {
            assert!(agreement(wrong).is_err(), "{wrong}");
        }
    }
}
