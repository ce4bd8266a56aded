//! What members decide together: members, proposals, votes, delegation, tallies, and the governed
//! parameters that they may vote on.
//!
//! - [`Parameter`]: every value that rules read and that only genesis or an executed proposal may
//!   set, with its type, hard bounds and default.
//! - [`State`]: tables of rows; [`Book`] is what a rule reads of them and of the rest of the book.
//! - [`apply`]: what a member does; [`fall_due`]: what time does. Both answer with a [`Step`], or
//!   with a numbered [`Refusal`] and nothing is changed.
//! - [`Preview`]: exactly what a proposal would change now, and the CID that votes may be bound to.
//! - [`Enactment`]: what an executed proposal changes, as data. The ledger does it.
//!
//! Nothing here moves mana, reads a clock or knows a transaction. Every answer depends on its
//! arguments alone, so every node counts the same votes to the same end.
//!
//! ```
//! use icn_base::gov::{ProposalKind, ProposalRequest};
//! use icn_base::{Cid, Codec, Keypair, Mana, ProposalId, Time};
//! use icn_governance::{Action, Book, Changes, State, World, apply};
//! use std::collections::{BTreeMap, BTreeSet};
//!
//! let member = Keypair::from_seed([1; 32]).did();
//! let mut state = State::genesis([member], Time::ZERO);
//! let (parameters, validators) = (BTreeMap::new(), BTreeMap::from([(member, 1)]));
//! let circuits = BTreeSet::new();
//! let world = World {
//!     parameters: &parameters,
//!     pending: &parameters,
//!     validators: &validators,
//!     circuits: &circuits,
//!     treasury: Mana::ZERO,
//! };
//! let at = Time::from_ms(1_000).unwrap();
//! let changes = Changes::default();
//! let book = Book { state: &state, changes: &changes, world, at, parent: at, seen: at };
//!
//! let id = ProposalId::new(Cid::of(Codec::DagCbor, b"\xa0"));
//! let kind = ProposalKind::SetParameter { name: "tx_fee".into(), value: 2 };
//! let request = ProposalRequest { title: "Two for all".into(), text: String::new(), kind };
//! let step = apply(&book, &member, Action::Propose { id, request: request.into() }).unwrap();
//! state.absorb(step.changes);
//! assert_eq!(state.proposal(&id).unwrap().status().name(), "Deliberation");
//! ```
#![deny(clippy::arithmetic_side_effects)]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod book;
mod certain;
pub mod changes;
pub mod delegation;
pub mod enactment;
pub mod history;
pub mod limits;
pub mod member;
pub mod params;
mod plan;
pub mod preview;
pub mod proposal;
pub mod ranked;
pub mod refusal;
pub mod rules;
pub mod state;
pub mod step;
pub mod tally;
pub mod terms;

pub use book::{Book, World};
pub use changes::Changes;
pub use enactment::Enactment;
pub use history::History;
pub use member::Member;
pub use params::{Kind, Parameter, ParameterError, Row};
pub use preview::Preview;
pub use proposal::Proposal;
pub use refusal::{Reason, Refusal};
pub use rules::{Action, apply, fall_due};
pub use state::{Key, State};
pub use step::{Fact, Fee, Step};
pub use tally::{Tally, tally};
