//! From a store into a CAR.

use super::CarError;
use super::write::Writer;
use crate::survey::Tally;
use crate::walk::{Step, Walk};
use crate::{Blocks, StoreError};
use icn_base::Cid;
use std::io::Write;

/// Writes all that the roots reach: depth first, in the order of links, each block once. Returns
/// what was written; `progress` is told after each block.
///
/// A block that is missing or damaged ends the export with an error that names it. What has been
/// written by then is no whole CAR: the caller throws it away.
pub fn export(
    from: &(impl Blocks + ?Sized),
    roots: &[Cid],
    into: impl Write,
    mut progress: impl FnMut(&Tally),
) -> Result<Tally, CarError> {
    let (mut writer, mut written) = (Writer::new(into, roots)?, Tally::default());
    let mut walk = Walk::new(roots);
    while let Some(step) = walk.step(from)? {
        match step {
            Step::Block(block) => {
                writer.put(&block)?;
                written.add(block.bytes().len() as u64);
                progress(&written);
            }
            Step::Leaf { cid, .. } | Step::Missing(cid) => {
                return Err(StoreError::Missing(cid).into());
            }
            Step::Damaged { cid, place } => {
                return Err(StoreError::Damaged { cid, place }.into());
            }
        }
    }
    writer.finish()?;
    Ok(written)
}
