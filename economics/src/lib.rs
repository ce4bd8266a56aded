//! Mana as values: what an account may do, what work costs, and that nothing is lost.
//!
//! - [`Account`]: a total, of which parts may be held for jobs or bonded for promises.
//! - [`Regeneration`]: the index by which members' accounts refill, computed when touched.
//! - [`Supply`]: the treasury, and all mana that was ever made.
//! - [`Hold`]: one job's resting place for its owner's mana; closed exactly once.
//! - [`Offer`] and [`Quote`]: what a run costs, what it may cost at most, what must be held for it.
//! - [`audit()`]: the sum of everything equals what was made.
//!
//! Everything is a small value that changes in place or answers with an error and stays as it
//! was. Nothing here knows a job's rules, reads a clock or rounds without saying for whom:
//! prices round up in favour of the executor, fees round up in favour of the treasury, and what
//! regeneration would add beyond the capacity is not made at all.
//!
//! ```
//! use icn_base::Mana;
//! use icn_economics::{Account, Supply};
//!
//! let mana = |units| Mana::new(units).unwrap();
//! let mut supply = Supply::default();
//! let mut owner = Account::default();
//! supply.mint_genesis(&mut owner, mana(100)).unwrap();
//! owner.hold(mana(60)).unwrap();
//! assert_eq!(owner.spendable(), mana(40));
//! owner.pay_from_hold(mana(10)).unwrap();
//! supply.collect(mana(10)).unwrap();
//! owner.release(mana(50)).unwrap();
//! assert_eq!(owner.spendable(), mana(90));
//! assert!(icn_economics::audit([&owner], &supply).is_ok());
//! ```
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod account;
pub mod audit;
pub mod hold;
pub mod price;
pub mod regeneration;
pub mod supply;

pub use account::{Account, AccountError};
pub use audit::{AuditError, audit};
pub use hold::Hold;
pub use price::{Offer, Quote};
pub use regeneration::Regeneration;
pub use supply::Supply;
