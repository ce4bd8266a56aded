//! Calls 16, 22, 23 and 27: child jobs, open jobs, receipts of work done elsewhere.

use crate::env::{Denial, EnvError};
use crate::host::Host;
use crate::json;
use crate::visit::{Answer, Inputs};
use icn_abi::Class;
use icn_base::limits::CHILDREN_MAX;
use icn_base::run::{Effect, Inherited, JobRequest, Receipt};
use icn_base::{JobId, Mana, codec};

pub(super) fn submit(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let request: JobRequest = json::read(inputs.bytes(0))?;
    let spec = request.complete(Inherited::of(&host.run.spec));
    if host.children == CHILDREN_MAX {
        let text = format!("a run submits at most {CHILDREN_MAX} child jobs");
        return Err(Denial::new(Class::ResourceLimitExceeded, text).into());
    }
    let hold = host.env(|env| env.child_hold(&spec))?;
    let left = host.grants.submit(hold, &spec.grants)?;
    let id = spec
        .child_id(&host.run.job, host.effects.len() as u64)
        .map_err(|error| Denial::new(Class::InvalidSpec, error.to_string()))?;
    host.effect(
        16,
        Effect::SubmitJob {
            spec: Box::new(spec),
        },
        hold,
        left,
    )?;
    host.children += 1;
    Ok(Answer::Child(id))
}

pub(super) fn pending(host: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    let jobs = host.env(|env| env.pending_jobs())?;
    Ok(Answer::Bytes(json::write(&jobs)?))
}

pub(super) fn anchor(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let receipt: Receipt = json::read(inputs.bytes(0))?;
    receipt
        .verify(&host.block.network)
        .map_err(|error| Denial::new(Class::SignatureError, error.to_string()))?;
    let malformed =
        |error: codec::CodecError| Denial::new(Class::MissingOrInvalidReceipt, error.to_string());
    let bytes = codec::encode(&receipt).map_err(malformed)?;
    let cid = receipt.cid().map_err(malformed)?;
    let left = host.grants.write(bytes.len() as u64)?;
    host.effect(
        23,
        Effect::AnchorReceipt {
            receipt: Box::new(receipt),
        },
        Mana::ZERO,
        left,
    )?;
    Ok(Answer::Bytes(cid.to_string().into_bytes()))
}

pub(super) fn status(host: &mut Host, inputs: &Inputs<'_>) -> Result<Answer, EnvError> {
    let id: JobId = inputs
        .text(0)?
        .parse()
        .map_err(|error: icn_base::cid::CidError| {
            Denial::new(Class::InvalidSystemApiCall, error.to_string())
        })?;
    match host.env(|env| env.job(&id))? {
        Some(status) => Ok(Answer::Bytes(json::write(&status)?)),
        None => {
            let text = format!("there is no job {id} at the snapshot");
            Err(Denial::new(Class::UnknownJob, text).into())
        }
    }
}
