use super::*;
use crate::guests::Guest;
use crate::people::{genesis, keys};
use icn_base::run::{Agreement, Input, JobSpec, Requires};
use icn_base::{Bytes, Cid, Codec, Mana};
use icn_ledger::{TxBody, apply_block};
use std::sync::Arc;

/// A book and its naive twin.
struct Both {
    genesis: Genesis,
    state: State,
    model: Model,
    now: Time,
}

impl Both {
    fn new() -> Self {
        let genesis = genesis(1, 0, Time::from_ms(5_000).unwrap());
        let mut state = genesis.state().unwrap();
        drop(state.commit());
        Self {
            model: Model::new(&genesis),
            now: genesis.time,
            state,
            genesis,
        }
    }

    fn sign(&self, name: &str, ahead: u64, action: Action) -> SignedTx {
        let keys = keys(name);
        let next = self.state.actor(&keys.did()).map_or(0, |actor| actor.nonce);
        let body = TxBody {
            network: self.genesis.network(),
            from: keys.did(),
            nonce: Some(next + ahead),
            valid_until: self.now.after_ms(60_000).unwrap(),
            action,
        };
        SignedTx::sign(body, &keys)
    }

    /// A block, which the naive book is told of, after `spoil` has had its way.
    fn block(
        &mut self,
        ms: u64,
        txs: &[SignedTx],
        spoil: impl FnOnce(&mut Vec<Verdict>),
    ) -> Result<(), Violation> {
        self.now = self.now.after_ms(ms).unwrap();
        let height = self.state.chain().height + 1;
        let applied = apply_block(&mut self.state, height, self.now, txs).unwrap();
        let any = Cid::of(Codec::DagCbor, b"any");
        let header = Header {
            network: self.genesis.network(),
            height,
            time: self.now,
            parent: any,
            state: any,
            txs: any,
        };
        let mut verdicts = applied.verdicts;
        spoil(&mut verdicts);
        self.model.block(&Told {
            header: &header,
            txs,
            verdicts: &verdicts,
            due: &applied.due,
            after: &self.state,
        })
    }
}

fn pay(to: &str, units: u64) -> Action {
    Action::Transfer {
        to: keys(to).did(),
        amount: Mana::new(units).unwrap(),
        memo: String::new(),
    }
}

fn ask(both: &Both) -> Action {
    let spec = JobSpec {
        module: *Guest::Writes.module().cid(),
        entry: "run".into(),
        input: Input::Inline(Bytes::default()),
        reads: Vec::new(),
        fuel_limit: 1_000,
        memory_pages: 1,
        max_price: Mana::new(20).unwrap(),
        bid_window_ms: 100,
        deadline: both.now.after_ms(9_000).unwrap(),
        agreement: Agreement::default(),
        requires: Requires::default(),
        grants: Vec::new(),
        coordinator: keys("alice").did(),
        retry_of: None,
    };
    Action::SubmitJob {
        spec: Arc::new(spec),
    }
}

#[test]
fn both_books_say_the_same_of_transfers_refunds_and_regeneration() {
    let mut both = Both::new();
    let txs = [
        both.sign("alice", 0, pay("bob", 30)),
        both.sign("alice", 1, pay("alice", 1)),
        both.sign("bob", 0, pay("eve", 1_000_000)),
        both.sign("bob", 1, ask(&both)),
        both.sign("pauper", 0, pay("eve", 1)),
    ];
    both.block(700, &txs, |_| ()).unwrap();
    assert_eq!(both.model.pot(Pot::Held(keys("bob").did())), 21);
    for _ in 0..12 {
        both.block(1_100, &[], |_| ()).unwrap();
    }
    assert_eq!(both.model.pot(Pot::Held(keys("bob").did())), 0);
}

#[test]
fn a_verdict_that_is_not_so_is_noticed() {
    let mut both = Both::new();
    let txs = [both.sign("alice", 0, pay("bob", 30))];
    let refused = both.block(700, &txs, |verdicts| {
        verdicts[0] = Verdict::Refused(Reject::NonceMissing {});
    });
    assert!(refused.is_err());

    let mut both = Both::new();
    let txs = [both.sign("alice", 0, pay("bob", 1_000_000))];
    let applied = both.block(700, &txs, |verdicts| {
        verdicts[0] = Verdict::Applied(Vec::new());
    });
    assert!(applied.is_err());
}

#[test]
fn mana_that_is_somewhere_else_is_noticed() {
    let mut both = Both::new();
    let bob = keys("bob").did();
    both.model.pour(Pot::Free(bob), Pot::Treasury, 1).unwrap();
    assert!(both.block(700, &[], |_| ()).is_err());
    assert!(
        both.model
            .pour(Pot::Free(bob), Pot::Treasury, 1_000_000)
            .is_err()
    );
}
