//! What one node prints and another is given, to join its network: one word that a double click
//! selects whole.
//!
//! `icn1` and base58 of: the digest of the network's id (32 bytes); for each peer its public key (32
//! bytes), how many addresses follow (1 byte), and each address after its length (1 byte), without
//! the `/p2p/NAME` that the key says; last, 4 bytes of the sha2-256 of all that, so that a letter too
//! few is noticed before anything is dialled. The genesis is not in it: it is a block, and found by
//! its name.

use crate::net::{did_of, peer_of};
use icn_base::{Cid, Codec, Did, NetworkId};
use libp2p::multiaddr::{Multiaddr, Protocol};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// With what the word begins; the number is that of its form.
const PREFIX: &str = "icn1";
/// Bytes of the checksum.
const SUM_BYTES: usize = 4;

/// Letters that are read.
const TEXT_BYTES_MAX: usize = 4096;
/// Addresses, of all peers together.
pub const ADDRESSES_MAX: usize = 16;
/// Bytes of an address without its peer's name.
const ADDRESS_BYTES_MAX: usize = 255;

/// Which network, and where some of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The network: the CID of its genesis.
    pub network: NetworkId,
    /// Where peers are; each ends in `/p2p/NAME`.
    pub addresses: Vec<Multiaddr>,
}

/// Why a text is no join string.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// It begins otherwise.
    #[error("a join string begins with `{PREFIX}`, as `icn start` prints it")]
    Prefix,
    /// A later form.
    #[error("this join string is of a later form than this version reads: upgrade icn")]
    Later,
    /// It is far too long.
    #[error("this is longer than any join string")]
    TooLong,
    /// A letter that is never in it.
    #[error("`{0}` is never in a join string: copy it again")]
    Letter(char),
    /// Something is missing or changed.
    #[error("a part of the join string is missing or changed: copy it again, all of it")]
    Sum,
    /// The sum is right, and the rest makes no sense.
    #[error("the join string holds no {0}")]
    Shape(&'static str),
}

impl Join {
    /// A join string of addresses that say who is there; others are left out, and those beyond the
    /// first [`ADDRESSES_MAX`].
    pub fn new(network: NetworkId, addresses: impl IntoIterator<Item = Multiaddr>) -> Self {
        let usable = addresses.into_iter().filter(|address| {
            split(address).is_some_and(|(_, bare)| bare.to_vec().len() <= ADDRESS_BYTES_MAX)
        });
        let addresses = usable.take(ADDRESSES_MAX).collect();
        Self { network, addresses }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut by_peer: BTreeMap<Did, Vec<Vec<u8>>> = BTreeMap::new();
        for (did, bare) in self.addresses.iter().filter_map(split) {
            by_peer.entry(did).or_default().push(bare.to_vec());
        }
        let mut bytes = self.network.cid().digest().to_vec();
        for (did, addresses) in by_peer {
            bytes.extend(did.public_key());
            bytes.push(u8::try_from(addresses.len()).unwrap_or(u8::MAX));
            for address in addresses {
                bytes.push(u8::try_from(address.len()).unwrap_or(u8::MAX));
                bytes.extend(address);
            }
        }
        bytes
    }
}

/// An address with its peer's name at the end; none if the key is nobody's, or the name another's.
pub fn named(address: Multiaddr, did: &Did) -> Option<Multiaddr> {
    let peer = peer_of(did)?;
    match address.iter().last() {
        Some(Protocol::P2p(other)) => (other == peer).then_some(address),
        Some(_) => Some(address.with(Protocol::P2p(peer))),
        None => None,
    }
}

/// An address without its last name, and whose name that is.
fn split(address: &Multiaddr) -> Option<(Did, Multiaddr)> {
    let mut bare = address.clone();
    let Some(Protocol::P2p(peer)) = bare.pop() else {
        return None;
    };
    if bare.is_empty() {
        return None;
    }
    Some((did_of(&peer)?, bare))
}

fn sum(bytes: &[u8]) -> [u8; SUM_BYTES] {
    let [a, b, c, d, ..] = *Cid::of(Codec::Raw, bytes).digest();
    [a, b, c, d]
}

impl fmt::Display for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.bytes();
        bytes.extend(sum(&bytes));
        write!(f, "{PREFIX}{}", bs58::encode(bytes).into_string())
    }
}

impl FromStr for Join {
    type Err = JoinError;

    fn from_str(text: &str) -> Result<Self, JoinError> {
        let text = text.trim();
        if text.len() > TEXT_BYTES_MAX {
            return Err(JoinError::TooLong);
        }
        let Some(digits) = text.strip_prefix(PREFIX) else {
            let later = text
                .strip_prefix("icn")
                .and_then(|rest| rest.chars().next());
            let later = later.is_some_and(|form| form.is_ascii_digit());
            return Err(if later {
                JoinError::Later
            } else {
                JoinError::Prefix
            });
        };
        let bytes = bs58::decode(digits)
            .into_vec()
            .map_err(|error| match error {
                bs58::decode::Error::InvalidCharacter { character, .. } => {
                    JoinError::Letter(character)
                }
                bs58::decode::Error::NonAsciiCharacter { index } => {
                    let letter = digits.get(index..).and_then(|rest| rest.chars().next());
                    JoinError::Letter(letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                }
                _ => JoinError::Sum,
            })?;
        let (bytes, given) = bytes.split_last_chunk().ok_or(JoinError::Sum)?;
        if sum(bytes) != *given {
            return Err(JoinError::Sum);
        }
        let join = read(bytes)?;
        // One spelling: who wrote the same otherwise did not write it with icn.
        if join.bytes() == bytes {
            Ok(join)
        } else {
            Err(JoinError::Shape("peers in order"))
        }
    }
}

fn read(mut bytes: &[u8]) -> Result<Join, JoinError> {
    let network = take(&mut bytes).ok_or(JoinError::Shape("network"))?;
    let network = NetworkId::new(Cid::from_digest(Codec::DagCbor, network));
    let mut addresses = Vec::new();
    while !bytes.is_empty() {
        let key = take(&mut bytes).ok_or(JoinError::Shape("peer where one begins"))?;
        let did = Did::from_public_key(key).ok();
        let peer = did.as_ref().and_then(peer_of);
        let peer = peer.ok_or(JoinError::Shape("key where one should be"))?;
        let [count] = take(&mut bytes).ok_or(JoinError::Shape("number of addresses"))?;
        for _ in 0..count {
            if addresses.len() == ADDRESSES_MAX {
                return Err(JoinError::Shape("reasonable number of addresses"));
            }
            let address =
                address(&mut bytes).ok_or(JoinError::Shape("address where one begins"))?;
            addresses.push(address.with(Protocol::P2p(peer)));
        }
    }
    Ok(Join { network, addresses })
}

fn address(bytes: &mut &[u8]) -> Option<Multiaddr> {
    let [length] = take(bytes)?;
    let (address, rest) = bytes.split_at_checked(length.into())?;
    *bytes = rest;
    let address = Multiaddr::try_from(address.to_vec()).ok()?;
    (!address.is_empty()).then_some(address)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

#[cfg(test)]
mod tests;
