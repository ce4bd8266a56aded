//! Appending blocks to segments: written and synced, but acknowledged only by the log.

use super::{Segments, Slot, prologue};
use crate::disk::{DiskFile, fault};
use crate::log::{Grown, Segment, State};
use icn_base::Cid;
use icn_dag::car::frame;
use icn_dag::{Block, StoreError};
use std::sync::Arc;

/// Frames are gathered up to this size before they are written.
const BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Where the next block goes.
#[derive(Debug)]
pub(crate) struct Appender {
    /// The segment that grows, if there is one.
    active: Option<u32>,
    /// No segment has had this number.
    next: u32,
    /// No segment grows past this size, unless its only block makes it.
    target_bytes: u64,
}

/// Blocks that are on the disk.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// The segments that hold them, for the log.
    pub(crate) grown: Vec<Grown>,
    /// Where each block is, for the index.
    pub(crate) slots: Vec<(Cid, Slot)>,
    /// Segments that are new.
    made: Vec<(u32, Arc<dyn DiskFile>)>,
}

/// A segment that is being appended to.
struct Open {
    number: u32,
    file: Arc<dyn DiskFile>,
    /// Where the buffer goes.
    at: u64,
    blocks: u64,
    buffer: Vec<u8>,
}

impl Appender {
    /// Goes on with a segment, or begins with a new one.
    pub(crate) const fn new(active: Option<u32>, next: u32, target_bytes: u64) -> Self {
        Self {
            active,
            next,
            target_bytes,
        }
    }

    /// Writes blocks and makes them survive a crash. Nothing counts until the log says so.
    ///
    /// After an error, what was written is cut off again as far as the disk lets us, and the
    /// segment is not appended to any more: what the kernel holds of it may not be what is on the
    /// disk.
    pub(crate) fn append<'a>(
        &mut self,
        segments: &Segments,
        state: &State,
        blocks: impl Iterator<Item = &'a Block>,
    ) -> Result<Written, StoreError> {
        let mut written = Written::default();
        let mut open = None;
        let result = self.write(segments, state, blocks, &mut open, &mut written);
        if result.is_err() {
            self.seal();
            let touched = open.map(|open: Open| open.number);
            written.undo(segments, state, touched);
        }
        result.map(|()| written)
    }

    /// Begins a new segment with the next block.
    pub(crate) const fn seal(&mut self) {
        self.active = None;
    }

    /// The segment that grows.
    pub(crate) const fn active(&self) -> Option<u32> {
        self.active
    }

    /// A number above that of every segment so far.
    pub(crate) const fn next(&self) -> u32 {
        self.next
    }

    fn write<'a>(
        &mut self,
        segments: &Segments,
        state: &State,
        blocks: impl Iterator<Item = &'a Block>,
        open: &mut Option<Open>,
        written: &mut Written,
    ) -> Result<(), StoreError> {
        for block in blocks {
            let size = frame::size(block.bytes().len());
            if let Some(full) = open.take_if(|open| open.length() + size > self.target_bytes) {
                full.finish(segments, written)?;
                self.seal();
            }
            let open = match open {
                Some(open) => open,
                None => open.insert(self.open(segments, state, size, written)?),
            };
            let slot = open.push(block, segments)?;
            written.slots.push((*block.cid(), slot));
        }
        match open.take() {
            Some(open) => open.finish(segments, written),
            None => Ok(()),
        }
    }

    /// The active segment if the block fits, or a new one.
    fn open(
        &mut self,
        segments: &Segments,
        state: &State,
        size: u64,
        written: &mut Written,
    ) -> Result<Open, StoreError> {
        let active = self.active.and_then(|number| {
            let segment = state.segments.get(&number)?;
            (segment.length + size <= self.target_bytes).then_some((number, segment))
        });
        if let Some((number, &Segment { length, blocks, .. })) = active
            && let Some(file) = segments.file(number)?
        {
            return Ok(Open::new(number, file, length, blocks, Vec::new()));
        }
        let number = self.next;
        self.next += 1;
        let (path, dir) = (segments.path(number), segments.dir());
        let file = segments.disk().create(&path);
        let file = file.map_err(fault("create", &path))?;
        written.made.push((number, Arc::clone(&file)));
        segments.disk().sync_dir(dir).map_err(fault("sync", dir))?;
        self.active = Some(number);
        Ok(Open::new(number, file, 0, 0, prologue()))
    }
}

impl Written {
    /// The segments that are new count from now on.
    pub(crate) fn adopt(&mut self, segments: &Segments) {
        for (number, file) in self.made.drain(..) {
            segments.add(number, file);
        }
    }

    /// Cuts off what was written, as far as the disk lets us; the next open does the rest.
    pub(crate) fn undo(&self, segments: &Segments, state: &State, touched: Option<u32>) {
        let finished = self.grown.iter().map(|grown| grown.segment);
        for number in finished.chain(touched) {
            if let Some(segment) = state.segments.get(&number)
                && let Ok(Some(file)) = segments.file(number)
            {
                drop(file.set_len(segment.length));
            }
        }
        for (number, _) in &self.made {
            drop(segments.disk().remove(&segments.path(*number)));
        }
    }
}

impl Open {
    const fn new(
        number: u32,
        file: Arc<dyn DiskFile>,
        at: u64,
        blocks: u64,
        buffer: Vec<u8>,
    ) -> Self {
        Self {
            number,
            file,
            at,
            blocks,
            buffer,
        }
    }

    fn length(&self) -> u64 {
        self.at + self.buffer.len() as u64
    }

    fn push(&mut self, block: &Block, segments: &Segments) -> Result<Slot, StoreError> {
        let bytes = block.bytes();
        frame::push(&mut self.buffer, block.cid(), bytes);
        self.blocks += 1;
        let at = self.length() - bytes.len() as u64;
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush(segments)?;
        }
        Ok(Slot {
            segment: self.number,
            at: u32::try_from(at).expect("a segment is smaller than 4 GiB"),
            length: u32::try_from(bytes.len()).expect("a block has at most 2 MiB"),
        })
    }

    fn flush(&mut self, segments: &Segments) -> Result<(), StoreError> {
        let wrote = self.file.write_at(&self.buffer, self.at);
        wrote.map_err(|error| fault("write", &segments.path(self.number))(error))?;
        self.at = self.length();
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self, segments: &Segments, written: &mut Written) -> Result<(), StoreError> {
        // Noted first, so that after a fault it is among what is undone.
        written.grown.push(Grown {
            segment: self.number,
            length: self.length(),
            blocks: self.blocks,
        });
        self.flush(segments)?;
        let synced = self.file.sync();
        synced.map_err(|error| fault("sync", &segments.path(self.number))(error))
    }
}
