//! Proofs: the few blocks that show what a root says about one row.

use crate::{Key, State, commit};
use icn_base::Cid;
use icn_dag::hamt::{self, Hamt, HamtError, ProofError};
use icn_dag::{Block, Blocks, MemStore, StoreError};

/// Blocks that prove a row, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Which row.
    pub key: Key,
    /// From the root to where the row belongs.
    pub path: Vec<Block>,
    /// The row's own block, if it is too large to stand in the path.
    pub own: Option<Block>,
}

/// Why a row cannot be proved.
#[derive(Debug, thiserror::Error)]
pub enum CannotProve {
    /// The state has moved on.
    #[error("rows have changed since the state was committed to: prove after a block")]
    Uncommitted,
    /// The commitment is not wholly here.
    #[error(transparent)]
    Map(#[from] HamtError),
}

/// Why a proof shows nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// The blocks do not lead from the root to the row.
    #[error(transparent)]
    Path(#[from] ProofError),
    /// The row stands in a block of its own, which is missing or another one.
    #[error("the row stands in block {0}, which the proof does not have")]
    Own(Cid),
    /// The row stands in the path, so there is no other block.
    #[error("the row stands in the path: the proof has a block too many")]
    Extra,
}

impl State {
    /// Proves what the state's root says about a row.
    pub fn prove(&self, key: Key) -> Result<Proof, CannotProve> {
        if self.root().is_none() {
            return Err(CannotProve::Uncommitted);
        }
        let path = self.map.proof(&MemStore::default(), &key.to_bytes())?;
        let own = self.row(&key).and_then(|row| commit::own_block(row).ok());
        Ok(Proof { key, path, own })
    }

    /// Every block of the state: they prove each row, and that there are no others.
    pub fn prove_all(&self) -> Vec<Block> {
        self.commit_afresh().1
    }
}

impl Proof {
    /// All its blocks, root first: what a CAR of it holds.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.path.iter().chain(&self.own)
    }

    /// What the root says about the row: its canonical bytes, or that there is none.
    pub fn verify(&self, root: &Cid) -> Result<Option<Vec<u8>>, BadProof> {
        let value = hamt::verify(root, &self.key.to_bytes(), &self.path)?;
        match (value.as_deref().and_then(commit::link), &self.own) {
            (Some(cid), Some(block)) if *block.cid() == cid => Ok(Some(block.bytes().to_vec())),
            (Some(cid), _) => Err(BadProof::Own(cid)),
            (None, Some(_)) => Err(BadProof::Extra),
            (None, None) => Ok(value),
        }
    }
}

/// Why a row cannot be read from some blocks.
#[derive(Debug, thiserror::Error)]
pub enum CannotRead {
    /// A block on the way is missing or is no node of the map.
    #[error(transparent)]
    Map(#[from] HamtError),
    /// The row stands in a block of its own, which is missing.
    #[error("the row stands in block {0}, which is not here")]
    Missing(Cid),
    /// The blocks cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the state with this root says about a row, read from blocks that may be all of it or no
/// more than some proofs: the row's canonical bytes, or that there is none.
pub fn read(blocks: &dyn Blocks, root: &Cid, key: Key) -> Result<Option<Vec<u8>>, CannotRead> {
    let map = Hamt::open(blocks, root)?;
    let Some(value) = map.get_raw(blocks, &key.to_bytes())? else {
        return Ok(None);
    };
    let Some(cid) = commit::link(&value) else {
        return Ok(Some(value));
    };
    let own = blocks.get(&cid)?.ok_or(CannotRead::Missing(cid))?;
    Ok(Some(own.bytes().to_vec()))
}
