//! Reading, from any thread, while one writes.

use crate::disk::{DiskFile, fault};
use crate::index::Index;
use crate::lock::Lock;
use crate::segment::{Segments, Slot};
use icn_base::{Cid, limits::BLOCK_BYTES_MAX};
use icn_dag::{Block, Blocks, StoreError};
use std::io::ErrorKind;
use std::sync::Arc;

/// Reads the blocks of a store that is open. It sees what is acknowledged, at once.
///
/// The store is not closed, and its lock not given back, before the last reader is dropped.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) shared: Arc<Shared>,
}

/// What the writer and the readers of a store share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) index: Index,
    pub(crate) segments: Arc<Segments>,
    /// Given back last.
    pub(crate) _lock: Option<Lock>,
}

/// Where a block is, and the open file.
#[derive(Debug)]
pub(crate) struct Spot {
    pub(crate) slot: Slot,
    file: Arc<dyn DiskFile>,
}

impl Blocks for Reader {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        let found = self.shared.find(cid)?;
        found.map(|spot| self.shared.read(cid, &spot)).transpose()
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        let found = self.shared.find(cid)?;
        Ok(found.map(|spot| u64::from(spot.slot.length)))
    }
}

impl Shared {
    /// Where a block is, and the open file.
    pub(crate) fn find(&self, cid: &Cid) -> Result<Option<Spot>, StoreError> {
        let mut before = None;
        loop {
            let slot = self.index.find(cid)?;
            let Some(slot) = slot.filter(|_| slot != before) else {
                return Ok(None);
            };
            if let Some(file) = self.segments.file(slot.segment)? {
                return Ok(Some(Spot { slot, file }));
            }
            // The segment was given up in between. If the block was moved before that, the index
            // says so now; if it says the same again, the block was dropped.
            before = Some(slot);
        }
    }

    /// Reads a block, and hashes it again: whatever a disk does, nobody gets bytes that are not
    /// the CID's.
    pub(crate) fn read(&self, cid: &Cid, Spot { slot, file }: &Spot) -> Result<Block, StoreError> {
        let path = self.segments.path(slot.segment);
        let damaged = || StoreError::Damaged {
            cid: *cid,
            place: format!("{} at {}", path.display(), slot.at),
        };
        let length = usize::try_from(slot.length).unwrap_or(usize::MAX);
        if length > BLOCK_BYTES_MAX {
            return Err(damaged());
        }
        let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, length).collect();
        let into = Arc::get_mut(&mut bytes).expect("it was made just now");
        match file.read_at(into, u64::from(slot.at)) {
            Ok(()) => Block::check(*cid, bytes).map_err(|_| damaged()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(damaged()),
            Err(error) => Err(fault("read", &path)(error)),
        }
    }
}
