//! From a stream into blocks, in the memory of one batch.

use super::{FileError, Shape, Stored};
use crate::intake::Intake;
use crate::{Block, Store};
use icn_base::Cid;
use icn_base::run::Layout;
use std::io::Read;

impl Shape {
    pub(super) fn put(
        self,
        mut from: impl Read,
        store: &mut (impl Store + ?Sized),
        mut progress: impl FnMut(u64),
    ) -> Result<Stored, FileError> {
        let mut tree = Tree {
            shape: self,
            rows: vec![Vec::new()],
            intake: Intake::new(store),
        };
        let mut size = 0;
        loop {
            let mut part = Vec::new();
            let read = from.by_ref().take(self.part_bytes).read_to_end(&mut part);
            let at = size + part.len() as u64;
            read.map_err(|source| FileError::Read { at, source })?;
            // An empty file is one empty part; any other ends before a part of nothing.
            if part.is_empty() && size > 0 {
                break;
            }
            if at > self.bytes_max {
                return Err(FileError::TooLarge(self.bytes_max));
            }
            let short = (part.len() as u64) < self.part_bytes;
            tree.part(part)?;
            size = at;
            progress(size);
            if short {
                break;
            }
        }
        let root = tree.top()?;
        tree.intake.commit()?;
        let new = tree.intake.new_blocks();
        Ok(Stored { root, size, new })
    }
}

/// A tree that grows from its parts upwards.
struct Tree<'a, S: Store + ?Sized> {
    shape: Shape,
    /// Blocks that have no parent yet, with the bytes below them; the parts first.
    rows: Vec<Vec<(Cid, u64)>>,
    intake: Intake<'a, S>,
}

impl<S: Store + ?Sized> Tree<'_, S> {
    fn part(&mut self, bytes: Vec<u8>) -> Result<(), FileError> {
        let size = bytes.len() as u64;
        let block = Block::raw(bytes).expect("limits.rs asserts that a part fits a block");
        let cid = *block.cid();
        self.intake.add(block)?;
        self.rows[0].push((cid, size));
        for row in 0.. {
            if self.rows[row].len() < self.shape.links_max {
                break;
            }
            self.close(row)?;
        }
        Ok(())
    }

    /// Puts a node above the blocks of a row.
    fn close(&mut self, row: usize) -> Result<(), FileError> {
        let below = std::mem::take(&mut self.rows[row]);
        let node = Layout {
            size: below.iter().map(|(_, size)| size).sum(),
            parts: below.into_iter().map(|(cid, _)| cid).collect(),
        };
        let block = Block::cbor(&node).expect("limits.rs asserts that a node fits a block");
        let cid = *block.cid();
        self.intake.add(block)?;
        if self.rows.len() == row + 1 {
            self.rows.push(Vec::new());
        }
        self.rows[row + 1].push((cid, node.size));
        Ok(())
    }

    /// Closes what is open, from the parts upwards, until one block stands above all.
    fn top(&mut self) -> Result<Cid, FileError> {
        let mut row = 0;
        loop {
            match self.rows[row][..] {
                [(top, _)] if row + 1 == self.rows.len() => return Ok(top),
                [] => {}
                _ => self.close(row)?,
            }
            row += 1;
        }
    }
}
