//! What must hold, whatever happens: the invariants of the design, looked at where they could break.

use crate::model::{Model, Told};
use icn_base::codec;
use icn_base::{Cid, Did, JobId, NetworkId, ProposalId, TxId};
use icn_consensus::{Highest, Message};
use icn_governance::Fact;
use icn_ledger::job::Phase;
use icn_ledger::{Event, Genesis, SignedTx, State, Verdict};
use icn_mesh::Decided;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl Violation {
    /// In words.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A decided height, as the first honest node told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    block: Cid,
    root: Cid,
}

/// Sees everything that leaves honest nodes.
#[derive(Clone, Debug)]
pub struct Checks {
    network: NetworkId,
    honest: BTreeSet<Did>,
    said: BTreeMap<(Did, Highest), Vec<u8>>,
    chain: BTreeMap<u64, Link>,
    model: Model,
    once: Once,
    powers: BTreeMap<Did, u64>,
}

/// What takes effect once and never again.
#[derive(Clone, Debug, Default)]
struct Once {
    txs: BTreeSet<TxId>,
    nonces: BTreeSet<(Did, u64)>,
    receipts: BTreeSet<Cid>,
    proposals: BTreeSet<ProposalId>,
    opened: BTreeMap<JobId, u64>,
    ended: BTreeSet<JobId>,
}

impl Checks {
    /// Before the first block. Whoever is not honest may say what it likes.
    pub fn new(genesis: &Genesis, honest: BTreeSet<Did>) -> Self {
        let accounts = genesis.accounts.iter();
        let powers = accounts.filter(|account| account.power > 0);
        Self {
            network: genesis.network(),
            honest,
            said: BTreeMap::new(),
            chain: BTreeMap::new(),
            model: Model::new(genesis),
            once: Once::default(),
            powers: powers.map(|account| (account.did, account.power)).collect(),
        }
    }

    /// True for a node that keeps the protocol.
    pub fn is_honest(&self, did: &Did) -> bool {
        self.honest.contains(did)
    }

    /// How far the furthest honest node is.
    pub fn height(&self) -> u64 {
        self.chain.keys().next_back().copied().unwrap_or(0)
    }

    /// The block of a height.
    pub fn block(&self, height: u64) -> Option<Cid> {
        self.chain.get(&height).map(|link| link.block)
    }

    /// Never two values for one height, round and step (invariant 8).
    pub fn sent(&mut self, by: Did, message: &Message) -> Result<(), Violation> {
        let own = match message {
            Message::Vote(said) if said.by == by => {
                Some((Highest::of_vote(&said.body), codec::encode(&said.body)))
            }
            Message::Proposal(said) if said.by == by => {
                Some((Highest::of_proposal(&said.body), codec::encode(&said.body)))
            }
            Message::Vote(_) | Message::Proposal(_) | Message::Polka(_) | Message::Round(_) => None,
        };
        let Some((at, Ok(body))) = own.filter(|_| self.is_honest(&by)) else {
            return Ok(());
        };
        match self.said.entry((by, at)).or_insert_with(|| body.clone()) {
            before if *before == body => Ok(()),
            _ => Err(Violation::new(format!("{by} signed two things at {at:?}"))),
        }
    }

    /// An honest node does not ban another one.
    pub fn banned(&self, by: &Did, peer: &Did, why: &str) -> Result<(), Violation> {
        match self.is_honest(by) && self.is_honest(peer) {
            true => Err(Violation::new(format!(
                "{by} bans {peer}, both honest: it {why}"
            ))),
            false => Ok(()),
        }
    }

    /// An honest node has decided a height. True if it is the first one; `txs` are read then.
    pub fn decided(
        &mut self,
        decided: &Decided,
        txs: impl FnOnce() -> Result<Vec<SignedTx>, Violation>,
    ) -> Result<bool, Violation> {
        let height = decided.header.height;
        let link = Link {
            block: decided.block,
            root: decided.root,
        };
        if let Some(first) = self.chain.get(&height) {
            return match *first == link {
                true => Ok(false),
                false => Err(Violation::new(format!(
                    "height {height} is {first:?} for one and {link:?} for another"
                ))),
            };
        }
        if height != self.height() + 1 {
            let what = format!("height {height} is decided before the one below it");
            return Err(Violation::new(what));
        }
        let proof = &decided.certificate;
        if proof.block != decided.block || proof.height != height {
            return Err(Violation::new(format!(
                "the proof of height {height} is of another"
            )));
        }
        proof
            .check(&self.network, &self.powers)
            .map_err(|error| Violation::new(format!("height {height}: {error}")))?;
        self.chain.insert(height, link);
        let txs = txs()?;
        self.model
            .block(&Told {
                header: &decided.header,
                txs: &txs,
                verdicts: &decided.verdicts,
                due: &decided.due,
                after: &decided.state,
            })
            .map_err(|what| Violation::new(format!("height {height}: {what}")))?;
        self.once.block(&txs, &decided.verdicts, &decided.due)?;
        audit(&decided.state)?;
        self.powers.clone_from(decided.state.validators());
        Ok(true)
    }
}

impl Once {
    fn block(
        &mut self,
        txs: &[SignedTx],
        verdicts: &[Verdict],
        due: &[Event],
    ) -> Result<(), Violation> {
        for (tx, verdict) in txs.iter().zip(verdicts) {
            let events = match verdict {
                Verdict::Refused(_) => continue,
                Verdict::Failed(_) => &[][..],
                Verdict::Applied(events) => events,
            };
            new(self.txs.insert(tx.id()), || {
                format!("transaction {}", tx.id())
            })?;
            if let Some(nonce) = tx.body.nonce {
                let from = tx.body.from;
                new(self.nonces.insert((from, nonce)), || {
                    format!("nonce {nonce} of {from}")
                })?;
            }
            self.events(events)?;
        }
        self.events(due)
    }

    fn events(&mut self, events: &[Event]) -> Result<(), Violation> {
        for event in events {
            match event {
                Event::JobOpened { job, hold, .. } => {
                    let first = self.opened.insert(*job, hold.units()).is_none();
                    new(first, || format!("the opening of {job}"))?;
                }
                Event::JobEnded {
                    job,
                    paid,
                    refunded,
                    ..
                } => {
                    new(self.ended.insert(*job), || format!("the end of {job}"))?;
                    let held = self.opened.get(job).copied().unwrap_or(0);
                    if held != paid.units() + refunded.units() {
                        let what = format!("{job} held {held}, paid {paid}, refunded {refunded}");
                        return Err(Violation::new(what));
                    }
                }
                Event::ReceiptRevealed { receipt, .. } => {
                    new(self.receipts.insert(*receipt), || {
                        format!("receipt {receipt}")
                    })?;
                }
                Event::Governance(Fact::Proposed { proposal, .. }) => {
                    new(self.proposals.insert(*proposal), || {
                        format!("proposal {proposal}")
                    })?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn new(first: bool, what: impl FnOnce() -> String) -> Result<(), Violation> {
    match first {
        true => Ok(()),
        false => Err(Violation::new(format!("{} took effect twice", what()))),
    }
}

/// Sums, holds and bonds add up (invariants 1 and 2); every unfinished job has a deadline that
/// leads out of it (invariant 10).
fn audit(state: &State) -> Result<(), Violation> {
    state
        .audit()
        .map_err(|error| Violation::new(error.to_string()))?;
    let time = state.chain().time;
    for (id, job) in state.jobs_after(None) {
        match (job.due(), &job.phase) {
            (None, Phase::Ended(_)) => {}
            (Some(due), Phase::Open { .. } | Phase::Assigned(_)) => {
                let most_ms = state.parameter(icn_governance::Parameter::MaxJobMs);
                if due.ms_since(time) > most_ms {
                    return Err(Violation::new(format!("{id} may stay for {due}")));
                }
            }
            (due, phase) => {
                let what = format!("{id} falls due at {due:?} and is in {phase:?}");
                return Err(Violation::new(what));
            }
        }
    }
    Ok(())
}
