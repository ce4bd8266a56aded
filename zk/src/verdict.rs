//! The four answers to "does this proof hold?".

use crate::error::{KeyFault, Malformed, Refusal};
use crate::key::Key;

/// What is said about a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The statement is proved.
    Valid,
    /// Everything is well-formed, and the proof does not hold.
    Invalid,
    /// The key, the proof or the inputs are not what they are said to be.
    Malformed(Malformed),
    /// The key is well-formed, and must not be trusted.
    BadKey(KeyFault),
}

impl Verdict {
    /// The verdict in one word, as programs read it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Malformed(_) => "malformed",
            Self::BadKey(_) => "bad_key",
        }
    }

    pub(crate) const fn of(holds: bool) -> Self {
        if holds { Self::Valid } else { Self::Invalid }
    }
}

impl From<Refusal> for Verdict {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Malformed(malformed) => Self::Malformed(malformed),
            Refusal::BadKey(fault) => Self::BadKey(fault),
        }
    }
}

/// Judges a proof by three files: `verification_key.json`, `proof.json`, `public.json`.
///
/// Who judges many proofs of one key keeps the [`Key`] instead.
pub fn judge(key: &[u8], proof: &[u8], public: &[u8]) -> Verdict {
    match Key::from_json(key) {
        Ok(key) => key.judge(proof, public),
        Err(refusal) => refusal.into(),
    }
}
