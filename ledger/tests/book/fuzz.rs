//! The fuzz target: `apply(decode(bytes))` in the middle of every story that the tables tell.
//!
//! The tables bring the book into each state that it has; there, transactions are wounded, their
//! parts exchanged, signed again (also the bids and receipts inside) and put into the next block. A
//! seed is a run. `cargo test` plays a few hundred blocks; `ICN_FUZZ_SECONDS=1200 cargo test
//! --release -p icn-ledger fuzz` goes on from seed to seed for that long, and a panic names its seed.

use crate::script::{Jobs, Line, sign};
use crate::tables::{ALL, prepare};
use crate::world::{Setup, World, did, keys, time};
use icn_base::run::Receipt;
use icn_base::{Did, Keypair, codec};
use icn_ledger::{Action, Bid, SignedTx, State, TxBody, Verdict, apply_block, check};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that look like chance and are the same for a seed.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// What the wounded transactions have met.
#[derive(Default)]
pub(crate) struct Met {
    refusals: BTreeMap<u16, u64>,
    applied: BTreeSet<String>,
    blocks: u64,
    judged: u64,
}

pub(crate) struct Story {
    pub(crate) world: World,
    names: Jobs,
    people: BTreeMap<Did, Keypair>,
    past: Vec<SignedTx>,
    chance: Chance,
}

impl Story {
    fn new(setup: &Setup, seed: u64) -> Self {
        let world = World::new(setup);
        let names = world.names().map(|(_, name)| name.clone());
        let people = names.map(|name| (did(&name), keys(&name))).collect();
        Self {
            world,
            names: Jobs::new(),
            people,
            past: vec![],
            chance: Chance(seed),
        }
    }

    /// Plays a row of a table, with wounded transactions around the good ones.
    fn row(&mut self, row: &str, met: &mut Met) {
        let (ms, row) = match row.strip_prefix('+') {
            None => (1, row),
            Some(rest) => {
                let (ms, row) = rest.split_once(' ').unwrap_or((rest, ""));
                (ms.parse().unwrap(), row)
            }
        };
        let mut txs = vec![];
        if !row.starts_with("bytes ") {
            for row in row.split(" & ").filter(|row| !row.is_empty()) {
                txs.push(sign(&self.world, &Line::new(row), &mut self.names, &txs));
            }
        }
        let wounded: Vec<_> = (0..self.chance.below(4))
            .filter_map(|_| self.wounded(&txs))
            .collect();
        self.past.extend(txs.iter().cloned());
        let mut all = txs;
        for tx in &wounded {
            let at = self.chance.below(all.len() + 1);
            all.insert(at, tx.clone());
        }
        self.block(ms, &all, &wounded, met);
    }

    /// Applies a block twice from one state, and looks at everything that must hold.
    fn block(&mut self, ms: u64, txs: &[SignedTx], wounded: &[SignedTx], met: &mut Met) {
        let before = self.world.state.clone();
        for tx in wounded {
            self.alone(&before, tx, ms);
        }
        let applied = self.world.block(ms, txs);
        let mut again = before;
        let height = again.chain().height + 1;
        let twice = apply_block(&mut again, height, time(self.world.now), txs).unwrap();
        assert_eq!(applied, twice, "one state and one block have one result");
        self.world.state.audit().unwrap();
        for (tx, verdict) in txs.iter().zip(&applied.verdicts) {
            if wounded.contains(tx) {
                met.judged += 1;
                match verdict {
                    Verdict::Applied(_) => drop(met.applied.insert(kind(&tx.body.action))),
                    Verdict::Failed(reject) | Verdict::Refused(reject) => {
                        *met.refusals.entry(reject.number()).or_default() += 1;
                    }
                }
            }
        }
        met.blocks += 1;
    }

    /// `check` says what `apply` does, and what may not stand in a block changes nothing.
    fn alone(&self, state: &State, tx: &SignedTx, ms: u64) {
        let at = time(self.world.now + ms);
        let mut changed = state.clone();
        let done = icn_ledger::apply(&mut changed, tx, at);
        assert_eq!(check(state, tx, at).err(), done.as_ref().err().cloned());
        if done.is_err_and(|reject| reject.is_envelope() || tx.body.action.is_market()) {
            assert_eq!(Some(&changed.commit().0), state.root());
        }
    }

    /// A transaction of now or of the past, after an accident, if its bytes still are one.
    fn wounded(&mut self, now: &[SignedTx]) -> Option<SignedTx> {
        let pool: Vec<_> = now.iter().chain(&self.past).cloned().collect();
        let tx = pool.get(self.chance.below(pool.len()))?;
        if self.chance.one_in(8) {
            let mut bytes = tx.encode();
            self.wound(&mut bytes, &[]);
            return self.decoded(&bytes);
        }
        let mut bytes = codec::encode(&tx.body).unwrap();
        let other = codec::encode(&pool[self.chance.below(pool.len())].body).unwrap();
        for _ in 0..self.chance.below(3) {
            self.wound(&mut bytes, &other);
        }
        let mut body: TxBody = codec::decode(&bytes).ok()?;
        let state = &self.world.state;
        if self.chance.one_in(4) {
            body.from = *self
                .people
                .keys()
                .nth(self.chance.below(self.people.len()))?;
        }
        if !self.chance.one_in(6) && body.nonce.is_some() {
            body.nonce = Some(state.actor(&body.from).map_or(0, |actor| actor.nonce));
        }
        if !self.chance.one_in(6) {
            body.valid_until = time(self.world.now + 60_000);
        }
        if !self.chance.one_in(4) {
            self.sign_inside(&mut body.action);
        }
        let keys = self.people.get(&body.from)?;
        let tx = SignedTx::sign(body, keys);
        self.decoded(&tx.encode())
    }

    /// Through the door of bytes: what it takes has one spelling.
    fn decoded(&self, bytes: &[u8]) -> Option<SignedTx> {
        let tx = SignedTx::decode(bytes).ok()?;
        assert_eq!(tx.encode(), bytes);
        Some(tx)
    }

    fn wound(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.chance.below(bytes.len());
        match self.chance.below(6) {
            0 => bytes[at] ^= 1 << self.chance.below(8),
            1 => bytes[at] = self.chance.next() as u8,
            2 => drop(bytes.remove(at)),
            // A small number becomes another.
            3 => {
                let small: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] < 0x18).collect();
                if let Some(at) = small.get(self.chance.below(small.len())) {
                    bytes[*at] = self.chance.below(0x18) as u8;
                }
            }
            // A large one becomes the largest.
            4 => {
                let large = (0..bytes.len()).filter(|at| (0x18..0x1c).contains(&bytes[*at]));
                let large: Vec<_> = large.collect();
                if let Some(at) = large.get(self.chance.below(large.len())) {
                    let count = 1 << (bytes[*at] - 0x18);
                    for byte in bytes.iter_mut().skip(at + 1).take(count) {
                        *byte = if self.chance.one_in(3) { 0x7f } else { 0xff };
                    }
                }
            }
            // A name, of somebody or something, becomes another's.
            _ => {
                let names = |bytes: &[u8]| -> Vec<(usize, usize)> {
                    let heads = bytes.windows(2).enumerate();
                    let named = heads.filter_map(|(at, head)| match head {
                        [0x58, 0x25] => Some((at, 39)),
                        [0x78, 0x38] => Some((at, 58)),
                        _ => None,
                    });
                    named
                        .filter(|(at, size)| at + size <= bytes.len())
                        .collect()
                };
                let (mine, theirs) = (names(bytes), names(other));
                if let Some((at, size)) = mine.get(self.chance.below(mine.len())) {
                    let fits: Vec<_> = theirs.iter().filter(|(_, other)| other == size).collect();
                    if let Some((from, size)) = fits.get(self.chance.below(fits.len())) {
                        bytes[*at..at + size].copy_from_slice(&other[*from..from + size]);
                    }
                }
            }
        }
    }

    /// Signs the bids and the receipt inside again, by those whose they say they are.
    fn sign_inside(&self, action: &mut Action) {
        let network = self.world.network();
        match action {
            Action::AssignJob { bids, spares, .. } => {
                for bid in bids.iter_mut().chain(spares) {
                    if let Some(keys) = self.people.get(&bid.terms.executor) {
                        *bid = Bid::sign(bid.terms.clone(), keys, &network);
                    }
                }
            }
            Action::SettleJob { receipt, .. } | Action::AnchorReceipt { receipt } => {
                if let Some(keys) = self.people.get(&receipt.executor) {
                    let (claim, times) =
                        (receipt.claim.clone(), (receipt.started, receipt.finished));
                    let signed = Receipt::sign(claim, times.0, times.1, keys, &network);
                    **receipt = signed.unwrap();
                }
            }
            _ => {}
        }
    }
}

fn kind(action: &Action) -> String {
    let json = serde_json::to_value(action).unwrap();
    match json {
        serde_json::Value::String(name) => name,
        object => object.as_object().unwrap().keys().next().unwrap().clone(),
    }
}

/// Every story of the tables, once, with the accidents of this seed.
fn play(seed: u64, met: &mut Met) {
    for section in ALL.iter().flat_map(|table| table.split("\n---\n")) {
        tell(section, seed, met, |_| {});
    }
}

/// One story of the tables, with the accidents of this seed. `each` looks at it after each block.
pub(crate) fn tell(section: &str, seed: u64, met: &mut Met, mut each: impl FnMut(&Story)) {
    let (mut setup, mut story) = (Setup::default(), None);
    let rows = section.lines();
    for row in rows.map(|row| row.split('|').next().unwrap_or_default().trim()) {
        if row.is_empty() || row.starts_with('#') || prepare(&mut setup, row) {
            continue;
        }
        let mut told = story.take().unwrap_or_else(|| Story::new(&setup, seed));
        told.row(row, met);
        each(&told);
        story = Some(told);
    }
}

#[test]
fn fuzz() {
    let mut met = Met::default();
    let mut seed = 0;
    let began = now();
    loop {
        println!("seed {seed}");
        play(seed, &mut met);
        seed += 1;
        if began.elapsed().as_secs() >= seconds() {
            break;
        }
    }
    println!(
        "{seed} seeds, {} blocks, {} wounded transactions judged, {} kinds of them applied, {} refusals met: {:?}",
        met.blocks,
        met.judged,
        met.applied.len(),
        met.refusals.len(),
        met.refusals,
    );
    assert!(met.applied.len() >= 15, "{:?}", met.applied);
    assert!(met.refusals.len() >= 50, "{:?}", met.refusals);
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long to go on is the caller's to say"
)]
fn seconds() -> u64 {
    let said = std::env::var("ICN_FUZZ_SECONDS").ok();
    said.map_or(0, |said| {
        said.parse().expect("ICN_FUZZ_SECONDS is a number")
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a bound of time, not a part of any run"
)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
