//! Calls 3 and 4: blocks that the run writes, and blocks that the job lists.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::run::Effect;
use icn_base::{Cid, Codec, Mana};

pub(super) fn put(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let data = inputs.bytes(0);
    let bytes = data.len() as u64;
    let left = host.grants.write(bytes)?;
    if data.len() > BLOCK_BYTES_MAX {
        let text = format!("a block has at most {BLOCK_BYTES_MAX} bytes, this has {bytes}");
        return Err(Denial::new(Class::ResourceLimitExceeded, text).into());
    }
    let cid = Cid::of(Codec::Raw, data);
    host.effect(3, Effect::PutBlock { cid, bytes }, Mana::ZERO, left)?;
    host.blocks.insert(cid, data.to_vec());
    Ok(Answer::Bytes(cid.to_string().into_bytes()))
}

pub(super) fn get(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    host.grants.read()?;
    let cid: Cid = inputs
        .text(0)?
        .parse()
        .map_err(|error: icn_base::cid::CidError| {
            Denial::new(Class::DagOperationFailed, error.to_string())
        })?;
    if let Some(block) = host.blocks.get(&cid) {
        return Ok(Answer::Bytes(block.clone()));
    }
    let Some(listed) = host.run.spec.reads.iter().find(|listed| listed.cid == cid) else {
        // Also if this node happens to have it: the answer is the same everywhere.
        let text =
            format!("block {cid} is not in the job's `reads`, and this run did not write it");
        return Err(Denial::new(Class::DagOperationFailed, text).into());
    };
    let size = listed.size;
    let block = host.env(|env| env.listed_block(&cid))?;
    if !cid.names(&block) {
        return Err(EnvError::Fault(format!(
            "the bytes kept for block {cid} are not that block"
        )));
    }
    if block.len() as u64 != size {
        let text = format!(
            "block {cid} has {} bytes, not {size} as the job's `reads` say",
            block.len()
        );
        return Err(Denial::new(Class::InvalidSpec, text).into());
    }
    Ok(Answer::Bytes(block))
}
