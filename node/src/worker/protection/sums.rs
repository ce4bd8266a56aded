//! How much of the machine a worker may use.

use crate::worker::limits::{CPU_SECONDS_MAX, FILE_BYTES_MAX, FILES_MAX};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Address space that the engine keeps for guests' memories without using it.
const RESERVED_BYTES: u64 = 16 << 30;

/// What holds from the start.
pub(super) fn first() -> Result<(), String> {
    set(Resource::Core, 0)?;
    set(Resource::Fsize, FILE_BYTES_MAX)?;
    set(Resource::Nofile, FILES_MAX)?;
    set(Resource::Cpu, CPU_SECONDS_MAX)
}

/// What holds once the engine has its reserve: so much memory, whatever is compiled or run.
pub(super) fn memory(bytes: u64) -> Result<(), String> {
    set(Resource::Data, bytes)?;
    set(Resource::As, bytes.saturating_add(RESERVED_BYTES))
}

/// A lower limit that came from outside stays.
fn set(resource: Resource, most: u64) -> Result<(), String> {
    let was = getrlimit(resource);
    let least = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    let limit = Rlimit {
        current: least(was.current),
        maximum: least(was.maximum),
    };
    setrlimit(resource, limit).map_err(|error| format!("{resource:?}: {error}"))
}
