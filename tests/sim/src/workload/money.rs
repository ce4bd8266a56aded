//! Transfers, good ones and others; records that are kept.

use super::{Deed, Expect, How, View, Workload};
use crate::people::{MEMBERS, keys};
use crate::rng::Rng;
use icn_base::gov::{DelegateRequest, RevokeRequest, Scope};
use icn_base::{Cid, Codec, Did, Mana, NetworkId};
use icn_ledger::{Action, SignedTx};

/// Who has something: everybody but the pauper, who comes last.
const PAYERS: usize = MEMBERS.len() + 1;

/// The one who has nothing.
const PAUPER: usize = PAYERS;

fn transfer(to: Did, units: u64) -> Action {
    Action::Transfer {
        to,
        amount: Mana::new(units).expect("amounts here are small"),
        memo: String::new(),
    }
}

impl Workload {
    pub(super) fn transfer(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let who = rng.pick(PAYERS);
        let to = self.other(who, rng)?;
        let units = rng.between(1, 20);
        let what = format!("pays {units}");
        self.deed(who, transfer(to, units), view.at, Expect::Applied, what)
    }

    fn other(&self, who: usize, rng: &mut Rng) -> Option<Did> {
        let others = (0..PAYERS).filter(|other| *other != who);
        let other = *rng.one(&others.collect::<Vec<_>>())?;
        self.wallets.get(other).map(|wallet| wallet.did)
    }

    /// Transfers that fail, and such as may not stand in a block at all.
    pub(super) fn spoiled(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let who = rng.pick(PAYERS);
        let (to, own) = (self.other(who, rng)?, self.wallets.get(who)?.did);
        let at = view.at;
        let fails = |units, to, number| Some((transfer(to, units), Expect::Failed(number)));
        let failing = match rng.below(9) {
            0 | 1 => fails(1_000_000, to, 102),
            2 => fails(0, to, 100),
            3 => fails(5, own, 101),
            _ => None,
        };
        if let Some((action, expect)) = failing {
            return self.deed(
                who,
                action,
                at,
                expect,
                format!("pays what it cannot: {expect:?}"),
            );
        }
        let never = match rng.below(6) {
            0 => return self.replay(rng),
            1 => self.wallets.get(PAUPER).map(|pauper| {
                let tx = pauper.spoil(transfer(to, 1), 0, at, 60_000, &self.network);
                (pauper.name.clone(), tx, "pays out of nothing")
            }),
            2 => self.with(who, at, 60_000, 1_000, to, "skips a thousand numbers"),
            3 => self.used(who, at, to),
            4 => {
                let elsewhere = NetworkId::new(Cid::of(Codec::Raw, b"elsewhere"));
                self.wallets.get(who).map(|wallet| {
                    let next = wallet.next();
                    let tx = wallet.spoil(transfer(to, 1), next, at, 60_000, &elsewhere);
                    (wallet.name.clone(), tx, "pays on another network")
                })
            }
            _ => self.expired(who, view, to),
        };
        let (who, tx, what) = never?;
        self.hope(&tx, Expect::Never, true);
        Some(submit(who, what.to_owned(), tx))
    }

    fn with(
        &self,
        who: usize,
        at: icn_base::Time,
        life_ms: u64,
        ahead: u64,
        to: Did,
        what: &'static str,
    ) -> Option<(String, SignedTx, &'static str)> {
        let wallet = self.wallets.get(who)?;
        let nonce = wallet.next() + ahead;
        let tx = wallet.spoil(transfer(to, 1), nonce, at, life_ms, &self.network);
        Some((wallet.name.clone(), tx, what))
    }

    /// Another transaction with a number that was used.
    fn used(
        &self,
        who: usize,
        at: icn_base::Time,
        to: Did,
    ) -> Option<(String, SignedTx, &'static str)> {
        let wallet = self.wallets.get(who)?;
        let mut newest = self.old.iter().rev();
        let own = newest.find(|tx| tx.body.from == wallet.did)?;
        let nonce = own.body.nonce?;
        let tx = wallet.spoil(transfer(to, 7), nonce, at, 60_000, &self.network);
        Some((wallet.name.clone(), tx, "uses a number again"))
    }

    fn expired(
        &self,
        who: usize,
        view: &View<'_>,
        to: Did,
    ) -> Option<(String, SignedTx, &'static str)> {
        let wallet = self.wallets.get(who)?;
        let parent = view.state.chain().time;
        let tx = wallet.spoil(transfer(to, 1), wallet.next(), parent, 0, &self.network);
        Some((wallet.name.clone(), tx, "pays too late"))
    }

    /// What was decided long ago comes again.
    fn replay(&self, rng: &mut Rng) -> Option<Deed> {
        let tx = rng.one(&self.old)?.clone();
        Some(submit(
            "replay".into(),
            "brings an old transaction".into(),
            tx,
        ))
    }

    pub(super) fn anchor(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let cid = Cid::of(Codec::DagCbor, &rng.next().to_be_bytes());
        let action = Action::Anchor { cid };
        let what = "anchors a record".to_owned();
        self.deed(rng.pick(PAYERS), action, view.at, Expect::Applied, what)
    }

    /// Members hand votes on, and take them back.
    pub(super) fn delegate(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        let (who, to) = (rng.pick(MEMBERS.len()), rng.one(&MEMBERS)?);
        let scope = *rng.one(Scope::ALL)?;
        let (action, what) = if rng.permille(300) {
            let revoke = RevokeRequest { scope };
            (Action::Revoke(revoke), "takes its votes back")
        } else {
            let until = view.at.after_ms(60_000).unwrap_or(view.at);
            let to = keys(to).did();
            let delegate = DelegateRequest { to, scope, until };
            (Action::Delegate(delegate), "hands its votes on")
        };
        // To oneself, in a circle, through too many hands, none there, too often.
        let expect = Expect::OrFailed(&[790, 792, 793, 794, 795]);
        self.deed(who, action, view.at, expect, what.to_owned())
    }
}

fn submit(who: String, what: String, tx: SignedTx) -> Deed {
    Deed {
        who,
        what,
        blocks: Vec::new(),
        node: None,
        how: How::Submit(tx),
    }
}
