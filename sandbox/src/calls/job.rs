//! Call 14: the job about itself.

use crate::env::EnvError;
use crate::host::Host;
use crate::json;
use crate::visit::{Answer, Inputs};
use icn_base::run::Grant;
use icn_base::{Cid, Did, JobId, Time};
use serde::Serialize;

/// What a job is told about itself.
#[derive(Serialize)]
struct JobInfo<'a> {
    id: JobId,
    owner: Did,
    module: Cid,
    entry: &'a str,
    fuel_limit: u64,
    memory_pages: u32,
    deadline: Time,
    grants: &'a [Grant],
    /// What is left of each grant.
    left: &'a [Grant],
}

pub(super) fn info(host: &mut Host, _: &Inputs<'_>) -> Result<Answer, EnvError> {
    let spec = &host.run.spec;
    let info = JobInfo {
        id: host.run.job,
        owner: host.run.owner,
        module: spec.module,
        entry: &spec.entry,
        fuel_limit: spec.fuel_limit,
        memory_pages: spec.memory_pages,
        deadline: spec.deadline,
        grants: &spec.grants,
        left: host.grants.left(),
    };
    Ok(Answer::Bytes(json::write(&info)?))
}
