//! A person with a key of their own, who signs transactions and hands them to any node.

use icn_base::{Did, Keypair, Mana, NetworkId, Time, codec};
use icn_ledger::{Action, SignedTx, TxBody};
use std::time::{SystemTime, UNIX_EPOCH};

/// A person.
#[derive(Debug)]
pub struct User {
    keys: Keypair,
    network: NetworkId,
    nonce: u64,
}

impl User {
    /// The one whose key grows from this number.
    pub fn new(number: u8, network: NetworkId) -> Self {
        Self {
            keys: Self::keys(number),
            network,
            nonce: 0,
        }
    }

    fn keys(number: u8) -> Keypair {
        Keypair::from_seed([number; 32])
    }

    /// Who that number is.
    pub fn did_of(number: u8) -> Did {
        Self::keys(number).did()
    }

    /// Who it is.
    pub fn did(&self) -> Did {
        self.keys.did()
    }

    /// Signs an action under the next nonce.
    pub fn sign(&mut self, action: Action) -> SignedTx {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.expect("the clock is after 1970").as_millis();
        let now = u64::try_from(now).expect("a time");
        let body = TxBody {
            network: self.network,
            from: self.keys.did(),
            nonce: Some(self.nonce),
            valid_until: Time::from_ms(now + 300_000).expect("a time"),
            action,
        };
        self.nonce += 1;
        self.sign_body(body)
    }

    /// Signs a body as it is.
    pub fn sign_body(&self, body: TxBody) -> SignedTx {
        SignedTx::sign(body, &self.keys)
    }

    /// A payment.
    pub fn pay(&mut self, to: Did, amount: u64) -> SignedTx {
        let amount = Mana::new(amount).expect("an amount");
        let memo = String::new();
        self.sign(Action::Transfer { to, amount, memo })
    }
}

/// Several transactions as the body of one request.
pub fn body(txs: &[SignedTx]) -> Vec<u8> {
    codec::encode(&txs).expect("transactions have a canonical spelling")
}
