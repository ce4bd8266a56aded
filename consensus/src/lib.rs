//! Opaque blocks in, one decided order out.
//!
//! Malachite's core (Tendermint, decision D1) without I/O: [`Consensus::handle`] takes an
//! [`Input`] and the time and gives back an [`Output`], whose parts are done in their order: the
//! log is on disk, then the highest-signed record, and only then anything leaves. A crash at any
//! point leaves a node that says nothing else than before.
//!
//! A block is only a name here. Its body travels as a DAG block; whether it may follow is asked
//! ([`Effect::Judge`]), and what it says is never looked at. A height begins when the one before it
//! is on disk and starts when there is something to decide, so a mesh without work is silent.
//!
//! Nothing here reads a clock, a disk, the network or chance.
//!
//! ```
//! use icn_base::{Cid, Codec, Keypair, NetworkId, Time};
//! use icn_consensus::{Consensus, Effect, Input, Pace, Validators};
//!
//! let keys = Keypair::from_seed([7; 32]);
//! let alone = Validators::new([(keys.did(), 1)])?;
//! let network = NetworkId::new(Cid::of(Codec::Raw, b"genesis"));
//! let mut node = Consensus::new(keys, network, None, Vec::new());
//!
//! let (height, pace, now) = (1, Pace::default(), Time::ZERO);
//! let begin = Input::Begin { height, validators: alone, pace };
//! node.handle(begin, now)?;
//! let asked = node.handle(Input::Work, now)?;
//! assert!(matches!(asked.effects[..], [Effect::Propose { height: 1, round: 0, .. }]));
//!
//! let block = Cid::of(Codec::DagCbor, b"a block");
//! let done = node.handle(Input::Propose { height, round: 0, block }, now)?;
//! let decided = |e: &Effect| matches!(e, Effect::Decided(proof) if proof.block == block);
//! assert!(done.effects.iter().any(decided));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bridge;
mod context;
mod desk;
mod early;
mod entry;
mod fault;
mod highest;
mod known;
mod machine;
mod message;
mod pace;
mod timers;
mod validators;
mod watch;
mod words;

pub use entry::{Entry, Judged, Waited};
pub use fault::Fault;
pub use highest::{Act, Highest};
pub use machine::Consensus;
pub use message::{Message, MessageError, RoundCertificate, RoundKind};
pub use pace::Pace;
pub use validators::{Validators, ValidatorsError};
pub use words::{Broken, Effect, Input, Output, Silence};
