//! RegisterExecutor: a member offers to run jobs, or changes its offer.

use crate::executor::{Executor, Profile};
use crate::limits::{CAPACITY_MAX, NAME_BYTES_MAX, NAMES_MAX};
use crate::{Draft, Event, Reject};
use icn_base::Did;

pub(super) fn act(draft: &mut Draft<'_>, from: Did, profile: &Profile) -> Result<(), Reject> {
    if !draft.actor(&from).account.is_member() {
        return Err(Reject::NotMember { did: from });
    }
    if !(1..=CAPACITY_MAX).contains(&profile.capacity) {
        return Err(Reject::CapacityRange {
            capacity: profile.capacity,
        });
    }
    let names = profile
        .labels
        .iter()
        .flat_map(|(name, value)| [name, value]);
    let mut names = names.chain(&profile.capabilities).chain([&profile.engine]);
    if profile.capabilities.len() > NAMES_MAX
        || profile.labels.len() > NAMES_MAX
        || names.any(|name| name.len() > NAME_BYTES_MAX)
    {
        return Err(Reject::ProfileTooLarge {});
    }
    let busy = draft.executor(&from).map_or(0, |executor| executor.busy);
    let executor = Executor {
        profile: profile.clone(),
        busy,
        open: true,
    };
    draft.put_executor(from, Some(executor));
    draft.emit(Event::ExecutorRegistered { executor: from });
    Ok(())
}
