//! Groth16 statements over BN254 and BLS12-381: what snarkjs and circom write is read, judged and
//! written again.
//!
//! - [`Key`] is a verification key that has been checked and prepared. Checking a key is dear, so
//!   a caller keeps the value, by the CID of the bytes it came from.
//! - [`Key::judge`] and [`Key::judge_all`] give the [`Verdict`] on proofs of it; many proofs cost
//!   less together and get the verdicts they would get alone.
//! - [`judge`] is all of that for three files.
//!
//! Bytes come from strangers. Every size has a bound in [`limits`], every field element has one
//! spelling, every point is shown to be in its group before it meets a pairing, and what is cheap
//! to refuse is refused first. A key under which anybody could forge is no key ([`KeyFault`]).
//!
//! Nothing here reads a clock, a file or a source of chance, and there is no answer "valid" that
//! no pairing gave.
//!
//! ```
//! use icn_zk::{Verdict, judge};
//! let key = include_bytes!("../vectors/bn128/key.json");
//! let proof = include_bytes!("../vectors/bn128/proof.json");
//! assert_eq!(judge(key, proof, br#"["265","5","7"]"#), Verdict::Valid);
//! assert_eq!(judge(key, proof, br#"["265","5","8"]"#), Verdict::Invalid);
//! assert_eq!(judge(key, proof, br#"["265","5",7]"#).word(), "malformed");
//! ```

mod batch;
mod cache;
#[cfg(feature = "prove")]
pub mod circuits;
#[cfg(feature = "prove")]
pub mod credential;
mod curve;
mod error;
mod inputs;
mod json;
mod key;
pub mod limits;
mod prepared;
mod proof;
#[cfg(feature = "prove")]
pub mod prove;
#[cfg(feature = "prove")]
pub mod setup;
mod table;
mod verdict;
mod verifying;
#[cfg(feature = "prove")]
pub mod words;

pub use cache::Keys;
pub use curve::Curve;
pub use error::{ElementFault, KeyFault, Malformed, Place, Refusal};
pub use key::Key;
pub use verdict::{Verdict, judge};
