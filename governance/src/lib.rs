//! What members may vote on.
//!
//! So far this is the table of governed parameters: every value that rules read and that only
//! genesis or an executed proposal may set. Each has a type, hard bounds and a default.
//!
//! ```
//! use icn_governance::Parameter;
//! let fee: Parameter = "tx_fee".parse().unwrap();
//! assert_eq!(fee.row().default, 1);
//! assert!(fee.check(u64::MAX).is_err());
//! ```
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod params;

pub use params::{Kind, Parameter, ParameterError, Row};
