//! The name of a row in the state's commitment: a letter for its table and the row's own key.

use crate::zk::{self, Grove};
use icn_base::gov::Scope;
use icn_base::order::{Offence, Step};
use icn_base::{Cid, Codec, Did, JobId, ProposalId};
use icn_governance::{self as governance, Parameter};

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
    /// That a validator said two things where it may say one.
    Offence(Offence),
    /// A row of members, proposals and votes.
    Governance(governance::Key),
    /// A row of circuits, issuers, credentials, trees and nullifiers.
    Zk(zk::Key),
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
            Self::Offence(offence) => return shown(offence),
            Self::Governance(key) => return decided(key),
            Self::Zk(key) => return proving(key),
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
            b'j' => cid(rest).map(JobId::new).map(Self::Job),
            b'r' => Cid::from_bytes(rest).ok().map(Self::Receipt),
            b'n' => Cid::from_bytes(rest).ok().map(Self::Anchor),
            b'g' => {
                let (executor, owner) = rest.split_at_checked(32)?;
                Some(Self::Praise(did(executor)?, did(owner)?))
            }
            b'x' => offence(rest).map(Self::Offence),
            b'z' => unproved(rest).map(Self::Zk),
            _ => undecided(*letter, rest).map(Self::Governance),
        }
    }
}

/// The bytes of an offence: who, which height, round and step (0 is a proposal).
fn shown(offence: &Offence) -> Vec<u8> {
    let step = match offence.step {
        None => 0,
        Some(Step::Prevote) => 1,
        Some(Step::Precommit) => 2,
    };
    let mut bytes = vec![b'x'];
    bytes.extend(offence.by.public_key());
    bytes.extend(offence.height.to_be_bytes());
    bytes.extend(offence.round.to_be_bytes());
    bytes.push(step);
    bytes
}

/// Reads the bytes of an offence.
fn offence(rest: &[u8]) -> Option<Offence> {
    let (by, rest) = rest.split_at_checked(32)?;
    let (height, rest) = rest.split_first_chunk()?;
    let (round, rest) = rest.split_first_chunk()?;
    let step = match rest {
        [0] => None,
        [1] => Some(Step::Prevote),
        [2] => Some(Step::Precommit),
        _ => return None,
    };
    Some(Offence {
        by: did(by)?,
        height: u64::from_be_bytes(*height),
        round: u32::from_be_bytes(*round),
        step,
    })
}

/// The bytes of a key of governance.
fn decided(key: &governance::Key) -> Vec<u8> {
    let (letter, parts): (u8, [&[u8]; 2]) = match key {
        governance::Key::Openings => (b'o', [&[], &[]]),
        governance::Key::Member(did) => (b'm', [did.public_key(), &[]]),
        governance::Key::Delegation(did, scope) => {
            (b'd', [did.public_key(), scope.name().as_bytes()])
        }
        governance::Key::Proposal(id) => (b'q', [id.cid().digest(), &[]]),
        governance::Key::Vote(id, did) => (b't', [id.cid().digest(), did.public_key()]),
        governance::Key::Ready(did) => (b'y', [did.public_key(), &[]]),
    };
    let mut bytes = vec![letter];
    bytes.extend(parts.concat());
    bytes
}

/// Reads the bytes of a key of governance.
fn undecided(letter: u8, rest: &[u8]) -> Option<governance::Key> {
    let two = || rest.split_at_checked(32);
    match letter {
        b'o' if rest.is_empty() => Some(governance::Key::Openings),
        b'm' => did(rest).map(governance::Key::Member),
        b'd' => {
            let (from, scope) = two()?;
            let scope: Scope = std::str::from_utf8(scope).ok()?.parse().ok()?;
            Some(governance::Key::Delegation(did(from)?, scope))
        }
        b'q' => cid(rest)
            .map(ProposalId::new)
            .map(governance::Key::Proposal),
        b't' => {
            let (id, who) = two()?;
            Some(governance::Key::Vote(ProposalId::new(cid(id)?), did(who)?))
        }
        b'y' => did(rest).map(governance::Key::Ready),
        _ => None,
    }
}

/// The bytes of a key of what the book knows of proofs.
fn proving(key: &zk::Key) -> Vec<u8> {
    let with = |letter: u8, rest: &[u8]| [&[b'z', letter], rest].concat();
    match key {
        zk::Key::Circuit(id) => with(b'c', &id.to_bytes()),
        zk::Key::Issuer(did) => with(b'i', did.public_key()),
        zk::Key::Credential(cid) => with(b'v', &cid.to_bytes()),
        zk::Key::Enrolled(did) => with(b'e', did.public_key()),
        zk::Key::Tree(grove) => with(b't', owner(grove)),
        zk::Key::Node(grove, level, place) => {
            let at = [&[*level][..], &place.to_be_bytes(), owner(grove)];
            with(b'n', &at.concat())
        }
        zk::Key::Nullifier(key) => with(b'u', key.digest()),
    }
}

/// Reads the bytes of such a key.
fn unproved(bytes: &[u8]) -> Option<zk::Key> {
    let (letter, rest) = bytes.split_first()?;
    match letter {
        b'c' => Cid::from_bytes(rest).ok().map(zk::Key::Circuit),
        b'i' => did(rest).map(zk::Key::Issuer),
        b'v' => Cid::from_bytes(rest).ok().map(zk::Key::Credential),
        b'e' => did(rest).map(zk::Key::Enrolled),
        b't' => grove(rest).map(zk::Key::Tree),
        b'n' => {
            let (level, rest) = rest.split_first()?;
            let (place, rest) = rest.split_first_chunk()?;
            let place = u32::from_be_bytes(*place);
            Some(zk::Key::Node(grove(rest)?, *level, place))
        }
        b'u' => cid(rest).map(zk::Key::Nullifier),
        _ => None,
    }
}

/// Whose tree: nobody's is the members'.
const fn owner(grove: &Grove) -> &[u8] {
    match grove {
        Grove::Members => &[],
        Grove::Issuer(did) => did.public_key(),
    }
}

fn grove(bytes: &[u8]) -> Option<Grove> {
    if bytes.is_empty() {
        return Some(Grove::Members);
    }
    did(bytes).map(Grove::Issuer)
}

fn cid(digest: &[u8]) -> Option<Cid> {
    let digest = digest.try_into().ok()?;
    Some(Cid::from_digest(Codec::DagCbor, digest))
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
    use icn_base::Keypair;

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
            Key::Offence(Offence {
                by: did,
                height: 1 << 40,
                round: 7,
                step: None,
            }),
            Key::Offence(Offence {
                by: did,
                height: 0,
                round: 0,
                step: Some(Step::Precommit),
            }),
            Key::Governance(governance::Key::Openings),
            Key::Governance(governance::Key::Member(did)),
            Key::Governance(governance::Key::Delegation(did, Scope::SetParameter)),
            Key::Governance(governance::Key::Proposal(ProposalId::new(cid))),
            Key::Governance(governance::Key::Vote(ProposalId::new(cid), did)),
            Key::Governance(governance::Key::Ready(did)),
            Key::Zk(zk::Key::Circuit(cid)),
            Key::Zk(zk::Key::Issuer(did)),
            Key::Zk(zk::Key::Credential(cid)),
            Key::Zk(zk::Key::Enrolled(did)),
            Key::Zk(zk::Key::Tree(Grove::Members)),
            Key::Zk(zk::Key::Tree(Grove::Issuer(did))),
            Key::Zk(zk::Key::Node(Grove::Members, 3, 70_000)),
            Key::Zk(zk::Key::Node(Grove::Issuer(did), 20, 0)),
            Key::Zk(zk::Key::Nullifier(cid)),
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
