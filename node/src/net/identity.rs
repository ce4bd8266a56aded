//! A node's DID and its name among libp2p peers are the same key.

use icn_base::{Did, Keypair};
use libp2p::PeerId;
use libp2p::identity::{self, PublicKey};
use libp2p::multihash::Multihash;

/// The multihash code of a name that carries the key itself.
const IDENTITY: u64 = 0;

/// The node's keys as libp2p has them.
pub(crate) fn keys_of(keys: &Keypair) -> identity::Keypair {
    let mut seed = keys.seed();
    identity::Keypair::ed25519_from_bytes(&mut *seed).expect("32 bytes are an ed25519 secret")
}

/// The peer that a DID names; none if its bytes are no point of the curve.
pub fn peer_of(did: &Did) -> Option<PeerId> {
    let key = identity::ed25519::PublicKey::try_from_bytes(did.public_key()).ok()?;
    Some(PublicKey::from(key).to_peer_id())
}

/// The DID of a peer; none if its key is not ed25519, or has a second spelling.
pub fn did_of(peer: &PeerId) -> Option<Did> {
    let name: &Multihash<64> = peer.as_ref();
    if name.code() != IDENTITY {
        return None;
    }
    let key = PublicKey::try_decode_protobuf(name.digest()).ok()?;
    let key = key.try_into_ed25519().ok()?;
    Did::from_public_key(key.to_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_did_and_its_peer_name_each_other() {
        for seed in 0..32 {
            let keys = Keypair::from_seed([seed; 32]);
            let peer = keys_of(&keys).public().to_peer_id();
            assert_eq!(did_of(&peer), Some(keys.did()));
            assert_eq!(peer_of(&keys.did()), Some(peer));
        }
    }

    #[test]
    fn names_without_a_key_are_no_dids() {
        assert_eq!(did_of(&PeerId::random()), None);
        let hashed: PeerId = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"
            .parse()
            .expect("a name of the old kind");
        assert_eq!(did_of(&hashed), None);
    }
}
