//! Files on their way to a node: one block as it is, more of them as a CAR.

use crate::client::{Client, fresh_key, typed};
use crate::dag;
use crate::failure::Failure;
use icn_abi::Class;
use icn_api::dag::{ImportView, Stored};
use icn_base::{Cid, Codec};
use icn_dag::car;
use icn_dag::{Block, Blocks, MemStore, StoreError, file};
use std::io::{Read, Write};
use std::path::Path;

/// Bytes of a file that is sent whole.
const FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// The media type of a CAR.
const CAR: &str = "application/vnd.ipld.car";

/// Gives a node a file, and returns its name.
pub(crate) fn upload(client: &Client, path: &Path) -> Result<Cid, Failure> {
    let (from, _) = dag::open(path)?;
    let mut limited = from.take(FILE_BYTES_MAX + 1);
    let mut blocks = MemStore::default();
    let put = file::put(&mut limited, &mut blocks, |_| {})?;
    if limited.limit() == 0 {
        let text = format!("{} has more than {FILE_BYTES_MAX} bytes", path.display());
        return Err(Failure::new(Class::ResourceLimitExceeded, text)
            .hint("make a CAR of it with `icn dag export` and import that in parts"));
    }
    send(client, &put.root, &blocks)?;
    Ok(put.root)
}

/// Gives a node a block and all that it reaches.
pub(crate) fn send(client: &Client, root: &Cid, blocks: &MemStore) -> Result<(), Failure> {
    let block = blocks.get(root)?.ok_or(StoreError::Missing(*root))?;
    if root.codec() == Codec::Raw {
        return send_block(client, &block).map(drop);
    }
    let mut bytes = Vec::new();
    car::export(blocks, &[*root], &mut bytes, |_| {})?;
    import(client, &bytes).map(drop)
}

/// Gives a node one block.
pub(crate) fn send_block(client: &Client, block: &Block) -> Result<Cid, Failure> {
    let media = match block.cid().codec() {
        Codec::Raw => "application/vnd.ipld.raw",
        Codec::DagCbor => "application/vnd.ipld.dag-cbor",
    };
    let path = "/v1/dag";
    let answer = client.send(path, (media, block.bytes()), &fresh_key()?)?;
    let (stored, _) = typed::<Stored>(path, answer)?;
    Ok(stored.cid)
}

/// Gives a node a CAR.
pub(crate) fn import(client: &Client, car: &[u8]) -> Result<ImportView, Failure> {
    let path = "/v1/dag/import";
    // An import is harmless twice, and large ones take no key.
    let answer = client.send_without_key(path, (CAR, car))?;
    Ok(typed::<ImportView>(path, answer)?.0)
}

/// Writes a file that a node has. Every block of it is hashed again here.
pub(crate) fn download(client: &Client, cid: &Cid, into: &mut dyn Write) -> Result<u64, Failure> {
    let path = format!("/ipfs/{cid}?format=car");
    let mut blocks = MemStore::default();
    let from = client.stream(&path, None)?.take(FILE_BYTES_MAX);
    car::import(from, &mut blocks, |_| {})?;
    Ok(file::get(&blocks, cid, into, |_| {})?)
}
