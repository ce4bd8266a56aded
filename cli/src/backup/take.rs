//! `icn backup create`.

use super::{Manifest, Pinned, VERSION};
use crate::answer::{Answer, count};
use crate::failure::Failure;
use crate::keystore::{KeyName, Keystore};
use crate::{Context, clock, file, progress, store};
use icn_abi::Class;
use icn_base::Cid;
use icn_dag::car::Writer;
use icn_dag::{Block, Blocks, Store, StoreError};
use icn_node::Home;
use icn_store::DiskStore;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::Path;

/// Small files that a backup takes, beside keys.
const FILES: [&str; 5] = [
    "icn.toml",
    "network",
    "genesis.cbor",
    "order.log",
    "highest",
];

/// CIDs that are listed at once.
const PAGE: usize = 1024;

pub(super) fn run(path: &Path, with_keys: bool, context: &Context) -> Result<Answer, Failure> {
    let home = Home::new(context.data_dir.path()?);
    let network = home.network()?.ok_or_else(|| {
        let text = format!("{} is no node's", home.dir().display());
        Failure::new(Class::ProcessingFailure, text).hint("is --data-dir right?")
    })?;
    // Held to the end: a node that started meanwhile would sign more than the backup knows.
    let held = home.hold()?;
    let store = store::read(context)?;
    let (mut files, mut blocks) = (BTreeMap::new(), Vec::new());
    for name in names(&home, with_keys)? {
        let bytes = std::fs::read(home.dir().join(&name));
        let bytes =
            bytes.map_err(|error| Failure::file("read", &home.dir().join(&name), &error))?;
        let block = Block::raw(bytes)?;
        files.insert(name, *block.cid());
        blocks.push(block);
    }
    let manifest = Manifest {
        version: VERSION,
        did: Keystore::open(context)?.did(&KeyName::default())?,
        network,
        taken: clock::now()?,
        names: store.names()?,
        pins: store
            .pins()?
            .into_iter()
            .map(|pin| Pinned {
                root: pin.root,
                until: pin.until,
            })
            .collect(),
        files,
    };
    let root = Block::cbor(&manifest)?;
    blocks.insert(0, root.clone());
    let bar = progress::bar(context.output, "saving", Some(store.stat().blocks), false);
    let (size, saved) = write(path, &root, &blocks, &store, |done| bar.set_position(done))?;
    bar.finish_and_clear();
    drop(held);
    let text = format!(
        "{} in {}: {size} bytes\nnext: icn backup verify {}",
        count(saved, "block"),
        path.display(),
        path.display()
    );
    let json = json!({ "file": path, "bytes": size, "blocks": saved, "root": root.cid(), "keys": with_keys });
    Ok(Answer::new(text, json))
}

/// The small files that are here.
fn names(home: &Home, with_keys: bool) -> Result<Vec<String>, Failure> {
    let mut names: Vec<String> = FILES.iter().map(|name| (*name).to_owned()).collect();
    if with_keys {
        let dir = home.keys_dir();
        let listed =
            std::fs::read_dir(&dir).map_err(|error| Failure::file("list", &dir, &error))?;
        for entry in listed {
            let entry = entry.map_err(|error| Failure::file("list", &dir, &error))?;
            let name = entry.file_name().into_string();
            let kept = |name: &String| {
                [".age", ".plain", ".did"]
                    .iter()
                    .any(|end| name.ends_with(end))
            };
            names.extend(name.ok().filter(kept).map(|name| format!("keys/{name}")));
        }
    }
    names.retain(|name| home.dir().join(name).exists());
    Ok(names)
}

/// Writes the file: the small ones first, then every block of the store.
fn write(
    path: &Path,
    root: &Block,
    first: &[Block],
    store: &DiskStore,
    mut progress: impl FnMut(u64),
) -> Result<(u64, u64), Failure> {
    let mut saved = 0_u64;
    // A temporary file is its owner's alone, and stays so under its last name.
    let size = file::write(path, |into| {
        let mut writer = Writer::new(BufWriter::new(into), &[*root.cid()])?;
        for block in first {
            writer.put(block)?;
        }
        let mut last: Option<Cid> = None;
        loop {
            let page = store.list(last.as_ref(), PAGE)?;
            for cid in &page {
                let block = store.get(cid)?.ok_or(StoreError::Missing(*cid))?;
                writer.put(&block)?;
                saved += 1;
            }
            progress(saved);
            last = page.last().copied();
            if last.is_none() {
                return Ok(writer.finish()?);
            }
        }
    })?;
    Ok((size, saved))
}
