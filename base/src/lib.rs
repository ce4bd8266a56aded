//! The ground floor: the words that every other crate shares.
//!
//! - [`Cid`]: the name of a block, by its hash. Only what icn allows exists as a value.
//! - [`Did`], [`Keypair`], [`Signature`], [`Domain`]: who signed what, and for which purpose.
//! - [`codec`]: canonical dag-cbor. One value has one spelling; every other spelling is refused.
//! - [`Mana`] and [`Time`]: integers with checked arithmetic and no implicit doors.
//! - [`run`]: the words of a job, its run and its receipt.
//! - [`gov`]: the words of a proposal and of the votes on it.
//! - [`order`]: what validators sign, and what proves a decision.
//! - [`limits`]: every fixed bound, by name.
//!
//! Nothing here reads a clock, a file, the network or a source of chance.
//!
//! ```
//! use icn_base::{Cid, Codec, Domain, Keypair, NetworkId};
//!
//! let network = NetworkId::new(Cid::of(Codec::Raw, b"genesis"));
//! let keys = Keypair::from_seed([7; 32]);
//! let signature = keys.sign(Domain::Receipt, &network, b"payload");
//! assert!(keys.did().verify(Domain::Receipt, &network, b"payload", &signature).is_ok());
//! assert!(keys.did().verify(Domain::Bid, &network, b"payload", &signature).is_err());
//! ```

pub mod bytes;
pub mod cid;
pub mod codec;
pub mod did;
pub mod gov;
pub mod ids;
pub mod keys;
pub mod limits;
pub mod mana;
pub mod order;
pub mod run;
pub mod time;

pub use bytes::Bytes;
pub use cid::{Cid, Codec};
pub use did::Did;
pub use ids::{JobId, NetworkId, ProposalId, TxId};
pub use keys::{Domain, Keypair, Signature};
pub use mana::Mana;
pub use time::Time;
