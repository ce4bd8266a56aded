//! What may be chosen when a store is opened.

use crate::disk::Space;

const MIB: u64 = 1024 * 1024;

/// Bounds of a store. The defaults suit a node on a machine that does other things too.
///
/// ```
/// use icn_store::Options;
/// let options = Options { quota_bytes: 1 << 40, ..Options::default() };
/// assert_eq!(options.reserve_bytes, 256 << 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What the segments may weigh together, blocks that were dropped and not yet collected
    /// included. 10 GiB unless said otherwise. The log and the index come on top: some 130 bytes
    /// for each block.
    pub quota_bytes: u64,
    /// Blocks are refused when less than this would stay free on the disk, so that there is still
    /// room for what must not fail. At most a sixteenth of the disk is kept.
    pub reserve_bytes: u64,
    /// The size up to which a segment grows; less where quota or disk are small.
    pub segment_bytes: u64,
    /// Memory for the pages of the index that are read often.
    pub index_cache_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            quota_bytes: 10 * 1024 * MIB,
            reserve_bytes: 256 * MIB,
            segment_bytes: 256 * MIB,
            index_cache_bytes: 64 * MIB,
        }
    }
}

impl Options {
    /// The size up to which a segment grows: so small that what counts in a mostly dead one can be
    /// moved with little room to spare, and that offsets fit 32 bits.
    pub(crate) fn segment_target(&self, space: Space) -> u64 {
        let most = (self.quota_bytes / 8).min(space.total / 64);
        self.segment_bytes.min(most.clamp(MIB, 2048 * MIB))
    }

    /// What must stay free of a disk.
    pub(crate) fn reserve(&self, space: Space) -> u64 {
        self.reserve_bytes.min(space.total / 16)
    }
}
