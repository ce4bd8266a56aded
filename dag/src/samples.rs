//! Small DAGs and a store with faults, for the tests of this crate.

use crate::{Batch, Block, Blocks, MemStore, Pin, Store, StoreError};
use icn_base::Cid;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) fn leaf(text: &str) -> Block {
    Block::raw(text.as_bytes()).unwrap()
}

pub(crate) fn node(name: &str, links: &[&Block]) -> Block {
    let links: Vec<Cid> = links.iter().map(|block| *block.cid()).collect();
    Block::cbor(&(name, links)).unwrap()
}

pub(crate) fn store_of<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> MemStore {
    let mut store = MemStore::default();
    store
        .commit(Batch::of(blocks.into_iter().cloned()))
        .unwrap();
    store
}

/// A chain of this many blocks; the last one is its root.
pub(crate) fn chain(length: usize) -> Vec<Block> {
    let mut blocks = vec![leaf("end of the chain")];
    for _ in 1..length {
        blocks.push(node("", &[&blocks[blocks.len() - 1]]));
    }
    blocks
}

/// Blocks of which each links to some before it, raw ones among them, and a few CIDs of them.
pub(crate) fn dag() -> impl Strategy<Value = (Vec<Block>, Vec<Cid>)> {
    let links = prop::collection::vec(
        (any::<bool>(), prop::collection::vec(0usize..99, 0..6)),
        1..40,
    );
    (links, prop::collection::vec(0usize..99, 0..5)).prop_map(|(shape, chosen)| {
        let mut blocks: Vec<Block> = Vec::new();
        for (index, (raw, links)) in shape.iter().enumerate() {
            let links: Vec<&Block> = links
                .iter()
                .filter(|&&to| to < index)
                .map(|&to| &blocks[to])
                .collect();
            let name = index.to_string();
            blocks.push(if *raw {
                leaf(&name)
            } else {
                node(&name, &links)
            });
        }
        let chosen = chosen
            .iter()
            .map(|&i| *blocks[i % blocks.len()].cid())
            .collect();
        (blocks, chosen)
    })
}

/// What roots reach in the simplest way: depth first, each CID once, missing ones included.
pub(crate) fn reach(store: &impl Blocks, roots: &[Cid]) -> Vec<Cid> {
    fn visit(store: &impl Blocks, cid: Cid, order: &mut Vec<Cid>) {
        if !order.contains(&cid) {
            order.push(cid);
            for link in store
                .get(&cid)
                .unwrap()
                .map_or(vec![], |block| block.links().unwrap())
            {
                visit(store, link, order);
            }
        }
    }
    let mut order = Vec::new();
    for root in roots {
        visit(store, *root, &mut order);
    }
    order
}

/// A store in memory that fails as it is told to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faulty {
    pub(crate) store: MemStore,
    /// Blocks that cannot be read because their bytes have changed.
    pub(crate) damaged: BTreeSet<Cid>,
    /// Blocks whose place on the disk cannot be read.
    pub(crate) unreadable: BTreeSet<Cid>,
    /// Commits that succeed before one fails; all of them, if absent.
    pub(crate) commits_left: Option<usize>,
    /// The largest batch so far: blocks and bytes.
    pub(crate) largest: (usize, usize),
}

impl Faulty {
    pub(crate) fn over(store: MemStore) -> Self {
        Self {
            store,
            ..Self::default()
        }
    }
}

impl Blocks for Faulty {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        let (cid, place) = (*cid, "1.car at 2".to_owned());
        if self.damaged.contains(&cid) {
            return Err(StoreError::Damaged { cid, place });
        }
        if self.unreadable.contains(&cid) {
            return Err(StoreError::Io {
                action: "read",
                path: "1.car".to_owned(),
                source: std::io::ErrorKind::Other.into(),
            });
        }
        self.store.get(&cid)
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        self.store.size(cid)
    }
}

impl Store for Faulty {
    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        if let Some(left) = &mut self.commits_left {
            *left = left.checked_sub(1).ok_or(StoreError::DiskFull)?;
        }
        let bytes = batch.blocks.iter().map(|block| block.bytes().len()).sum();
        self.largest.0 = self.largest.0.max(batch.blocks.len()).max(batch.drop.len());
        self.largest.1 = self.largest.1.max(bytes);
        self.store.commit(batch)
    }

    fn list(&self, after: Option<&Cid>, count: usize) -> Result<Vec<Cid>, StoreError> {
        self.store.list(after, count)
    }

    fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        self.store.pins()
    }

    fn name(&self, name: &str) -> Result<Option<Cid>, StoreError> {
        self.store.name(name)
    }

    fn names(&self) -> Result<BTreeMap<String, Cid>, StoreError> {
        self.store.names()
    }
}
