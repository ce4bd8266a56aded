//! The name of a row in the state's commitment: a letter for its table and the row's own key.

use icn_base::{Cid, Did, JobId};
use icn_governance::Parameter;

/// Which row of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Height, time, supply and regeneration.
    Chain,
    /// A governed parameter.
    Parameter(Parameter),
    /// An account, with its nonce and reputation.
    Account(Did),
    /// A validator's power.
    Validator(Did),
    /// A registered executor.
    Executor(Did),
    /// A job.
    Job(JobId),
    /// A receipt that counted for a job.
    Receipt(Cid),
    /// An anchored record.
    Anchor(Cid),
    /// That an executor (first) has gained reputation by an owner (second) today.
    Praise(Did, Did),
}

impl Key {
    /// The bytes under which the row is committed. No two rows share them.
    pub fn to_bytes(self) -> Vec<u8> {
        let (letter, parts): (u8, [&[u8]; 2]) = match &self {
            Self::Chain => (b'c', [&[], &[]]),
            Self::Parameter(parameter) => (b'p', [parameter.row().name.as_bytes(), &[]]),
            Self::Account(did) => (b'a', [did.public_key(), &[]]),
            Self::Validator(did) => (b'v', [did.public_key(), &[]]),
            Self::Executor(did) => (b'e', [did.public_key(), &[]]),
            Self::Job(job) => (b'j', [job.cid().digest(), &[]]),
            Self::Receipt(cid) => return with_cid(b'r', cid),
            Self::Anchor(cid) => return with_cid(b'n', cid),
            Self::Praise(executor, owner) => (b'g', [executor.public_key(), owner.public_key()]),
        };
        let mut bytes = vec![letter];
        bytes.extend(parts.concat());
        bytes
    }

    /// Reads the bytes of a key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (letter, rest) = bytes.split_first()?;
        match letter {
            b'c' if rest.is_empty() => Some(Self::Chain),
            b'p' => std::str::from_utf8(rest)
                .ok()?
                .parse()
                .ok()
                .map(Self::Parameter),
            b'a' => did(rest).map(Self::Account),
            b'v' => did(rest).map(Self::Validator),
            b'e' => did(rest).map(Self::Executor),
            b'j' => {
                let cid = Cid::from_digest(icn_base::Codec::DagCbor, rest.try_into().ok()?);
                Some(Self::Job(JobId::new(cid)))
            }
            b'r' => Cid::from_bytes(rest).ok().map(Self::Receipt),
            b'n' => Cid::from_bytes(rest).ok().map(Self::Anchor),
            b'g' => {
                let (executor, owner) = rest.split_at_checked(32)?;
                Some(Self::Praise(did(executor)?, did(owner)?))
            }
            _ => None,
        }
    }
}

fn with_cid(letter: u8, cid: &Cid) -> Vec<u8> {
    let mut bytes = vec![letter];
    bytes.extend(cid.to_bytes());
    bytes
}

fn did(bytes: &[u8]) -> Option<Did> {
    Did::from_public_key(bytes.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::{Codec, Keypair};

    #[test]
    fn keys_come_back_and_nothing_else_is_a_key() {
        let did = Keypair::from_seed([1; 32]).did();
        let other = Keypair::from_seed([2; 32]).did();
        let cid = Cid::of(Codec::DagCbor, b"\xa0");
        let keys = [
            Key::Chain,
            Key::Parameter(Parameter::TxFee),
            Key::Account(did),
            Key::Validator(did),
            Key::Executor(did),
            Key::Job(JobId::new(cid)),
            Key::Receipt(cid),
            Key::Anchor(Cid::of(Codec::Raw, b"")),
            Key::Praise(did, other),
        ];
        for key in keys {
            let bytes = key.to_bytes();
            assert_eq!(Key::from_bytes(&bytes), Some(key));
            assert_eq!(
                Key::from_bytes(&[&bytes[..], b"x"].concat()),
                None,
                "{key:?}"
            );
        }
        assert_eq!(Key::from_bytes(b""), None);
        assert_eq!(Key::from_bytes(b"a"), None);
    }
}
