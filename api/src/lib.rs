//! The words of the HTTP API: what is asked, what is answered, and every refusal of its own by
//! number.
//!
//! Amounts are strings of digits, times are milliseconds since 1970, CIDs and DIDs their text. What
//! the ledger already has words for (a job's spec, a proposal's kind, a transaction) is spoken in
//! those; [`words`] says what they look like in JSON, for the OpenAPI document. A request with a
//! field that is not known is refused.
//!
//! ```
//! use icn_api::problem::Code;
//! assert_eq!(Code::KeyReused.number(), 1018);
//! assert_eq!(Code::KeyReused.class(), "InvalidSystemApiCall");
//! ```

pub mod account;
pub mod chain;
pub mod dag;
pub mod event;
pub mod gov;
pub mod job;
pub mod limits;
pub mod market;
pub mod page;
pub mod problem;
pub mod status;
pub mod tx;
pub mod verify;
pub mod words;
pub mod zk;

pub use page::Page;
pub use problem::{Code, Problem};
