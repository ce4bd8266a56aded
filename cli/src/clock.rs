//! The one place of the command line that reads the clock, and how a time is shown.

use crate::failure::Failure;
use icn_abi::Class;
use icn_base::Time;
use std::time::{Duration, SystemTime};

/// The year 9999.
const SPELT_MS: u64 = 253_370_764_800_000;

/// A time for people, as in `2026-11-28T05:00:00Z`.
pub(crate) fn shown(time: Time) -> String {
    let since_1970 = Duration::from_millis(time.as_ms());
    match SystemTime::UNIX_EPOCH.checked_add(since_1970) {
        // A year beyond 9999 has no such spelling.
        Some(at) if time.as_ms() < SPELT_MS => humantime::format_rfc3339_millis(at).to_string(),
        _ => time.to_string(),
    }
}

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
