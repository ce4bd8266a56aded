//! The agreed book: mana, jobs, receipts and what members decide, as one state machine.
//!
//! [`State`] is everything that is agreed. [`apply_block`] folds the ordered transactions of a
//! block into it; [`apply()`] takes one, [`check`] only answers. Each answer depends on the state, the
//! transaction and the block's time, and on nothing else: no clock, no chance, no disk.
//!
//! | to find | read |
//! |---|---|
//! | what an action means | `rules/`, one file each, listed in `rules.rs` |
//! | when a job's mana goes back, and who is paid | `rules/ending.rs` |
//! | what becomes of a validator that says two things at once | `rules/evidence.rs` |
//! | what happens by time alone | `rules/expire.rs` |
//! | what an executed proposal does, and when it is in force | `rules/govern.rs`, `next.rs` |
//! | why something is refused | `reject.rs`; every number has a row in `tests/book/tables/` |
//! | what must be held for a job | `quote.rs` |
//! | what a node asks before it bids, assigns, runs or makes a block | `market.rs` |
//! | what stands in the state, and under which key | `state.rs`, `key.rs` |
//! | circuits, issuers, revocations, trees and nullifiers | `zk.rs`, `rules/{circuits,issue,enrol,pay_proof}.rs` |
//! | a proposal as it is shown | `view.rs` |
//! | its root, proofs and snapshots | `commit.rs`, `proof.rs`, `snapshot.rs` |
//! | what a block of the chain is, as bytes | `header.rs` |
//! | what a run sees of its own effects, and which rows that takes | `scratch.rs`, `partial.rs` |
//!
//! What it never does: panic at what somebody sent, use a float, let arithmetic wrap, or change
//! half of something. A rule writes into a [`Draft`]; a draft is kept whole or dropped whole.
//!
//! ```
//! use icn_base::{Keypair, Mana, Time};
//! use icn_ledger::{Action, Genesis, GenesisAccount, SignedTx, TxBody, apply};
//!
//! let keys = Keypair::from_seed([1; 32]);
//! let mana = |units| Mana::new(units).unwrap();
//! let first = GenesisAccount { did: keys.did(), mana: mana(100), member: true, power: 1 };
//! let genesis = Genesis { accounts: vec![first], ..Genesis::default() };
//! let mut state = genesis.state().unwrap();
//!
//! let to = Keypair::from_seed([2; 32]).did();
//! let body = TxBody {
//!     network: genesis.network(),
//!     from: keys.did(),
//!     nonce: Some(0),
//!     valid_until: Time::from_ms(10_000).unwrap(),
//!     action: Action::Transfer { to, amount: mana(30), memo: String::new() },
//! };
//! let tx = SignedTx::sign(body, &keys);
//! apply(&mut state, &tx, Time::from_ms(1_000).unwrap()).unwrap();
//! assert_eq!(state.actor(&to).unwrap().account.total(), mana(30));
//! assert_eq!(state.actor(&keys.did()).unwrap().account.total(), mana(69), "a fee of 1");
//! assert!(apply(&mut state, &tx, Time::from_ms(1_001).unwrap()).is_err(), "the nonce is used");
//! ```
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod apply;
pub mod audit;
pub mod bid;
pub mod block;
pub mod commit;
pub mod draft;
mod due;
mod envelope;
pub mod event;
pub mod executor;
mod fault;
pub mod genesis;
pub mod grants;
pub mod header;
pub mod job;
pub mod key;
pub mod limits;
pub mod market;
mod next;
pub mod partial;
pub mod proof;
pub mod quote;
pub mod record;
pub mod reject;
pub mod rows;
mod rules;
pub mod scratch;
pub mod snapshot;
pub mod standing;
pub mod state;
mod table;
pub mod tx;
mod view;
pub mod zk;

pub use apply::{apply, apply_verified, check, check_verified};
pub use audit::AuditError;
pub use bid::{Bid, Terms};
pub use block::{Applied, BlockError, Verdict, apply_block, apply_verified_block};
pub use draft::Draft;
pub use event::Event;
pub use executor::{Executor, Profile};
pub use fault::Fault;
pub use genesis::{Genesis, GenesisAccount};
pub use header::Header;
pub use job::{Ending, Job};
pub use key::Key;
pub use market::{as_opened, could_sit, may_sit, may_take};
pub use partial::Partial;
pub use proof::Proof;
pub use reject::Reject;
pub use state::{Actor, State};
pub use tx::{Action, SignedTx, TxBody, Verified};
