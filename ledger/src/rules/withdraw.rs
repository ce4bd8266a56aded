//! Withdraw: an executor takes no more jobs. Running ones run to their end.

use crate::{Draft, Event, Reject};
use icn_base::Did;

pub(super) fn act(draft: &mut Draft<'_>, from: Did) -> Result<(), Reject> {
    let known = draft
        .executor(&from)
        .filter(|executor| executor.open)
        .cloned();
    let Some(mut executor) = known else {
        return Err(Reject::NotRegistered { executor: from });
    };
    executor.open = false;
    let still_needed = (executor.busy > 0).then_some(executor);
    draft.put_executor(from, still_needed);
    draft.emit(Event::ExecutorWithdrawn { executor: from });
    Ok(())
}
