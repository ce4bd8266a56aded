//! A user's key, the nonces that it has given out, and what waits for a block.

use crate::people;
use icn_base::{Cid, Codec, Did, Keypair, NetworkId, Time};
use icn_ledger::{Action, SignedTx, TxBody};
use std::collections::BTreeMap;

/// How far ahead of a decided transaction a wallet signs.
const AHEAD_MAX: usize = 24;

/// How long a transaction is valid. Storms are shorter.
const LIFE_MS: u64 = 300_000;

/// After so long without a decision, a transaction is sent again.
const AGAIN_MS: u64 = 2_500;

/// A user.
#[derive(Debug)]
pub(super) struct Wallet {
    pub(super) name: String,
    pub(super) did: Did,
    keys: Keypair,
    next: u64,
    waits: BTreeMap<u64, Waits>,
}

/// A transaction that waits.
#[derive(Debug)]
struct Waits {
    sent: Time,
    again: bool,
    tx: SignedTx,
}

impl Wallet {
    pub(super) fn new(name: &str) -> Self {
        let keys = people::keys(name);
        Self {
            name: name.to_owned(),
            did: keys.did(),
            keys,
            next: 0,
            waits: BTreeMap::new(),
        }
    }

    /// Signs the next transaction, unless too many wait.
    pub(super) fn sign(
        &mut self,
        action: Action,
        at: Time,
        network: &NetworkId,
    ) -> Option<SignedTx> {
        if self.waits.len() >= AHEAD_MAX {
            return None;
        }
        let tx = self.spoil(action, self.next, at, LIFE_MS, network);
        let waits = Waits {
            sent: at,
            again: false,
            tx: tx.clone(),
        };
        self.waits.insert(self.next, waits);
        self.next += 1;
        Some(tx)
    }

    /// Signs whatever it is told to.
    pub(super) fn spoil(
        &self,
        action: Action,
        nonce: u64,
        at: Time,
        life_ms: u64,
        network: &NetworkId,
    ) -> SignedTx {
        let body = TxBody {
            network: *network,
            from: self.did,
            nonce: Some(nonce),
            valid_until: at.after_ms(life_ms).unwrap_or(at),
            action,
        };
        SignedTx::sign(body, &self.keys)
    }

    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    pub(super) fn decided(&mut self, tx: &SignedTx) {
        if let Some(nonce) = tx.body.nonce {
            self.waits.remove(&nonce);
        }
    }

    /// What has waited for too long.
    pub(super) fn again(&mut self, now: Time) -> Vec<(String, SignedTx)> {
        let mut lost = Vec::new();
        for waits in self.waits.values_mut() {
            if now.ms_since(waits.sent) >= AGAIN_MS {
                (waits.sent, waits.again) = (now, true);
                lost.push((self.name.clone(), waits.tx.clone()));
            }
        }
        lost
    }

    /// True if this is what waits with its number.
    pub(super) fn waits_for(&self, tx: &SignedTx) -> bool {
        let nonce = tx.body.nonce.unwrap_or(u64::MAX);
        let waits = self.waits.get(&nonce);
        waits.is_some_and(|waits| waits.tx == *tx)
    }

    /// Takes the last number back, if its transaction was sent once only.
    pub(super) fn take_back(&mut self, tx: &SignedTx) -> bool {
        let Some(last) = self.next.checked_sub(1) else {
            return false;
        };
        let waits = self.waits.get(&last);
        let fresh = waits.is_some_and(|waits| waits.tx == *tx && !waits.again);
        if fresh {
            self.waits.remove(&last);
            self.next = last;
        }
        fresh
    }

    /// Puts a transaction that nobody refuses in the place of one that may be refused for ever.
    pub(super) fn replace(&mut self, tx: &SignedTx, at: Time, network: &NetworkId) -> SignedTx {
        let nonce = tx.body.nonce.unwrap_or(0);
        let record = Cid::of(Codec::DagCbor, &tx.encode());
        let action = Action::Anchor { cid: record };
        let instead = self.spoil(action, nonce, at, LIFE_MS, network);
        let waits = Waits {
            sent: at,
            again: true,
            tx: instead.clone(),
        };
        self.waits.insert(nonce, waits);
        instead
    }

    pub(super) fn is_idle(&self) -> bool {
        self.waits.is_empty()
    }

    pub(super) fn describe(&self) -> String {
        let nonces: Vec<_> = self.waits.keys().collect();
        format!("{} waits for {nonces:?}", self.name)
    }
}
