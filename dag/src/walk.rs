//! Walks over links: depth first, in the order of links, each block once.
//!
//! The walk holds CIDs, never blocks, and is not recursive: neither a deep chain nor a wide block
//! costs more than the CIDs that it names. The caller asks for each step and passes the store with
//! it, so that it can report progress, stop, or change the store in between.

use crate::{Block, Blocks, StoreError};
use icn_base::limits::WALK_CIDS_MAX;
use icn_base::{Cid, Codec};
use std::collections::BTreeSet;

/// Links that may wait before repeated ones among them are sought.
const TIDY_AT_LEAST: usize = 64 * 1024;

/// What a step of a walk came upon.
#[derive(Debug)]
pub enum Step {
    /// A block, read.
    Block(Block),
    /// A raw block that is here; the walk was told to leave it unread.
    Leaf {
        /// The block.
        cid: Cid,
        /// Its size in bytes.
        size: u64,
    },
    /// A block that is not here. What lies below it is not known, and not walked.
    Missing(Cid),
    /// A block whose bytes the disk has changed. What lies below it is not walked.
    Damaged {
        /// The block.
        cid: Cid,
        /// The file and offset.
        place: String,
    },
}

/// Why a walk cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// The store failed. The same step can be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// More CIDs than the walk may hold.
    #[error("the walk came upon more than {0} CIDs: walk parts of the DAG, or allow more")]
    TooMany(usize),
}

/// A walk that has not come to its end.
#[derive(Clone, Debug)]
pub struct Walk {
    /// What is to be visited, the next one last.
    waiting: Vec<Cid>,
    seen: BTreeSet<Cid>,
    read_leaves: bool,
    cids_max: usize,
    /// How many may wait before repeated ones among them are dropped.
    tidy_at: usize,
}

impl Walk {
    /// A walk from these roots, the first one first.
    pub fn new(roots: &[Cid]) -> Self {
        Self {
            waiting: roots.iter().rev().copied().collect(),
            seen: BTreeSet::new(),
            read_leaves: true,
            cids_max: WALK_CIDS_MAX,
            tidy_at: TIDY_AT_LEAST,
        }
    }

    /// Leaves raw blocks unread: they have no links, and only whether they are here counts.
    pub fn without_leaves(mut self) -> Self {
        self.read_leaves = false;
        self
    }

    /// Stops the walk when it comes upon more CIDs than this, instead of [`WALK_CIDS_MAX`].
    pub fn at_most(mut self, cids: usize) -> Self {
        self.cids_max = cids;
        self
    }

    /// How many CIDs have been visited, missing and damaged ones included.
    pub fn visited(&self) -> usize {
        self.seen.len()
    }

    /// The CIDs that have been visited, missing and damaged ones included.
    pub fn into_visited(self) -> BTreeSet<Cid> {
        self.seen
    }

    /// Visits the next block; nothing when all have been visited.
    pub fn step(&mut self, from: &(impl Blocks + ?Sized)) -> Result<Option<Step>, WalkError> {
        while self.waiting.pop_if(|cid| self.seen.contains(cid)).is_some() {}
        let Some(&cid) = self.waiting.last() else {
            return Ok(None);
        };
        if self.seen.len() >= self.cids_max {
            return Err(WalkError::TooMany(self.cids_max));
        }
        let step = self.look(from, cid)?;
        let links = match &step {
            Step::Block(block) => links(block)?,
            Step::Leaf { .. } | Step::Missing(_) | Step::Damaged { .. } => Vec::new(),
        };
        self.waiting.pop();
        self.seen.insert(cid);
        self.wait_for(links)?;
        Ok(Some(step))
    }

    fn look(&self, from: &(impl Blocks + ?Sized), cid: Cid) -> Result<Step, StoreError> {
        if cid.codec() == Codec::Raw && !self.read_leaves {
            let size = from.size(&cid)?;
            return Ok(size.map_or(Step::Missing(cid), |size| Step::Leaf { cid, size }));
        }
        match from.get(&cid) {
            Ok(Some(block)) => Ok(Step::Block(block)),
            Ok(None) => Ok(Step::Missing(cid)),
            Err(StoreError::Damaged { cid, place }) => Ok(Step::Damaged { cid, place }),
            Err(error) => Err(error),
        }
    }

    fn wait_for(&mut self, links: Vec<Cid>) -> Result<(), WalkError> {
        let new = links.into_iter().rev();
        self.waiting
            .extend(new.filter(|cid| !self.seen.contains(cid)));
        if self.waiting.len() > self.tidy_at {
            self.tidy();
            if self.seen.len().saturating_add(self.waiting.len()) > self.cids_max {
                return Err(WalkError::TooMany(self.cids_max));
            }
        }
        Ok(())
    }

    /// Drops what waits in vain: of several that wait for one block, only the one that comes first
    /// visits it. What is left are different CIDs, all of them yet to be visited.
    fn tidy(&mut self) {
        let mut first = BTreeSet::new();
        let mut left: Vec<Cid> = (self.waiting.drain(..).rev())
            .filter(|cid| !self.seen.contains(cid) && first.insert(*cid))
            .collect();
        left.reverse();
        self.waiting = left;
        self.tidy_at = TIDY_AT_LEAST.max(self.waiting.len().saturating_mul(2));
    }
}

fn links(block: &Block) -> Result<Vec<Cid>, StoreError> {
    block.links().map_err(|source| StoreError::Block {
        cid: *block.cid(),
        source,
    })
}

#[cfg(test)]
mod tests;
