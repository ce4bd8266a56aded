//! Where a run's rows and blocks come from: a whole state, or the proofs in a receipt's file. Both
//! give the same answers, because the ledger's own rules read them.

use icn_base::Cid;
use icn_dag::hamt::Hamt;
use icn_dag::{Blocks, MemStore};
use icn_ledger::scratch::Need;
use icn_ledger::state::Chain;
use icn_ledger::{Key, Partial, State, proof};
use std::collections::BTreeSet;

/// A snapshot, as far as it is here.
pub trait Book {
    /// The snapshot. It has at least the rows that are needed.
    fn state(&mut self, need: &Need) -> Result<&State, Lacking>;

    /// The bytes of a block.
    fn block(&mut self, cid: &Cid) -> Result<Vec<u8>, Lacking>;
}

/// Something that the run needs is not here, or cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Lacking(pub String);

impl Lacking {
    pub(crate) fn because(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// What a run has read, so that it can be proved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Rows, be they there or not.
    pub rows: BTreeSet<Key>,
    /// True if it depends on every row.
    pub all: bool,
    /// Blocks that the job lists.
    pub blocks: BTreeSet<Cid>,
}

/// A whole state; notes what it is asked for.
#[derive(Debug)]
pub struct Live<'a, B: ?Sized> {
    state: &'a State,
    blocks: &'a B,
    asked: Asked,
}

impl<'a, B: Blocks + ?Sized> Live<'a, B> {
    /// The state after the block that assigned the job.
    pub fn new(state: &'a State, blocks: &'a B) -> Self {
        Self {
            state,
            blocks,
            asked: Asked::default(),
        }
    }

    /// What it was asked for so far.
    pub fn asked(self) -> Asked {
        self.asked
    }
}

impl<B: Blocks + ?Sized> Book for Live<'_, B> {
    fn state(&mut self, need: &Need) -> Result<&State, Lacking> {
        match need {
            Need::Rows(keys) => self.asked.rows.extend(keys),
            Need::All => self.asked.all = true,
        }
        Ok(self.state)
    }

    fn block(&mut self, cid: &Cid) -> Result<Vec<u8>, Lacking> {
        self.asked.blocks.insert(*cid);
        block(self.blocks, cid)
    }
}

/// Rows that are proved from a root, as they are needed.
#[derive(Debug)]
pub struct Proven<'a> {
    blocks: &'a MemStore,
    root: Cid,
    rows: Partial,
    known: BTreeSet<Key>,
    all: bool,
}

impl<'a> Proven<'a> {
    /// The snapshot with this root, from blocks that may be no more than some proofs.
    pub fn new(blocks: &'a MemStore, root: Cid) -> Result<Self, Lacking> {
        let chain = proof::read(blocks, &root, Key::Chain).map_err(Lacking::because)?;
        let chain = chain.ok_or_else(|| Lacking(format!("{root} is no state: it has no chain")))?;
        Ok(Self {
            blocks,
            root,
            rows: Partial::new(&chain).map_err(Lacking::because)?,
            known: BTreeSet::from([Key::Chain]),
            all: false,
        })
    }

    /// The chain's row.
    pub fn chain(&self) -> &Chain {
        self.rows.state().chain()
    }

    fn learn(&mut self, keys: &[Key]) -> Result<(), Lacking> {
        let mut rows = Vec::new();
        for key in keys {
            if !self.all && self.known.insert(*key) {
                let row = proof::read(self.blocks, &self.root, *key).map_err(Lacking::because)?;
                rows.extend(row.map(|row| (*key, row)));
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.rows.put(rows).map_err(Lacking::because)
    }

    fn learn_all(&mut self) -> Result<(), Lacking> {
        if self.all {
            return Ok(());
        }
        let map = Hamt::open(self.blocks, &self.root).map_err(Lacking::because)?;
        let mut keys = Vec::new();
        for entry in map.entries(self.blocks) {
            let (name, _) = entry.map_err(Lacking::because)?;
            let key = Key::from_bytes(&name);
            keys.push(key.ok_or_else(|| Lacking("a key of the state names no row".into()))?);
        }
        self.learn(&keys)?;
        self.rows.complete().map_err(Lacking::because)?;
        self.all = true;
        Ok(())
    }
}

impl Book for Proven<'_> {
    fn state(&mut self, need: &Need) -> Result<&State, Lacking> {
        match need {
            Need::Rows(keys) => self.learn(keys)?,
            Need::All => self.learn_all()?,
        }
        Ok(self.rows.state())
    }

    fn block(&mut self, cid: &Cid) -> Result<Vec<u8>, Lacking> {
        block(self.blocks, cid)
    }
}

pub(crate) fn block(blocks: &(impl Blocks + ?Sized), cid: &Cid) -> Result<Vec<u8>, Lacking> {
    let block = blocks.get(cid).map_err(Lacking::because)?;
    let block = block.ok_or_else(|| Lacking(format!("block {cid} is not here")))?;
    Ok(block.bytes().to_vec())
}
