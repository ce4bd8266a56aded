//! Runs: from the mesh's order to a worker's, and back.

use super::{Heart, Told};
use crate::worker::RunOrder;
use icn_base::JobId;
use icn_base::run::{Input as JobInput, Layout};
use icn_base::{Cid, Time};
use icn_dag::{Block, Blocks, StoreError};
use icn_ledger::{Header, State};
use icn_mesh::{Input, Ran};

impl Heart {
    pub(super) fn run(&mut self, order: icn_mesh::RunOrder) {
        let (job, started) = (order.job, self.clock.now());
        let wall_ms = order.deadline.ms_since(started);
        self.metrics.runs.inc();
        let (told, pool) = (self.intake.teller(), std::sync::Arc::clone(&self.pool));
        let reader = self.disk.store.reader();
        self.threads.spawn_blocking(move || {
            let order = match order_of(job, order.state, order.header, &reader, wall_ms) {
                Ok(order) => order,
                Err(why) => return ended(&told, job, started, Err(why.to_string())),
            };
            let teller = told.clone();
            let taken = pool.submit(order, move |done| {
                let result = done.map(|done| {
                    Box::new(Ran {
                        outcome: done.outcome,
                        blocks: done.blocks,
                    })
                });
                ended(
                    &teller,
                    job,
                    started,
                    result.map_err(|fault| fault.to_string()),
                );
            });
            if let Err(fault) = taken {
                ended(&told, job, started, Err(fault.to_string()));
            }
        });
    }
}

fn ended(
    told: &tokio::sync::mpsc::UnboundedSender<Told>,
    job: JobId,
    started: Time,
    result: Result<Box<Ran>, String>,
) {
    let ran = Input::Ran {
        job,
        started,
        result,
    };
    // The loop may have ended meanwhile.
    told.send(Told::Input(ran)).unwrap_or(());
}

/// The order of a run, with every block that it may read.
pub(crate) fn order_of(
    job: JobId,
    state: State,
    header: Header,
    blocks: &impl Blocks,
    wall_ms: u64,
) -> Result<RunOrder, StoreError> {
    let mut needed = Vec::new();
    if let Some(row) = state.job(&job) {
        needed.push(read(blocks, &row.spec.module)?);
        if let JobInput::Cid(input) = &row.spec.input {
            file(blocks, input, &mut needed)?;
        }
        for listed in &row.spec.reads {
            needed.push(read(blocks, &listed.cid)?);
        }
    }
    Ok(RunOrder {
        job,
        state,
        header,
        blocks: needed,
        wall_ms,
    })
}

/// A block, and its parts if it is a file of parts.
fn file(blocks: &impl Blocks, root: &Cid, into: &mut Vec<Block>) -> Result<(), StoreError> {
    let mut queue = vec![*root];
    while let Some(cid) = queue.pop() {
        let block = read(blocks, &cid)?;
        if let Ok(layout) = block.value::<Layout>() {
            queue.extend(layout.parts);
        }
        into.push(block);
    }
    Ok(())
}

fn read(blocks: &impl Blocks, cid: &Cid) -> Result<Block, StoreError> {
    blocks.get(cid)?.ok_or(StoreError::Missing(*cid))
}
