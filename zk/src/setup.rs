//! Keys for the built-in circuits, made by many so that nobody has to be believed.
//!
//! Whoever knows the secrets behind a key can prove anything. So they are made of parts: each
//! contributor multiplies what is there by numbers of their own and forgets them, and the key is
//! sound if **one** of them did forget. This is the ceremony of Bowe, Gabizon and Miers (eprint
//! 2017/1050), in two phases:
//!
//! 1. [`Powers`] of tau, with alpha and beta: one for all circuits up to a size.
//! 2. A key for one circuit: [`specialise`] works it out of the powers, without any secret, and
//!    contributors multiply its delta.
//!
//! [`Powers::contribute`] and [`contribute`] are one person's part each. The [`Transcript`] keeps
//! what anyone needs to check all of them: [`Transcript::check`].
//!
//! A [`development_key`] comes from secrets that stand in this file. [`crate::Key::is_development`]
//! knows it by its points, and a network refuses it unless its genesis says otherwise.

mod development;
mod file;
mod pledge;
mod powers;
mod ratio;
mod specialise;
mod transcript;

pub use development::development_key;
pub(crate) use development::is_development;
pub use file::{KeyFileError, PROVING_KEY_BYTES_MAX, proving_key_bytes, read_proving_key};
pub use pledge::Secret;
pub use powers::{POWERS_MAX, Powers};
pub use specialise::specialise;
pub use transcript::{KeyStep, PowersStep, SetupFault, Transcript, contribute};

/// A proving key over BN254. Its verification key is part of it.
pub type ProvingKey = ark_groth16::ProvingKey<ark_bn254::Bn254>;

#[cfg(test)]
mod tests;
