//! The one place of the command line that reads the clock.

use crate::failure::Failure;
use icn_abi::Class;
use icn_base::Time;
use std::time::SystemTime;

/// Now.
pub(crate) fn now() -> Result<Time, Failure> {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since_1970
        .ok()
        .and_then(|since| u64::try_from(since.as_millis()).ok())
        .and_then(|ms| Time::from_ms(ms).ok())
        .ok_or_else(|| {
            Failure::new(
                Class::Internal,
                "the clock of this machine is not in this age: set it",
            )
        })
}
