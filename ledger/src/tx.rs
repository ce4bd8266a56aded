//! Transactions: their words, their bytes, their id, and what can be said without a state.

use crate::Reject;
use crate::limits::{MEMO_BYTES_MAX, TX_BYTES_MAX};
use icn_base::{Cid, Codec, Did, Domain, Keypair, Mana, NetworkId, Signature, Time, TxId, codec};
use serde::{Deserialize, Serialize};

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TxBody {
    /// The network for which it is meant.
    pub network: NetworkId,
    /// Who acts.
    pub from: Did,
    /// The account's next number; absent in messages of a job's parties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<u64>,
    /// The last block time at which it may stand.
    pub valid_until: Time,
    /// What it does.
    pub action: Action,
}

/// What a transaction does. One rule, one file: see `rules/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Moves spendable mana.
    Transfer {
        /// Whom it goes to.
        to: Did,
        /// How much.
        amount: Mana,
        /// A word to the payee.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        memo: String,
    },
}

impl Action {
    /// True for messages of a job's parties: they are unique by (job, signer, kind), so they carry
    /// no nonce, and their fees were set aside before.
    pub const fn is_market(&self) -> bool {
        match self {
            Self::Transfer { .. } => false,
        }
    }
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedTx {
    /// What is signed.
    pub body: TxBody,
    /// The signature of [`TxBody::from`].
    pub signature: Signature,
}

impl SignedTx {
    /// Signs a body with its account's key.
    pub fn sign(body: TxBody, keys: &Keypair) -> Self {
        let signature = keys.sign(Domain::Tx, &body.network, &bytes(&body));
        Self { body, signature }
    }

    /// Reads canonical bytes. A word that has a default has one spelling all the same: what does not
    /// come out as it went in is refused.
    pub fn decode(input: &[u8]) -> Result<Self, Reject> {
        within(input.len())?;
        let malformed = |cause: String| Reject::Malformed { cause };
        let tx: Self = codec::decode(input).map_err(|error| malformed(error.to_string()))?;
        if tx.encode() == input {
            Ok(tx)
        } else {
            Err(malformed("a value stands where its absence says it".into()))
        }
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        bytes(self)
    }

    /// The CID of the canonical bytes.
    pub fn id(&self) -> TxId {
        TxId::new(Cid::of(Codec::DagCbor, &self.encode()))
    }

    /// Checks all that needs no state: size, network and every signature inside.
    pub fn verify(self, network: &NetworkId) -> Result<Verified, Reject> {
        let encoded = self.encode();
        within(encoded.len())?;
        if self.body.network != *network {
            return Err(Reject::WrongNetwork {});
        }
        let from = self.body.from;
        from.verify(Domain::Tx, network, &bytes(&self.body), &self.signature)
            .map_err(|_| Reject::BadSignature { from })?;
        let id = TxId::new(Cid::of(Codec::DagCbor, &encoded));
        Ok(Verified {
            id,
            body: self.body,
        })
    }
}

/// A transaction whose signatures hold on its network. There is no other way to make one, so they
/// can be checked on other threads and before the order is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    id: TxId,
    body: TxBody,
}

impl Verified {
    /// Its id.
    pub const fn id(&self) -> TxId {
        self.id
    }

    /// What was signed.
    pub const fn body(&self) -> &TxBody {
        &self.body
    }
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    codec::encode(value).expect("the words of a transaction have a canonical spelling")
}

fn within(bytes: usize) -> Result<(), Reject> {
    let allowed = TX_BYTES_MAX;
    if bytes <= allowed {
        Ok(())
    } else {
        Err(Reject::TooLarge { bytes, allowed })
    }
}

/// Refuses a text that is too long to stand in the book.
pub(crate) fn short(text: &str) -> Result<(), Reject> {
    let (bytes, allowed) = (text.len(), MEMO_BYTES_MAX);
    if bytes <= allowed {
        Ok(())
    } else {
        Err(Reject::TextTooLong { bytes, allowed })
    }
}
