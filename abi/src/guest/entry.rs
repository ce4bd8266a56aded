//! What happens between the host's call of `run` and the job's function.

use super::calls::{log_message, read_input, write_output};
use alloc::{string::ToString, vec::Vec};
use core::fmt::Display;

/// The levels of `log_message`.
pub mod level {
    /// The job failed.
    pub const ERROR: u32 = 0;
    /// Something is not as it should be.
    pub const WARN: u32 = 1;
    /// What the job does.
    pub const INFO: u32 = 2;
    /// For who writes the job.
    pub const DEBUG: u32 = 3;
    /// Every step.
    pub const TRACE: u32 = 4;
}

/// Hands the job's input to its function and its output to the host; [`crate::job!`] calls it.
pub fn run<E: Display>(job: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, E>) -> i64 {
    let input = match read_input() {
        Ok(input) => input,
        Err(error) => fail(&error),
    };
    match job(input).map(|output| write_output(&output)) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => fail(&error),
        Err(error) => fail(&error),
    }
}

/// Says why in the log, then traps: a run that returns would have its effects applied.
fn fail(why: &dyn Display) -> ! {
    // A full log must not hide the failure itself.
    log_message(level::ERROR, &why.to_string()).ok();
    trap(why)
}

#[cfg(target_arch = "wasm32")]
fn trap(_: &dyn Display) -> ! {
    core::arch::wasm32::unreachable()
}

#[cfg(not(target_arch = "wasm32"))]
#[expect(
    clippy::panic,
    reason = "off wasm, a panic is what a test sees of a trap"
)]
fn trap(why: &dyn Display) -> ! {
    panic!("the guest trapped: {why}")
}
