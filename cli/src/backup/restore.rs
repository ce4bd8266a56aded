//! `icn backup restore`.

use super::manifest;
use crate::answer::{Answer, count};
use crate::failure::Failure;
use crate::{Context, file};
use icn_abi::Class;
use icn_dag::{Batch, Blocks, Pin, Store, StoreError};
use icn_node::{Home, home};
use icn_store::{DiskStore, Options};
use serde_json::json;
use std::path::{Component, Path};

/// Blocks that are stored at once.
const BATCH: usize = 256;

pub(super) fn run(path: &Path, context: &Context) -> Result<Answer, Failure> {
    let home = Home::new(context.data_dir.path()?);
    if home.network()?.is_some() || home.dir().join("store.log").exists() {
        let text = format!("{} is a node's already", home.dir().display());
        return Err(Failure::new(Class::PermissionDenied, text)
            .hint("name an empty one with --data-dir: nothing is overwritten"));
    }
    let (roots, blocks) = file::car(path, context)?;
    let manifest = manifest(&roots, &blocks)?;
    home.make()?;
    let mut store = DiskStore::open(home.dir(), Options::default())?.0;
    let own: Vec<_> = manifest.files.values().chain(&roots).copied().collect();
    let mut after = None;
    loop {
        let page = blocks.list(after.as_ref(), BATCH)?;
        let kept = page.iter().filter(|cid| !own.contains(cid));
        let batch = kept.map(|cid| blocks.get(cid)?.ok_or(StoreError::Missing(*cid)));
        store.commit(Batch::of(batch.collect::<Result<Vec<_>, _>>()?))?;
        after = page.last().copied();
        if after.is_none() {
            break;
        }
    }
    let pins = manifest.pins.iter();
    store.commit(Batch {
        pin: pins
            .map(|pin| Pin {
                root: pin.root,
                until: pin.until,
            })
            .collect(),
        names: manifest
            .names
            .iter()
            .map(|(name, cid)| (name.clone(), Some(*cid)))
            .collect(),
        ..Batch::default()
    })?;
    for (name, cid) in &manifest.files {
        let bytes = blocks.get(cid)?.ok_or(StoreError::Missing(*cid))?;
        put(&home, name, bytes.bytes())?;
    }
    home.make_token()?;
    let keys = manifest.files.keys().any(|name| name.starts_with("keys/"));
    let next = match keys {
        true => context.command("start"),
        false => "icn keys import, with the 24 words of its key".to_owned(),
    };
    let text = format!(
        "{} is {} again, with {}\nThe node must run nowhere else. What it signed after the backup is not known here: if it ordered then, let it\nfollow until the others have passed that height.\nnext: {next}",
        home.dir().display(),
        manifest.did,
        count(store.stat().blocks, "block"),
    );
    let json =
        json!({ "did": manifest.did, "network": manifest.network, "keys": keys, "next": next });
    Ok(Answer::new(text, json))
}

/// Writes a small file below the data directory, and nowhere else.
fn put(home: &Home, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let parts: Vec<_> = Path::new(name).components().collect();
    let plain = parts
        .iter()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || parts.is_empty() || parts.len() > 2 {
        return Err(Failure::malformed(format!(
            "the backup has a file named `{name}`"
        )));
    }
    let path = home.dir().join(name);
    let mode = match parts.len() {
        2 => {
            Home::new(home.keys_dir()).make()?;
            0o600
        }
        _ => 0o644,
    };
    Ok(home::replace(&path, bytes, mode)?)
}
