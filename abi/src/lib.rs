//! The host ABI, version 1: what a guest may import from module `icn`, and what each call costs and
//! needs.
//!
//! [`CALLS`] is the only source. The linker, the gate, the guest bindings and `docs/ABI.md` are
//! made from it or checked against it; nothing else in the workspace may spell a call's number or
//! type. This crate never runs anything: it has no state, no dependency and no `std`.
//!
//! ```
//! let call = icn_abi::by_name("host_sha256").expect("a row of the table");
//! assert_eq!(call.number, 32);
//! assert_eq!(icn_abi::nearest("host_sha265"), Some("host_sha256"));
//! ```
#![no_std]

#[cfg(any(feature = "formats", feature = "guest", test))]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod calls;
mod class;
#[cfg(any(feature = "formats", test))]
mod formats;
#[cfg(any(feature = "guest", test))]
pub mod guest;
mod lookup;
mod proof_fuel;
mod row;

pub use calls::CALLS;
pub use class::Class;
#[cfg(any(feature = "formats", test))]
pub use formats::{Format, render};
pub use lookup::{by_name, by_number, nearest};
pub use proof_fuel::{prove_fuel, verify_fuel};
pub use row::{Alternate, Answer, Arg, Call, Capability, Content, Kind, ManaRule, ValType};

/// The wasm module name of every import in the table.
pub const MODULE: &str = "icn";

/// What call 0 answers. A number, a name or a type never changes within a version; rows are only
/// added.
pub const VERSION: u32 = 1;
