//! From blocks into a stream, in the memory of one block and the links that wait.

use super::{FileError, Shape};
use crate::{Block, Blocks, StoreError};
use icn_base::run::Layout;
use icn_base::{Cid, Codec};
use std::io::Write;

/// A block that the tree asks for.
struct Wanted {
    cid: Cid,
    size: u64,
    /// Rows of nodes from here down; none for a part.
    rows: u32,
}

impl Shape {
    pub(super) fn get(
        self,
        from: &(impl Blocks + ?Sized),
        root: &Cid,
        mut into: impl Write,
        mut progress: impl FnMut(u64),
    ) -> Result<u64, FileError> {
        let mut at = 0;
        let mut write = |bytes: &[u8]| {
            let written = into.write_all(bytes);
            written.map_err(|source| FileError::Write { at, source })?;
            at += bytes.len() as u64;
            progress(at);
            Ok::<(), FileError>(())
        };
        if root.codec() == Codec::Raw {
            write(block(from, root)?.bytes())?;
        } else {
            let node = self.root(from, root)?;
            let rows = self.rows(node.size);
            let mut wanted = self.below(root, node, rows)?;
            wanted.reverse();
            while let Some(next) = wanted.pop() {
                let block = block(from, &next.cid)?;
                if next.rows == 0 {
                    fits(&next, block.bytes().len() as u64)?;
                    write(block.bytes())?;
                } else {
                    let node = node_of(&block)?;
                    fits(&next, node.size)?;
                    let below = self.below(&next.cid, node, next.rows)?;
                    wanted.extend(below.into_iter().rev());
                }
            }
        }
        into.flush()
            .map_err(|source| FileError::Write { at, source })?;
        Ok(at)
    }

    /// The node at the root of a file in parts.
    pub(super) fn root(
        self,
        from: &(impl Blocks + ?Sized),
        cid: &Cid,
    ) -> Result<Layout, FileError> {
        let node = node_of(&block(from, cid)?)?;
        if node.size <= self.part_bytes {
            let why = "a file of this size is one raw block";
            return Err(FileError::Shape { cid: *cid, why });
        }
        if node.size > self.bytes_max {
            return Err(FileError::TooLarge(self.bytes_max));
        }
        Ok(node)
    }

    /// What a node links to, in order.
    fn below(self, cid: &Cid, node: Layout, rows: u32) -> Result<Vec<Wanted>, FileError> {
        let (rows, full) = (rows - 1, self.capacity(rows - 1));
        let (cid, count) = (*cid, node.size.div_ceil(full));
        if node.parts.len() as u64 != count {
            let why = "its links do not fit its size";
            return Err(FileError::Shape { cid, why });
        }
        let codec = if rows == 0 {
            Codec::Raw
        } else {
            Codec::DagCbor
        };
        if node.parts.iter().any(|part| part.codec() != codec) {
            let why = "its parts are not equally deep";
            return Err(FileError::Shape { cid, why });
        }
        let mut left = node.size;
        let wanted = node.parts.into_iter().map(|cid| {
            let size = left.min(full);
            left -= size;
            Wanted { cid, size, rows }
        });
        Ok(wanted.collect())
    }
}

fn fits(wanted: &Wanted, size: u64) -> Result<(), FileError> {
    if wanted.size == size {
        return Ok(());
    }
    Err(FileError::Shape {
        cid: wanted.cid,
        why: "its size is not what the node above it asks for",
    })
}

fn block(from: &(impl Blocks + ?Sized), cid: &Cid) -> Result<Block, StoreError> {
    from.get(cid)?.ok_or(StoreError::Missing(*cid))
}

fn node_of(block: &Block) -> Result<Layout, StoreError> {
    block.value().map_err(|source| StoreError::Block {
        cid: *block.cid(),
        source,
    })
}
