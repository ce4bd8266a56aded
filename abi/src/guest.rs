//! The guest SDK: what a job written in Rust needs, and no pointer in sight.
//!
//! A job is a function from its input to its output, or to an error that says why not:
//!
//! ```
//! # extern crate std as alloc;
//! use alloc::{string::String, vec::Vec};
//! use icn_abi::guest;
//!
//! fn greet(input: Vec<u8>) -> Result<Vec<u8>, String> {
//!     let name = String::from_utf8(input).map_err(|_| "the input is not UTF-8")?;
//!     guest::log_message(guest::level::INFO, &name).map_err(|error| error.to_string())?;
//!     Ok(["hello ", &name].concat().into_bytes())
//! }
//! icn_abi::job!(greet);
//! # fn main() {}
//! ```
//!
//! Off wasm the calls reach [`mock`], so that `cargo test` runs a guest's logic without a node.

use crate::class;

mod answer;
#[rustfmt::skip]
mod calls;
mod entry;
mod error;
#[cfg(not(target_arch = "wasm32"))]
pub mod mock;
#[cfg(all(feature = "rt", target_arch = "wasm32"))]
mod rt;
#[rustfmt::skip]
mod sys;

pub use calls::*;
pub use class::Class;
pub use entry::{level, run};
pub use error::Error;

/// Makes a function the guest's entry point, `run`.
///
/// The function takes the job's input and gives its output, `fn(Vec<u8>) -> Result<Vec<u8>, impl
/// Display>`. An error is logged and ends the run with a trap, so that none of its effects stand.
#[macro_export]
macro_rules! job {
    ($main:path) => {
        #[doc = "The entry point that the host calls."]
        #[unsafe(no_mangle)]
        pub extern "C" fn run() -> i64 {
            $crate::guest::run($main)
        }
    };
}

#[cfg(test)]
mod tests;
