//! Compaction: what still counts in a mostly dead segment is written again elsewhere, and then the
//! segment is given up. Each step is a commit of its own, so a crash leaves a store in which some
//! of it has been done.

use crate::DiskStore;
use crate::commit::DeadSlots;
use crate::log::Record;
use crate::segment::{Found, Scan};
use icn_dag::{Block, StoreError};

/// Bytes that are moved in one commit.
const MOVE_BYTES: usize = 8 * 1024 * 1024;

/// Blocks that are.
const MOVE_BLOCKS: usize = 16_384;

/// Percent of a segment that must be dead for it to be worth its while.
const DEAD_PERCENT: u64 = 50;

/// The same, when a commit has no room otherwise.
const DEAD_PERCENT_NEEDED: u64 = 10;

/// What a compaction has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Segments that were given up.
    pub segments: u64,
    /// Bytes by which the store is smaller.
    pub freed_bytes: u64,
    /// Blocks that were moved.
    pub moved_blocks: u64,
    /// Segments that hold damaged blocks, and were left as they are so that these can be found:
    /// run `icn dag verify`.
    pub damaged_segments: u64,
}

impl DiskStore {
    /// Gives up the segments of which half or more is dead. Needs room for what one of them still
    /// holds, for which the quota and the reserve stand back. `progress` is told after each.
    pub fn compact(
        &mut self,
        mut progress: impl FnMut(&Compacted),
    ) -> Result<Compacted, StoreError> {
        self.ready()?;
        let mut done = Compacted::default();
        for segment in self.mostly_dead(DEAD_PERCENT) {
            self.compact_segment(segment, &mut done)?;
            progress(&done);
        }
        Ok(done)
    }

    /// Gives up segments until `needed` bytes fit the quota, as far as that can be had.
    pub(crate) fn reclaim(&mut self, needed: u64) -> Result<(), StoreError> {
        let mut done = Compacted::default();
        if self.state.live_bytes().saturating_add(needed) > self.options.quota_bytes {
            return Ok(());
        }
        for segment in self.mostly_dead(DEAD_PERCENT_NEEDED) {
            if self.state.disk_bytes().saturating_add(needed) <= self.options.quota_bytes {
                break;
            }
            self.compact_segment(segment, &mut done)?;
        }
        Ok(())
    }

    /// Segments that are dead to this share, those that free most first.
    fn mostly_dead(&self, percent: u64) -> Vec<u32> {
        let segments = self.state.segments.iter();
        let mut dead: Vec<(u64, u32)> = segments
            .filter(|(_, segment)| {
                segment.dead_bytes > 0 && segment.dead_bytes * 100 >= segment.payload() * percent
            })
            .map(|(&number, segment)| (segment.dead_bytes, number))
            .collect();
        dead.sort_unstable_by(|one, other| other.cmp(one));
        dead.into_iter().map(|(_, number)| number).collect()
    }

    fn compact_segment(&mut self, segment: u32, done: &mut Compacted) -> Result<(), StoreError> {
        if self.appender.active() == Some(segment) {
            self.appender.seal();
        }
        let before = self.state.disk_bytes();
        if !self.move_blocks(segment, done)? {
            done.damaged_segments += 1;
            return Ok(());
        }
        self.ready()?;
        let record = Record {
            gone: vec![segment],
            ..Record::default()
        };
        self.publish(&[], record, &[])?;
        // A file that cannot be removed now counts for nothing; the next open removes it.
        drop(self.shared().segments.remove(segment));
        done.segments += 1;
        done.freed_bytes += before.saturating_sub(self.state.disk_bytes());
        Ok(())
    }

    /// Moves what counts of a segment. False if some of it cannot be read as it was.
    fn move_blocks(&mut self, segment: u32, done: &mut Compacted) -> Result<bool, StoreError> {
        let shared = std::sync::Arc::clone(self.shared());
        let end = self
            .state
            .segments
            .get(&segment)
            .map_or(0, |segment| segment.length);
        let Some(mut scan) = Scan::new(&shared.segments, segment, 0, end)? else {
            return Ok(true);
        };
        let (mut blocks, mut bytes, mut dead) = (Vec::new(), 0, DeadSlots::default());
        let mut sound = true;
        loop {
            let found = scan.next()?;
            if found.is_none() || bytes >= MOVE_BYTES || blocks.len() >= MOVE_BLOCKS {
                self.move_some(&blocks, std::mem::take(&mut dead))?;
                done.moved_blocks += blocks.len() as u64;
                (blocks, bytes) = (Vec::new(), 0);
            }
            match found {
                None => return Ok(sound),
                Some(Found::Block(slot, block)) => {
                    if shared.index.find(block.cid())? == Some(slot) {
                        bytes += block.bytes().len();
                        dead.add(slot);
                        blocks.push(block);
                    }
                }
                Some(Found::Damaged(slot, cid)) => {
                    sound &= shared.index.find(&cid)? != Some(slot);
                }
                Some(Found::Gap(..)) => sound = false,
            }
        }
    }

    fn move_some(&mut self, blocks: &[Block], dead: DeadSlots) -> Result<(), StoreError> {
        if blocks.is_empty() {
            return Ok(());
        }
        self.ready()?;
        let record = Record {
            dead: dead.into_rows(),
            ..Record::default()
        };
        let blocks: Vec<&Block> = blocks.iter().collect();
        self.publish(&blocks, record, &[])
    }
}
