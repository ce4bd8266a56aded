//! From a CAR into a store.
//!
//! Blocks are committed in batches while the CAR is read, so it may be larger than memory. A CAR
//! that turns out to be bad leaves the good blocks before the bad frame in the store and nothing
//! after it: trying again costs only the rest. An import pins nothing and points no name at
//! anything; what nobody pins afterwards goes with the next collection.

use super::CarError;
use super::read::Frames;
use crate::intake::Intake;
use crate::survey::{Listed, Survey, Tally};
use crate::{Block, Blocks, Store, StoreError};
use icn_base::limits::IMPORT_WAITING_MAX;
use icn_base::{Cid, Codec};
use std::collections::BTreeSet;
use std::io::Read;

/// What an import has read so far, or altogether.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The roots that the header names.
    pub roots: Vec<Cid>,
    /// Blocks in the CAR, repeated ones included.
    pub read: Tally,
    /// Blocks that the store did not have before.
    pub new: Tally,
    /// Offset of the first byte that has not been read.
    pub at: u64,
    /// Blocks that the roots reach, and that neither the CAR nor the store has.
    pub missing: Listed,
    /// Blocks that the roots reach, that the store had before, and whose bytes have changed.
    pub damaged: Listed,
}

impl Imported {
    /// True if all that the roots reach is in the store.
    pub const fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty()
    }
}

/// Reads a CAR to its end and keeps its blocks. `progress` is told the state after each block.
pub fn import(
    from: impl Read,
    store: &mut (impl Store + ?Sized),
    mut progress: impl FnMut(&Imported),
) -> Result<Imported, CarError> {
    let (roots, mut frames) = Frames::open(from)?;
    let mut waiting = Waiting::new(&roots);
    let mut done = Imported {
        roots,
        ..Imported::default()
    };
    let mut intake = Intake::new(store);
    let all = loop {
        match next(&mut frames) {
            Ok(Some(block)) => {
                waiting.meet(&block)?;
                done.read.add(block.bytes().len() as u64);
                intake.add(block)?;
                (done.new, done.at) = (intake.new_blocks(), frames.at());
                progress(&done);
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    intake.commit()?;
    all?;
    if !waiting.is_over(store)? {
        let below = Survey::of(&done.roots, store, |_| {})?;
        (done.missing, done.damaged) = (below.missing, below.damaged);
    }
    Ok(done)
}

fn next(frames: &mut Frames<impl Read>) -> Result<Option<Block>, CarError> {
    let Some(frame) = frames.next_frame()? else {
        return Ok(None);
    };
    let at = frame.at;
    let block = Block::check(frame.cid, frame.bytes);
    block
        .map(Some)
        .map_err(|source| CarError::Block { at, source })
}

/// Links whose blocks have not come yet. A CAR that has parents before their children, and all of
/// them, leaves nothing waiting, and need not be walked to know that it is complete.
struct Waiting {
    /// Nothing, when there were too many to remember.
    links: Option<BTreeSet<Cid>>,
}

impl Waiting {
    fn new(roots: &[Cid]) -> Self {
        Self {
            links: Some(roots.iter().copied().collect()),
        }
    }

    fn meet(&mut self, block: &Block) -> Result<(), StoreError> {
        let Some(waiting) = &mut self.links else {
            return Ok(());
        };
        waiting.remove(block.cid());
        waiting.extend(block.links().map_err(|source| StoreError::Block {
            cid: *block.cid(),
            source,
        })?);
        if waiting.len() > IMPORT_WAITING_MAX {
            self.links = None;
        }
        Ok(())
    }

    /// True if nothing waits but raw blocks that are here. What else waits may be here too, but
    /// then only a walk knows whether all below it is.
    fn is_over(&self, store: &(impl Blocks + ?Sized)) -> Result<bool, StoreError> {
        let Some(waiting) = &self.links else {
            return Ok(false);
        };
        for cid in waiting {
            if cid.codec() != Codec::Raw || !store.has(cid)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
