//! `icn backup`: a whole node as one CAR, and back.
//!
//! The root is a [`Manifest`]; beside it are every block of the store, and the small files as blocks. The
//! record of the highest that was signed is one of them, so that whoever restores it does not vote twice
//! where the backup voted.

mod restore;
mod take;

use crate::Context;
use crate::answer::{Answer, count};
use crate::failure::Failure;
use crate::{clock, file};
use clap::Subcommand;
use icn_base::{Cid, Did, NetworkId, Time};
use icn_dag::{Blocks, MemStore};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The form of backups that is written and read.
const VERSION: u64 = 1;

/// A whole node in one file
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Writes one. The node must not run meanwhile
    Create {
        /// The file to write
        file: PathBuf,
        /// Puts the keys into it, as they are: encrypted if they are. Without them a backup is no secret
        #[arg(long)]
        with_keys: bool,
    },
    /// Reads one, hashes every block again, and says what is in it
    Verify {
        /// The file
        file: PathBuf,
    },
    /// Makes a node of one, in a data directory that is empty
    Restore {
        /// The file
        file: PathBuf,
    },
}

/// A pin, as it is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinned {
    root: Cid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
}

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// [`VERSION`].
    version: u64,
    /// Whose it is.
    did: Did,
    /// Of which network.
    network: NetworkId,
    /// When it was taken.
    taken: Time,
    /// Names of the store, and the blocks behind them.
    names: BTreeMap<String, Cid>,
    /// Pins of the store, and until when each holds.
    pins: Vec<Pinned>,
    /// Small files of the data directory, by their paths in it.
    files: BTreeMap<String, Cid>,
}

pub(crate) fn run(verb: &Verb, context: &Context) -> Result<Answer, Failure> {
    match verb {
        Verb::Create { file, with_keys } => take::run(file, *with_keys, context),
        Verb::Verify { file } => verify(file, context),
        Verb::Restore { file } => restore::run(file, context),
    }
}

fn verify(path: &Path, context: &Context) -> Result<Answer, Failure> {
    let (roots, blocks) = file::car(path, context)?;
    let manifest = manifest(&roots, &blocks)?;
    let named = manifest.names.values().chain(manifest.files.values());
    let pinned = manifest.pins.iter().map(|pin| &pin.root);
    for cid in named.chain(pinned) {
        if !blocks.has(cid)? {
            let text = format!("block {cid} should be in it, and is not");
            return Err(Failure::malformed(text).hint("take another backup"));
        }
    }
    let keys = manifest.files.keys().any(|path| path.starts_with("keys/"));
    let keys_said = if keys {
        "with its keys"
    } else {
        "without its keys"
    };
    let text = format!(
        "a whole backup of {}, {keys_said}\nnetwork {}\ntaken   {}\n{} of the store's names, {}",
        manifest.did,
        manifest.network,
        clock::shown(manifest.taken),
        manifest.names.len(),
        count(manifest.files.len() as u64, "file"),
    );
    let json = json!({
        "verdict": "whole",
        "did": manifest.did,
        "network": manifest.network,
        "taken": manifest.taken,
        "keys": keys,
        "files": manifest.files,
    });
    Ok(Answer::new(text, json))
}

/// What a backup says is in it.
fn manifest(roots: &[Cid], blocks: &MemStore) -> Result<Manifest, Failure> {
    let none = |why: String| {
        Failure::malformed(format!("this is no backup: {why}"))
            .hint("`icn backup create` writes one")
    };
    let [root] = roots else {
        return Err(none(format!("it names {} roots", roots.len())));
    };
    let block = blocks
        .get(root)?
        .ok_or_else(|| none("its root is missing".to_owned()))?;
    let manifest: Manifest = block.value().map_err(|error| none(error.to_string()))?;
    if manifest.version != VERSION {
        return Err(none(format!(
            "it is of version {}, this reads {VERSION}",
            manifest.version
        )));
    }
    Ok(manifest)
}
