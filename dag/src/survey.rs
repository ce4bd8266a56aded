//! What roots reach, counted: how many blocks, how large, and which are missing or damaged.

use crate::Blocks;
use crate::walk::{Step, Walk, WalkError};
use icn_base::{Cid, limits::LISTED_CIDS_MAX};

/// Blocks and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many blocks.
    pub blocks: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

impl Tally {
    /// Counts one block more.
    pub const fn add(&mut self, bytes: u64) {
        self.blocks += 1;
        self.bytes += bytes;
    }
}

/// CIDs of which there may be many: the first ones by name, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// The first [`LISTED_CIDS_MAX`].
    pub first: Vec<Cid>,
    /// How many there are, listed or not.
    pub count: u64,
}

impl Listed {
    /// Lists or counts one more.
    pub fn add(&mut self, cid: Cid) {
        if self.first.len() < LISTED_CIDS_MAX {
            self.first.push(cid);
        }
        self.count += 1;
    }

    /// True if there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What roots reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Blocks that are here.
    pub here: Tally,
    /// Blocks that are linked to and not here.
    pub missing: Listed,
    /// Blocks that cannot be walked because their bytes have changed.
    pub damaged: Listed,
}

impl Survey {
    /// Counts what the roots reach. Raw blocks are not read, so a damaged one counts as here.
    /// `progress` is told the state after each block.
    pub fn of(
        roots: &[Cid],
        from: &(impl Blocks + ?Sized),
        mut progress: impl FnMut(&Self),
    ) -> Result<Self, WalkError> {
        let (mut survey, mut walk) = (Self::default(), Walk::new(roots).without_leaves());
        while let Some(step) = walk.step(from)? {
            survey.count(&step);
            progress(&survey);
        }
        Ok(survey)
    }

    /// Counts what a step of a walk came upon.
    pub fn count(&mut self, step: &Step) {
        match step {
            Step::Block(block) => self.here.add(block.bytes().len() as u64),
            Step::Leaf { size, .. } => self.here.add(*size),
            Step::Missing(cid) => self.missing.add(*cid),
            Step::Damaged { cid, .. } => self.damaged.add(*cid),
        }
    }

    /// True if everything is here and can be walked.
    pub const fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty()
    }
}
