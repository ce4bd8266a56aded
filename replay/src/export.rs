//! The file of a receipt: all that it takes to run the job again, and to know that the state it ran
//! on was the network's.
//!
//! A CAR with two roots, the receipt and the header of the block after the snapshot. That header
//! names the snapshot's root, and its parent is the block that assigned the job. Beside them stand
//! the module, the input, the blocks that the run read, and a proof of each row that it read.

use crate::book::Asked;
use icn_base::Cid;
use icn_base::run::{Input, Receipt};
use icn_dag::car::{CarError, Writer};
use icn_dag::walk::{Step, Walk, WalkError};
use icn_dag::{Block, BlockError, Blocks, StoreError};
use icn_ledger::proof::CannotProve;
use icn_ledger::{Header, State};
use std::collections::BTreeSet;
use std::io::Write;

/// What a receipt is proved with.
#[derive(Debug)]
pub struct Evidence<'a, B: ?Sized> {
    /// The receipt.
    pub receipt: &'a Receipt,
    /// The header of the block that assigned its job.
    pub header: &'a Header,
    /// The header of the block after it, which names the snapshot's root.
    pub next: &'a Header,
    /// The snapshot.
    pub state: &'a State,
    /// What the run has read of it.
    pub asked: &'a Asked,
    /// Where module, input and reads are.
    pub blocks: &'a B,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The state is not the one that the receipt names, or headers do not fix it.
    #[error("this is not the snapshot of the receipt: {0}")]
    Snapshot(&'static str),
    /// A row cannot be proved.
    #[error(transparent)]
    Prove(#[from] CannotProve),
    /// A block cannot be made.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// A block is missing or damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The input links to more than can be walked.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// The file cannot be written.
    #[error(transparent)]
    Car(#[from] CarError),
}

/// Writes the file of a receipt, and returns its size.
pub fn export<B: Blocks + ?Sized>(
    evidence: &Evidence<'_, B>,
    into: impl Write,
) -> Result<u64, ExportError> {
    let job = fits(evidence)?;
    let receipt = Block::cbor(evidence.receipt)?;
    let (next, header) = (evidence.next.block(), evidence.header.block());
    let mut file = File {
        writer: Writer::new(into, &[*receipt.cid(), *next.cid()])?,
        written: BTreeSet::new(),
    };
    for block in [&receipt, &next, &header] {
        file.put(block)?;
    }
    let spec = &evidence.state.job(&job).ok_or(NO_JOB)?.spec;
    file.copy(evidence.blocks, &spec.module)?;
    if let Input::Cid(input) = &spec.input {
        let mut walk = Walk::new(&[*input]);
        while let Some(step) = walk.step(evidence.blocks)? {
            match step {
                Step::Block(block) => file.put(&block)?,
                Step::Leaf { cid, .. } => file.copy(evidence.blocks, &cid)?,
                Step::Missing(cid) => return Err(StoreError::Missing(cid).into()),
                Step::Damaged { cid, place } => {
                    return Err(StoreError::Damaged { cid, place }.into());
                }
            }
        }
    }
    for cid in &evidence.asked.blocks {
        file.copy(evidence.blocks, cid)?;
    }
    if evidence.asked.all {
        for block in evidence.state.prove_all() {
            file.put(&block)?;
        }
    } else {
        for key in &evidence.asked.rows {
            for block in evidence.state.prove(*key)?.blocks() {
                file.put(block)?;
            }
        }
    }
    Ok(file.writer.finish()?)
}

const NO_JOB: ExportError = ExportError::Snapshot("its job is not in the state");

/// The receipt's job, if state and headers are those of its snapshot.
fn fits<B: ?Sized>(evidence: &Evidence<'_, B>) -> Result<icn_base::JobId, ExportError> {
    let claim = &evidence.receipt.claim;
    let wrong = |what| Err(ExportError::Snapshot(what));
    if evidence.state.root() != Some(&claim.snapshot.root) {
        return wrong("the state has another root");
    }
    if evidence.next.state != claim.snapshot.root {
        return wrong("the header after it names another state");
    }
    if evidence.next.parent != *evidence.header.block().cid() {
        return wrong("the headers do not follow each other");
    }
    Ok(claim.job)
}

/// A CAR in which each block stands once.
struct File<W> {
    writer: Writer<W>,
    written: BTreeSet<Cid>,
}

impl<W: Write> File<W> {
    fn put(&mut self, block: &Block) -> Result<(), ExportError> {
        if self.written.insert(*block.cid()) {
            self.writer.put(block)?;
        }
        Ok(())
    }

    fn copy(&mut self, from: &(impl Blocks + ?Sized), cid: &Cid) -> Result<(), ExportError> {
        let block = from.get(cid)?.ok_or(StoreError::Missing(*cid))?;
        self.put(&block)
    }
}
