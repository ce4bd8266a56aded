//! Signatures: ed25519, one rule everywhere (decision D5).
//!
//! What is signed begins with the purpose and the network, so a signature made for one purpose or
//! network is worth nothing for another. Verification is dalek's `verify_strict`, one at a time:
//! its batch equation judges some torsion cases otherwise, and two nodes must never disagree.

use crate::{Did, NetworkId};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use zeroize::Zeroizing;

/// What a signature is for. The tag is part of what is signed; tags are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// A transaction of the ledger.
    Tx,
    /// A receipt of a run.
    Receipt,
    /// An executor's bid.
    Bid,
    /// A validator's vote on order.
    Vote,
    /// What a validator proposes to vote on.
    Proposal,
    /// A coordinator's word that a job is open, and who has its blocks.
    Announce,
    /// A credential that an issuer gives to its holder.
    Credential,
}

impl Domain {
    /// Every domain, so that tests can try all pairs.
    pub const ALL: [Self; 7] = [
        Self::Tx,
        Self::Receipt,
        Self::Bid,
        Self::Vote,
        Self::Proposal,
        Self::Announce,
        Self::Credential,
    ];

    /// The tag that what is signed begins with.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Tx => "icn/tx/1",
            Self::Receipt => "icn/receipt/1",
            Self::Bid => "icn/bid/1",
            Self::Vote => "icn/vote/1",
            Self::Proposal => "icn/proposal/1",
            Self::Announce => "icn/announce/1",
            Self::Credential => "icn/credential/1",
        }
    }
}

/// The bytes that are signed: length of the tag, tag, network id, payload.
fn statement(domain: Domain, network: &NetworkId, payload: &[u8]) -> Vec<u8> {
    let tag = domain.tag().as_bytes();
    let length = u8::try_from(tag.len()).expect("tags are short constants");
    let mut bytes = Vec::with_capacity(1 + tag.len() + crate::cid::CID_BYTES + payload.len());
    bytes.push(length);
    bytes.extend_from_slice(tag);
    bytes.extend_from_slice(&network.cid().to_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// The signature does not hold: wrong key, wrong purpose, wrong network or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold for this key, purpose and network")]
pub struct BadSignature;

/// An ed25519 signature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature([u8; 64]);

impl Signature {
    /// Takes 64 bytes as a signature; whether it holds is seen when it is verified.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl Did {
    /// Holds if this DID's key signed `payload` for this purpose and network.
    pub fn verify(
        &self,
        domain: Domain,
        network: &NetworkId,
        payload: &[u8],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        self.verify_plain(&statement(domain, network, payload), signature)
    }

    /// Holds if this DID's key signed exactly these bytes, without purpose or network: for
    /// foreign vectors, guests (host call 33) and `icn did verify`, never for the mesh's own words.
    pub fn verify_plain(&self, bytes: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let key = VerifyingKey::from_bytes(self.public_key()).map_err(|_| BadSignature)?;
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        key.verify_strict(bytes, &signature)
            .map_err(|_| BadSignature)
    }
}

/// A secret key and its DID. The secret is wiped from memory when dropped and never printed.
pub struct Keypair(SigningKey);

impl Keypair {
    /// The key that grows from 32 secret bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        Self(SigningKey::from_bytes(&seed))
    }

    /// The 32 secret bytes, for the keystore.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// Who this key is.
    pub fn did(&self) -> Did {
        Did::from_public_key(self.0.verifying_key().to_bytes())
            .expect("a derived public key is written canonically")
    }

    /// Signs `payload` for one purpose on one network.
    pub fn sign(&self, domain: Domain, network: &NetworkId, payload: &[u8]) -> Signature {
        Signature(self.0.sign(&statement(domain, network, payload)).to_bytes())
    }
}

impl fmt::Debug for Keypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keypair({})", self.did())
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Signature {
    /// Lower-case hex in JSON, bytes in dag-cbor.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(SignatureVisitor)
        } else {
            deserializer.deserialize_bytes(SignatureVisitor)
        }
    }
}

struct SignatureVisitor;

impl de::Visitor<'_> for SignatureVisitor {
    type Value = Signature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ed25519 signature of 64 bytes (128 lower-case hex digits in JSON)")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Signature, E> {
        let mut bytes = [0; 64];
        if text.len() != 128
            || data_encoding::HEXLOWER.decode_mut(text.as_bytes(), &mut bytes) != Ok(64)
        {
            return Err(E::custom(
                "a signature is written as 128 lower-case hex digits",
            ));
        }
        Ok(Signature(bytes))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Signature, E> {
        bytes
            .try_into()
            .map(Signature)
            .map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

#[cfg(test)]
mod tests;
