//! Collection: drops the blocks that no holding pin and no name reaches.
//!
//! First everything that is kept is walked and remembered by CID; then the store is gone through a
//! page at a time, and what was not met is dropped, a batch for each page. Every batch leaves a
//! store in which all that is kept is whole, so a collection may be interrupted anywhere and
//! simply be started again.
//!
//! A missing block below a pin does not end the pin: all that is known to be reached is kept. What
//! only a missing block links to cannot be known, and goes. A *damaged* block that has links stops
//! the collection before anything is dropped, because the block may yet be repaired and would then
//! need what it links to.

use crate::survey::{Listed, Tally};
use crate::walk::{Step, Walk, WalkError};
use crate::{Batch, Store, StoreError};
use icn_base::{Cid, Time, limits::PAGE_CIDS};
use std::collections::BTreeSet;

/// How to collect.
#[derive(Clone, Copy, Debug)]
pub struct Collect {
    /// Pins that do not hold at this time keep nothing, and are removed.
    pub now: Time,
    /// Only says what would be dropped.
    pub dry_run: bool,
}

/// What a collection did, or would do; or has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// CIDs that have been walked to learn what is kept.
    pub walked: u64,
    /// Blocks that are kept.
    pub kept: Tally,
    /// Blocks that were dropped.
    pub dropped: Tally,
    /// Pins whose time had passed, and that were removed.
    pub expired: u64,
    /// Blocks that pins and names reach, but that are not here.
    pub missing: Listed,
}

impl Collect {
    /// Collects; `progress` is told the state after each block walked and each page dropped.
    pub fn run(
        self,
        store: &mut (impl Store + ?Sized),
        mut progress: impl FnMut(&Collected),
    ) -> Result<Collected, WalkError> {
        let mut done = Collected::default();
        let (kept, expired) = self.roots(store)?;
        let reached = reach(&kept, store, &mut done, &mut progress)?;
        let mut last = None;
        loop {
            let page = store.list(last.as_ref(), PAGE_CIDS)?;
            let Some(end) = page.last() else { break };
            last = Some(*end);
            let mut drop = Vec::new();
            for cid in page {
                let size = store.size(&cid)?.ok_or(StoreError::Missing(cid))?;
                if reached.contains(&cid) {
                    done.kept.add(size);
                } else {
                    done.dropped.add(size);
                    drop.push(cid);
                }
            }
            self.commit(store, |batch| batch.drop = drop)?;
            progress(&done);
        }
        done.expired = expired.len() as u64;
        self.commit(store, |batch| batch.unpin = expired)?;
        Ok(done)
    }

    /// The roots that are kept, and those of the pins that have expired.
    fn roots(self, store: &(impl Store + ?Sized)) -> Result<(Vec<Cid>, Vec<Cid>), StoreError> {
        let (mut kept, mut expired) = (Vec::new(), Vec::new());
        for pin in store.pins()? {
            if pin.holds(self.now) {
                kept.push(pin.root);
            } else {
                expired.push(pin.root);
            }
        }
        kept.extend(store.names()?.into_values());
        Ok((kept, expired))
    }

    fn commit(
        self,
        store: &mut (impl Store + ?Sized),
        change: impl FnOnce(&mut Batch),
    ) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        change(&mut batch);
        if self.dry_run || batch.is_empty() {
            return Ok(());
        }
        store.commit(batch)
    }
}

/// The CIDs that roots reach.
fn reach(
    roots: &[Cid],
    store: &(impl Store + ?Sized),
    done: &mut Collected,
    progress: &mut impl FnMut(&Collected),
) -> Result<BTreeSet<Cid>, WalkError> {
    let mut walk = Walk::new(roots).without_leaves();
    while let Some(step) = walk.step(store)? {
        done.walked += 1;
        match step {
            Step::Block(_) | Step::Leaf { .. } => {}
            Step::Missing(cid) => done.missing.add(cid),
            Step::Damaged { cid, place } => {
                return Err(StoreError::Damaged { cid, place }.into());
            }
        }
        progress(done);
    }
    Ok(walk.into_visited())
}

#[cfg(test)]
mod tests;
