//! Credentials as documents: what an issuer states of a holder, under two signatures.
//!
//! One is ed25519 over the dag-cbor, for everybody. The other is Schnorr on the curve inside the
//! circuits' field, over a hash of the same facts, because a circuit can check it. The holder gives
//! the issuer a commitment to a secret, never the secret. A credential is kept by its holder and
//! shown to nobody: what is shown are proofs.

use crate::circuits::{self, Claim, Held, PublicKey, SecretKey, Signature, holder};
use crate::words::Numeral;
use ark_ff::PrimeField;
use hkdf::Hkdf;
use icn_base::codec::{self, CodecError};
use icn_base::{Cid, Codec, Did, Domain, Keypair, NetworkId, Time};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::BTreeMap;

mod vc;

/// Revocation ids are places in a tree of as many leaves.
pub const REVOCATION_IDS_MAX: u32 = 1 << 20;

/// What an issuer states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Who says so.
    pub issuer: Did,
    /// The issuer's key for circuits, as it is registered.
    pub circuit_key: PublicKey,
    /// Of whom.
    pub holder: Did,
    /// The holder's commitment to a secret.
    pub commitment: Numeral,
    /// What, each a number.
    pub claims: BTreeMap<Fact, u64>,
    /// Since when.
    pub issued: Time,
    /// Until when.
    pub valid_until: Time,
    /// Its place in the issuer's revocation tree.
    pub revocation_id: u32,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The day of birth, as the number YYYYMMDD.
    Born,
    /// An amount of mana.
    Balance,
    /// A reputation.
    Reputation,
}

impl Fact {
    /// Every fact that a credential may state.
    pub const ALL: [Self; 3] = [Self::Born, Self::Balance, Self::Reputation];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Born => "born",
            Self::Balance => "balance",
            Self::Reputation => "reputation",
        }
    }

    const fn claim(self) -> Claim {
        match self {
            Self::Born => Claim::Born,
            Self::Balance => Claim::Balance,
            Self::Reputation => Claim::Reputation,
        }
    }
}

/// A statement under both signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What is stated.
    pub statement: Statement,
    /// The signature for circuits.
    pub circuit_signature: Signature,
    /// The signature for everybody else, over both of the above.
    pub signature: icn_base::Signature,
}

/// Why a credential is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Not the words of a credential.
    #[error("these bytes are no credential: {0}")]
    Codec(#[from] CodecError),
    /// The issuer did not sign it.
    #[error("the credential is not signed by its issuer for this network")]
    Signature,
    /// The signature for circuits does not hold.
    #[error("the signature for circuits does not hold")]
    CircuitSignature,
    /// The place is outside the tree.
    #[error("the revocation id {0} is not below {REVOCATION_IDS_MAX}")]
    RevocationId(u32),
    /// The secret is another's.
    #[error("the credential commits to another secret")]
    OtherSecret,
}

impl Statement {
    fn in_circuits(&self) -> circuits::Credential {
        let first = circuits::Credential::new(
            holder(&self.holder),
            self.commitment.0,
            self.valid_until.as_ms().into(),
            self.revocation_id.into(),
        );
        self.claims.iter().fold(first, |credential, (fact, value)| {
            credential.with(fact.claim(), (*value).into())
        })
    }

    /// Signs it twice.
    pub fn sign(
        self,
        keys: &Keypair,
        circuit_key: &SecretKey,
        network: &NetworkId,
    ) -> Result<Credential, CredentialError> {
        if self.revocation_id >= REVOCATION_IDS_MAX {
            return Err(CredentialError::RevocationId(self.revocation_id));
        }
        let circuit_signature = circuit_key.sign(self.in_circuits().message());
        let bytes = codec::encode(&(&self, &circuit_signature))?;
        let signature = keys.sign(Domain::Credential, network, &bytes);
        let credential = Credential {
            statement: self,
            circuit_signature,
            signature,
        };
        credential.verify(network)?;
        Ok(credential)
    }
}

impl Credential {
    /// Reads canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, CredentialError> {
        Ok(codec::decode(bytes)?)
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(self).expect("the words of a credential have a canonical spelling")
    }

    /// Its name.
    pub fn cid(&self) -> Cid {
        Cid::of(Codec::DagCbor, &self.encode())
    }

    /// Holds if the issuer has signed it for this network, both ways. Whether the issuer is one to
    /// be believed, and whether the credential was revoked, is for the book to say.
    pub fn verify(&self, network: &NetworkId) -> Result<(), CredentialError> {
        let statement = &self.statement;
        if statement.revocation_id >= REVOCATION_IDS_MAX {
            return Err(CredentialError::RevocationId(statement.revocation_id));
        }
        let bytes = codec::encode(&(statement, &self.circuit_signature))?;
        let issuer = statement.issuer;
        issuer
            .verify(Domain::Credential, network, &bytes, &self.signature)
            .map_err(|_| CredentialError::Signature)?;
        let message = statement.in_circuits().message();
        if statement
            .circuit_key
            .verify(message, &self.circuit_signature)
        {
            Ok(())
        } else {
            Err(CredentialError::CircuitSignature)
        }
    }

    /// The credential as its holder proves with it.
    pub fn held(&self, secret: &HolderSecret) -> Result<Held, CredentialError> {
        if secret.commitment() != self.statement.commitment {
            return Err(CredentialError::OtherSecret);
        }
        Ok(Held {
            credential: self.statement.in_circuits(),
            issuer: self.statement.circuit_key,
            signature: self.circuit_signature,
            secret: secret.0.0,
        })
    }
}

/// What only the holder knows. Credentials commit to it, and nullifiers come from it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HolderSecret(pub(crate) Numeral);

impl HolderSecret {
    /// The secret that belongs to a key.
    pub fn of(keys: &Keypair) -> Self {
        let mut wide = [0; 64];
        Hkdf::<Sha256>::new(Some(b"icn/zk/holder-secret/1"), keys.seed().as_slice())
            .expand(&[], &mut wide)
            .expect("HKDF gives up to 8,160 bytes");
        Self(Numeral(circuits::Element::from_le_bytes_mod_order(&wide)))
    }

    /// What the issuer is given instead.
    pub fn commitment(&self) -> Numeral {
        Numeral(circuits::Credential::commitment(self.0.0))
    }
}

impl std::fmt::Debug for HolderSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HolderSecret")
    }
}

/// The key for circuits that belongs to an issuer's key.
pub fn circuit_key(keys: &Keypair) -> SecretKey {
    let mut seed = [0; 32];
    Hkdf::<Sha256>::new(Some(b"icn/zk/issuer-key/1"), keys.seed().as_slice())
        .expand(&[], &mut seed)
        .expect("HKDF gives up to 8,160 bytes");
    SecretKey::from_seed(&seed)
}

#[cfg(test)]
mod tests;
