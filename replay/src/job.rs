//! From a job's row to what the sandbox runs: its module and its input, from blocks.

use crate::book::{Asked, Lacking, Live, block};
use crate::env::BookEnv;
use icn_base::limits::RUN_INPUT_BYTES_MAX;
use icn_base::run::{BlockInfo, Input, JobSpec};
use icn_base::{Cid, Codec, JobId};
use icn_dag::{Blocks, file};
use icn_ledger::{Header, Job, State};
use icn_sandbox::{Finished, NodeFault, Run, Sandbox};
use std::sync::Arc;

/// The job, ready to run. `wall_ms` is how long it may take on this machine.
pub fn run(
    id: JobId,
    job: &Job,
    blocks: &(impl Blocks + ?Sized),
    wall_ms: u64,
) -> Result<Arc<Run>, Lacking> {
    let spec = JobSpec::clone(&job.spec);
    let code = block(blocks, &spec.module)?;
    let input = input(blocks, &spec)?;
    Ok(Arc::new(Run {
        job: id,
        owner: job.owner,
        spec,
        code: code.into(),
        input: input.into(),
        wall_ms,
    }))
}

/// The bytes of a job's input.
pub fn input(blocks: &(impl Blocks + ?Sized), spec: &JobSpec) -> Result<Vec<u8>, Lacking> {
    match &spec.input {
        Input::Inline(bytes) => Ok(bytes.to_vec()),
        Input::Cid(cid) => content(blocks, cid),
    }
}

/// The CID of a job's input, also of one that stands in the spec.
pub fn input_cid(spec: &JobSpec) -> Cid {
    match &spec.input {
        Input::Cid(cid) => *cid,
        Input::Inline(bytes) => Cid::of(Codec::Raw, bytes),
    }
}

/// What the header of the assigning block tells a guest.
pub fn block_info(header: &Header) -> BlockInfo {
    BlockInfo {
        height: header.height,
        time: header.time,
        block: *header.block().cid(),
        network: header.network,
    }
}

fn content(blocks: &(impl Blocks + ?Sized), cid: &Cid) -> Result<Vec<u8>, Lacking> {
    let size = file::size(blocks, cid).map_err(Lacking::because)?;
    if size > RUN_INPUT_BYTES_MAX {
        let text = format!("the input has {size} bytes, {RUN_INPUT_BYTES_MAX} can be run with");
        return Err(Lacking(text));
    }
    let mut bytes = Vec::new();
    file::get(blocks, cid, &mut bytes, |_| {}).map_err(Lacking::because)?;
    Ok(bytes)
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum NoOutcome {
    /// Something that the run needs is not here.
    #[error(transparent)]
    Lacking(#[from] Lacking),
    /// This machine could not run it to its end.
    #[error(transparent)]
    Fault(#[from] NodeFault),
}

/// Runs a job on the state after the block that assigned it, and says what the run has read of it.
pub fn run_on(
    sandbox: &Sandbox,
    state: &State,
    blocks: &(impl Blocks + ?Sized),
    (id, header): (JobId, &Header),
    wall_ms: u64,
) -> Result<(Finished, Asked), NoOutcome> {
    let mut env = BookEnv::new(Live::new(state, blocks), id, block_info(header))?;
    let run = run(id, env.job(), blocks, wall_ms)?;
    let finished = sandbox.run(&run, &mut env)?;
    Ok((finished, env.into_book().asked()))
}
