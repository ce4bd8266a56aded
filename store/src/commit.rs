//! A commit, in the one order that a crash cannot break: blocks to a segment, sync; a record to
//! the log, sync; then it is acknowledged. The index follows.

use crate::DiskStore;
use crate::cid_hash::CidSet;
use crate::log::{Dead, Record};
use crate::reader::Shared;
use crate::segment::{Slot, Written};
use icn_base::Cid;
use icn_dag::car::frame;
use icn_dag::{Batch, Block, StoreError};
use std::collections::BTreeMap;

/// Blocks that count no longer, by segment: their offsets and what they weigh.
#[derive(Debug, Default)]
pub(crate) struct DeadSlots(BTreeMap<u32, (Vec<u32>, u64)>);

/// What a batch comes to.
#[derive(Debug, Default)]
struct Plan<'a> {
    /// Blocks that are not here yet, or damaged.
    fresh: Vec<&'a Block>,
    /// What their frames weigh.
    needed: u64,
    /// Blocks that are dropped.
    dropped: Vec<Cid>,
    /// Where dropped and damaged blocks are.
    dead: DeadSlots,
}

impl DeadSlots {
    pub(crate) fn add(&mut self, slot: Slot) {
        let (offsets, bytes) = self.0.entry(slot.segment).or_default();
        offsets.push(slot.at);
        *bytes += slot.frame_bytes();
    }

    pub(crate) fn into_rows(self) -> Vec<Dead> {
        let rows = self.0.into_iter();
        rows.map(|(segment, (offsets, bytes))| Dead::new(segment, offsets, bytes))
            .collect()
    }
}

impl<'a> Plan<'a> {
    fn of(batch: &'a Batch, shared: &Shared) -> Result<Self, StoreError> {
        let mut plan = Self::default();
        let mut kept = CidSet::default();
        kept.reserve(batch.blocks.len());
        for block in &batch.blocks {
            if kept.insert(*block.cid()) {
                plan.keep(block, shared)?;
            }
        }
        let mut dropped = CidSet::default();
        for cid in &batch.drop {
            if !kept.contains(cid)
                && dropped.insert(*cid)
                && let Some(spot) = shared.find(cid)?
            {
                plan.dead.add(spot.slot);
                plan.dropped.push(*cid);
            }
        }
        Ok(plan)
    }

    /// Takes a block in, unless a sound copy is here. The copy is read: if the disk has damaged
    /// it, putting the block again is how it is mended.
    fn keep(&mut self, block: &'a Block, shared: &Shared) -> Result<(), StoreError> {
        if let Some(spot) = shared.find(block.cid())? {
            match shared.read(block.cid(), &spot) {
                Ok(_) => return Ok(()),
                Err(StoreError::Damaged { .. } | StoreError::Io { .. }) => self.dead.add(spot.slot),
                Err(error) => return Err(error),
            }
        }
        self.needed += frame::size(block.bytes().len());
        self.fresh.push(block);
        Ok(())
    }
}

impl DiskStore {
    /// Commits what must not fail while there is any room at all: neither the quota nor the reserve
    /// stands in its way, for which both were kept.
    pub fn commit_urgent(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.commit_batch(batch, true)
    }

    pub(crate) fn commit_batch(&mut self, batch: &Batch, urgent: bool) -> Result<(), StoreError> {
        self.ready()?;
        let mut plan = Plan::of(batch, self.shared())?;
        if plan.needed > 0 {
            if let Err(StoreError::Quota { .. }) = self.room(plan.needed) {
                // What is dead may make room, but moving blocks outdates the plan.
                self.reclaim(plan.needed)?;
                plan = Plan::of(batch, self.shared())?;
            }
            if !urgent {
                self.room(plan.needed)?;
            }
        }
        let mut record = self.words(batch);
        record.dead = plan.dead.into_rows();
        if plan.fresh.is_empty() && record == Record::default() {
            return Ok(());
        }
        self.publish(&plan.fresh, record, &plan.dropped)
    }

    /// Writes blocks and the record that makes them and the rest of it count.
    pub(crate) fn publish(
        &mut self,
        blocks: &[&Block],
        mut record: Record,
        dropped: &[Cid],
    ) -> Result<(), StoreError> {
        let shared = std::sync::Arc::clone(self.shared());
        let mut written = Written::default();
        if !blocks.is_empty() {
            let blocks = blocks.iter().copied();
            written = self
                .appender
                .append(&shared.segments, &self.state, blocks)?;
        }
        record.grown.clone_from(&written.grown);
        let position = match self.log.append(&record) {
            Ok(position) => position,
            Err(error) => {
                self.appender.seal();
                self.unsettled = Some(written);
                // If it cannot be settled now, the next commit tries again before all else.
                drop(self.settle());
                return Err(error);
            }
        };
        written.adopt(&shared.segments);
        self.state.apply(&record);
        let bytes = blocks.iter().map(|block| block.bytes().len() as u64).sum();
        let gone = dropped.iter().map(|&cid| (cid, None));
        let here = written
            .slots
            .into_iter()
            .map(|(cid, slot)| (cid, Some(slot)));
        shared.index.apply(gone.chain(here), bytes, Some(position));
        Ok(())
    }

    /// The pins and names of a batch that change something.
    fn words(&self, batch: &Batch) -> Record {
        let state = &self.state;
        let mut pins = BTreeMap::new();
        pins.extend(batch.unpin.iter().map(|root| (*root, None)));
        pins.extend(batch.pin.iter().map(|pin| (pin.root, Some(*pin))));
        let mut record = Record::default();
        for (root, pin) in pins {
            let before = state.pins.get(&root);
            match pin {
                Some(pin) if before != Some(&pin.until) => record.pinned.push(pin.into()),
                None if before.is_some() => record.unpinned.push(root),
                Some(_) | None => {}
            }
        }
        for (name, target) in &batch.names {
            match target {
                Some(cid) if state.names.get(name) != Some(cid) => {
                    record.named.insert(name.clone(), *cid);
                }
                None if state.names.contains_key(name) => record.unnamed.push(name.clone()),
                Some(_) | None => {}
            }
        }
        record
    }
}
