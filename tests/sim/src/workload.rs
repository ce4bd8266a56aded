//! What users do all day, and what should come of it.
//!
//! Whoever signs a transaction here also says what may become of it ([`Expect`]); when it is decided,
//! and at the end, that is compared with what has become of it.

mod campaign;
mod jobs;
mod money;
mod wallet;

use crate::checks::Violation;
use crate::rng::Rng;
use campaign::Campaign;
use icn_base::{Did, NetworkId, Time, TxId};
use icn_dag::Block;
use icn_ledger::{Action, SignedTx, State, Verdict};
use icn_mesh::NotTaken;
use std::collections::BTreeMap;
use wallet::Wallet;

/// What may become of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It does what it says.
    Applied,
    /// It fails with this number.
    Failed(u16),
    /// It does what it says, or fails with one of these.
    OrFailed(&'static [u16]),
    /// It fails with one of these.
    NotApplied(&'static [u16]),
    /// It never stands in a block with any effect.
    Never,
}

/// What is hoped of a transaction, and whether it must come to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hope {
    expect: Expect,
    /// False once its number may have gone to another one.
    must: bool,
}

/// Something that somebody does.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Who, for people.
    pub who: String,
    /// What, for people.
    pub what: String,
    /// Blocks that are brought to a node first.
    pub blocks: Vec<Block>,
    /// The node that gets it; any, if it does not matter.
    pub node: Option<usize>,
    /// How it is done.
    pub how: How,
}

/// How a deed is done.
#[derive(Clone, Debug)]
pub enum How {
    /// A signed transaction is submitted.
    Submit(SignedTx),
    /// The node signs this itself.
    Act {
        /// What.
        action: Action,
        /// How often a job is tried again.
        retries: u8,
    },
}

/// Who the nodes are, and what a user sees of the book.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The book, as some node has it.
    pub state: &'a State,
    /// The time by that node's clock.
    pub at: Time,
    /// Nodes, by their numbers.
    pub nodes: &'a [Did],
    /// Those of them that order at first.
    pub validators: usize,
}

/// Everybody who does something.
#[derive(Debug)]
pub struct Workload {
    network: NetworkId,
    wallets: Vec<Wallet>,
    expected: BTreeMap<TxId, Hope>,
    decided: BTreeMap<TxId, u64>,
    old: Vec<SignedTx>,
    jobs: Vec<jobs::Asked>,
    campaigns: Vec<Campaign>,
    /// So many nodes have offered to work at the beginning.
    registered: usize,
    /// Transactions that were decided, whoever signed them.
    pub count: usize,
    /// What became of jobs, counted by how they ended.
    pub endings: BTreeMap<String, u64>,
}

impl Workload {
    /// Before anybody has done anything.
    pub fn new(network: NetworkId) -> Self {
        let names = crate::people::MEMBERS.iter();
        let names = names.chain(&crate::people::STRANGERS);
        Self {
            network,
            wallets: names.map(|name| Wallet::new(name)).collect(),
            expected: BTreeMap::new(),
            decided: BTreeMap::new(),
            old: Vec::new(),
            jobs: Vec::new(),
            campaigns: Vec::new(),
            registered: 0,
            count: 0,
            endings: BTreeMap::new(),
        }
    }

    /// What is done next.
    pub fn next(&mut self, view: &View<'_>, rng: &mut Rng) -> Option<Deed> {
        if self.registered < view.nodes.len() {
            self.registered += 1;
            return Some(jobs::register(self.registered - 1, rng));
        }
        match rng.below(100) {
            0..40 => self.transfer(view, rng),
            40..52 => self.spoiled(view, rng),
            52..72 => self.ask(view, rng),
            72..76 => self.spoiled_job(view, rng),
            76..79 => self.cancel(view, rng),
            79..84 => self.anchor(view, rng),
            84..87 => self.delegate(view, rng),
            87..91 => self.change_executor(view, rng),
            _ => self.decide(view, rng),
        }
    }

    /// What must be sent again, because it may have been lost.
    pub fn again(&mut self, now: Time) -> Vec<(String, SignedTx)> {
        let wallets = self.wallets.iter_mut();
        let lost = wallets.flat_map(|wallet| wallet.again(now));
        lost.collect()
    }

    /// A block was decided.
    pub fn decided(
        &mut self,
        height: u64,
        txs: &[SignedTx],
        verdicts: &[Verdict],
    ) -> Result<(), Violation> {
        for (tx, verdict) in txs.iter().zip(verdicts) {
            if matches!(verdict, Verdict::Refused(_)) {
                continue;
            }
            let id = tx.id();
            self.count += 1;
            self.decided.insert(id, height);
            if let Some(hope) = self.expected.get(&id) {
                compare(tx, hope.expect, verdict)?;
            }
            let wallet = self.wallets.iter_mut().find(|one| one.did == tx.body.from);
            if let Some(wallet) = wallet {
                wallet.decided(tx);
                self.old.push(tx.clone());
            }
        }
        Ok(())
    }

    /// True if everything that should be decided is.
    pub fn is_settled(&self) -> bool {
        self.wallets.iter().all(Wallet::is_idle)
    }

    /// What still waits, for people.
    pub fn waiting(&self) -> String {
        let wallets = self.wallets.iter().filter(|wallet| !wallet.is_idle());
        wallets.map(Wallet::describe).collect::<Vec<_>>().join("; ")
    }

    /// At the end: every unfinished job is over, and what should have been decided is.
    pub fn end(&self) -> Result<(), Violation> {
        for (id, Hope { expect, must }) in &self.expected {
            let decided = self.decided.contains_key(id);
            let broken = match expect {
                Expect::Never => decided,
                _ => *must && !decided,
            };
            if broken {
                let what = format!("{id} was to be {expect:?}, decided: {decided}");
                return Err(Violation::new(what));
            }
        }
        Ok(())
    }

    fn hope(&mut self, tx: &SignedTx, expect: Expect, must: bool) {
        self.expected.insert(tx.id(), Hope { expect, must });
    }

    /// A node did not take a transaction. If nobody else has it, its number is free again; else
    /// something that nobody refuses takes its place.
    pub fn not_taken(&mut self, tx: &SignedTx, why: &NotTaken, at: Time) -> Result<(), Violation> {
        let NotTaken::Book(reject) = why else {
            return Ok(());
        };
        let Some(hope) = self.expected.get(&tx.id()).copied() else {
            return Ok(());
        };
        let network = self.network;
        let wallet = self.wallets.iter_mut().find(|one| one.did == tx.body.from);
        let Some(wallet) = wallet else { return Ok(()) };
        if reject.is_envelope() || !wallet.waits_for(tx) {
            return Ok(());
        }
        if wallet.take_back(tx) {
            let fits = match hope.expect {
                Expect::Applied => false,
                Expect::Failed(number) => number == reject.number(),
                Expect::OrFailed(numbers) | Expect::NotApplied(numbers) => {
                    numbers.contains(&reject.number())
                }
                Expect::Never => true,
            };
            if !fits {
                let what = format!("{:?} was to be {:?}: {reject}", tx.body, hope.expect);
                return Err(Violation::new(what));
            }
            self.hope(tx, Expect::Never, true);
        } else {
            let instead = wallet.replace(tx, at, &network);
            self.hope(tx, hope.expect, false);
            self.hope(&instead, Expect::Applied, false);
        }
        Ok(())
    }

    fn wallet(&mut self, at: usize) -> Option<&mut Wallet> {
        self.wallets.get_mut(at)
    }

    /// Signs for somebody, and says what is expected.
    fn sign(
        &mut self,
        who: usize,
        action: Action,
        at: Time,
        expect: Expect,
    ) -> Option<(String, SignedTx)> {
        let network = self.network;
        let wallet = self.wallet(who)?;
        let tx = wallet.sign(action, at, &network)?;
        let name = wallet.name.clone();
        self.hope(&tx, expect, true);
        Some((name, tx))
    }

    /// A deed of somebody who signs.
    fn deed(
        &mut self,
        who: usize,
        action: Action,
        at: Time,
        expect: Expect,
        what: String,
    ) -> Option<Deed> {
        let (who, tx) = self.sign(who, action, at, expect)?;
        Some(Deed {
            who,
            what,
            blocks: Vec::new(),
            node: None,
            how: How::Submit(tx),
        })
    }
}

fn compare(tx: &SignedTx, expect: Expect, verdict: &Verdict) -> Result<(), Violation> {
    let fits = match (expect, verdict) {
        (Expect::Applied | Expect::OrFailed(_), Verdict::Applied(_)) => true,
        (Expect::Failed(number), Verdict::Failed(reject)) => number == reject.number(),
        (Expect::OrFailed(numbers) | Expect::NotApplied(numbers), Verdict::Failed(reject)) => {
            numbers.contains(&reject.number())
        }
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => Err(Violation::new(format!(
            "{:?} was to be {expect:?} and is {verdict:?}",
            tx.body
        ))),
    }
}

#[cfg(test)]
mod tests;
