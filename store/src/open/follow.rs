//! Making the index follow the log: by the records that it lacks, or from nothing.

use crate::disk::fault;
use crate::index::Index;
use crate::log::{Dead, Reading, State};
use crate::note::{Note, Opened};
use crate::segment::{Found, Scan, Segments, Slot};
use icn_base::Cid;
use icn_base::cid::CID_BYTES;
use icn_dag::StoreError;
use std::collections::BTreeMap;
use std::io::ErrorKind;

/// Blocks that are handed to the index at a time.
const CHUNK_ENTRIES: usize = 4_096;

/// How far the building of an index has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of segments that were read.
    pub bytes: u64,
    /// Bytes of all segments.
    pub bytes_total: u64,
    /// Blocks that were found.
    pub blocks: u64,
}

/// An index on its way to where the log is.
pub(super) struct Follow<'a> {
    index: &'a Index,
    segments: &'a Segments,
    reading: &'a Reading,
    opened: &'a mut Opened,
    /// What was found and not yet handed to the index.
    chunk: Vec<(Cid, Option<Slot>)>,
    chunk_bytes: u64,
}

impl<'a> Follow<'a> {
    pub(super) fn new(
        index: &'a Index,
        segments: &'a Segments,
        reading: &'a Reading,
        opened: &'a mut Opened,
    ) -> Self {
        Self {
            index,
            segments,
            reading,
            opened,
            chunk: Vec::new(),
            chunk_bytes: 0,
        }
    }

    /// Applies the records that the index lacks.
    pub(super) fn catch_up(&mut self) -> Result<(), StoreError> {
        let mut state = State::default();
        for entry in self.reading.entries().flatten() {
            let behind = self.index.position().is_none_or(|at| at.seq < entry.at.seq);
            if behind && !entry.base {
                for dead in &entry.record.dead {
                    self.bury(dead)?;
                }
                for grown in &entry.record.grown {
                    let start = state.segments.get(&grown.segment).map_or(0, |at| at.length);
                    self.take(grown.segment, start, grown.length, &|_| false, &mut |_| ())?;
                }
                self.hand_over(Some(entry.at))?;
            }
            state.apply(&entry.record);
        }
        Ok(())
    }

    /// Fills an empty index.
    pub(super) fn build(
        &mut self,
        state: &State,
        reason: &str,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), StoreError> {
        let mut dead: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in self
            .reading
            .entries()
            .flatten()
            .flat_map(|entry| entry.record.dead)
        {
            dead.entry(row.segment).or_default().extend(row.offsets());
        }
        dead.values_mut()
            .for_each(|offsets| offsets.sort_unstable());
        let mut done = Progress {
            bytes_total: state.disk_bytes(),
            ..Progress::default()
        };
        for (&number, segment) in &state.segments {
            let dead = dead.remove(&number).unwrap_or_default();
            let is_dead = |slot: Slot| dead.binary_search(&slot.at).is_ok();
            let before = done.bytes;
            self.take(number, 0, segment.length, &is_dead, &mut |end| {
                done.blocks += 1;
                if done.blocks.is_multiple_of(CHUNK_ENTRIES as u64) {
                    done.bytes = before + end;
                    progress(done);
                }
            })?;
            done.bytes = before + segment.length;
            progress(done);
        }
        self.hand_over(Some(self.reading.position()))?;
        self.index.flush()?;
        if !state.segments.is_empty() {
            self.opened.add(Note::Rebuilt {
                reason: reason.to_owned(),
                blocks: done.blocks,
            });
        }
        Ok(())
    }

    /// Takes in the blocks between two offsets of a segment, but for those that are dead, and
    /// tells `each` where it ends.
    fn take(
        &mut self,
        segment: u32,
        start: u64,
        end: u64,
        is_dead: &dyn Fn(Slot) -> bool,
        each: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let Some(mut scan) = Scan::new(self.segments, segment, start, end)? else {
            return Ok(());
        };
        let place = |at: u64| format!("{} at {at}", self.segments.path(segment).display());
        while let Some(found) = scan.next()? {
            let (slot, cid) = match found {
                Found::Gap(at, _) => {
                    let place = place(at);
                    self.opened.add(Note::Damaged { cid: None, place });
                    continue;
                }
                Found::Block(slot, block) => (slot, *block.cid()),
                Found::Damaged(slot, cid) if !is_dead(slot) => {
                    self.opened.add(Note::Damaged {
                        cid: Some(cid),
                        place: place(u64::from(slot.at)),
                    });
                    (slot, cid)
                }
                Found::Damaged(..) => continue,
            };
            if is_dead(slot) {
                continue;
            }
            // A damaged block is taken in as well: asked for, it is to be called damaged, not
            // missing.
            self.chunk.push((cid, Some(slot)));
            self.chunk_bytes += u64::from(slot.length);
            each(u64::from(slot.at) + u64::from(slot.length));
            if self.chunk.len() >= CHUNK_ENTRIES {
                let position = self.index.position();
                self.hand_over(position)?;
            }
        }
        Ok(())
    }

    /// Forgets blocks, if they are still where a record found them.
    fn bury(&mut self, dead: &Dead) -> Result<(), StoreError> {
        let Some(file) = self.segments.file(dead.segment)? else {
            return Ok(());
        };
        for at in dead.offsets() {
            let mut bytes = [0; CID_BYTES];
            let Some(start) = u64::from(at).checked_sub(CID_BYTES as u64) else {
                continue;
            };
            match file.read_at(&mut bytes, start) {
                Ok(()) => {}
                // The file is short, which was noted.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => continue,
                Err(error) => {
                    return Err(fault("read", &self.segments.path(dead.segment))(error));
                }
            }
            let Ok(cid) = Cid::from_bytes(&bytes) else {
                continue;
            };
            let slot = self.index.find(&cid)?;
            if slot.is_some_and(|slot| (slot.segment, slot.at) == (dead.segment, at)) {
                self.chunk.push((cid, None));
            }
        }
        let position = self.index.position();
        self.hand_over(position)
    }

    fn hand_over(&mut self, position: Option<crate::log::Position>) -> Result<(), StoreError> {
        self.index.make_room()?;
        let bytes = std::mem::take(&mut self.chunk_bytes);
        self.index.apply(self.chunk.drain(..), bytes, position);
        Ok(())
    }
}
