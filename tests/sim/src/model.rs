//! The naive book: mana in pots, poured from one into another, by the simplest means there are.
//!
//! It is told what was decided, and what each transaction was said to be: applied, failed or
//! refused. Where the mana must be then it finds out by itself, and compares every account.

mod jobs;

use crate::checks::Violation;
use icn_base::gov::{ProposalKind, ProposalStatus};
use icn_base::{Did, JobId, ProposalId, Time};
use icn_governance::{Enactment, Fact, Parameter};
use icn_ledger::{Action, Draft, Event, Genesis, Header, Reject, SignedTx, State, Verdict};
use jobs::Job;
use std::collections::{BTreeMap, BTreeSet};

/// Where mana can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pot {
    Free(Did),
    Held(Did),
    Bonded(Did),
    Treasury,
}

/// A decided block, as a node tells it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Its header.
    pub header: &'a Header,
    /// Its transactions.
    pub txs: &'a [SignedTx],
    /// What is said to have become of them.
    pub verdicts: &'a [Verdict],
    /// What is said to have fallen due.
    pub due: &'a [Event],
    /// The state that it is said to lead to.
    pub after: &'a State,
}

/// The book.
#[derive(Clone, Debug)]
pub struct Model {
    pots: BTreeMap<Pot, u64>,
    members: BTreeSet<Did>,
    nonces: BTreeMap<Did, u64>,
    jobs: BTreeMap<JobId, Job>,
    proposals: BTreeMap<ProposalId, (Did, u64, bool)>,
    parameters: BTreeMap<Parameter, u64>,
    begin: Time,
    intervals: u64,
    /// The last block's time.
    parent: Time,
    /// The time of the block under way.
    now: Time,
}

impl Model {
    /// The book at genesis.
    pub fn new(genesis: &Genesis) -> Self {
        let accounts = genesis.accounts.iter();
        let mut pots: BTreeMap<_, _> = accounts
            .clone()
            .map(|account| (Pot::Free(account.did), account.mana.units()))
            .collect();
        pots.insert(Pot::Treasury, genesis.treasury.units());
        let members = accounts.filter(|account| account.member);
        let value = |one: &Parameter| {
            let set = genesis.parameters.get(one).copied();
            (*one, set.unwrap_or(one.row().default))
        };
        Self {
            pots,
            members: members.map(|account| account.did).collect(),
            nonces: BTreeMap::new(),
            jobs: BTreeMap::new(),
            proposals: BTreeMap::new(),
            parameters: Parameter::ALL.iter().map(value).collect(),
            begin: genesis.time,
            intervals: 0,
            parent: genesis.time,
            now: genesis.time,
        }
    }

    /// Takes a decided block in, and compares.
    pub fn block(&mut self, told: &Told<'_>) -> Result<(), Violation> {
        self.now = told.header.time;
        self.regenerate();
        if told.txs.len() != told.verdicts.len() {
            return Err(Violation::new(
                "a block has not one verdict for each transaction",
            ));
        }
        for (tx, verdict) in told.txs.iter().zip(told.verdicts) {
            self.tx(tx, verdict)?;
        }
        self.fall_due(told.due)?;
        self.compare(told.after)?;
        for (one, value) in &mut self.parameters {
            *value = told.after.parameter(*one);
        }
        self.parent = self.now;
        Ok(())
    }

    fn parameter(&self, one: Parameter) -> u64 {
        self.parameters.get(&one).copied().unwrap_or_default()
    }

    fn pot(&self, pot: Pot) -> u64 {
        self.pots.get(&pot).copied().unwrap_or(0)
    }

    fn total(&self, did: Did) -> u64 {
        let pots = [Pot::Free(did), Pot::Held(did), Pot::Bonded(did)];
        pots.into_iter().map(|pot| self.pot(pot)).sum()
    }

    fn pour(&mut self, from: Pot, to: Pot, units: u64) -> Result<(), Violation> {
        let there = self.pot(from);
        let Some(left) = there.checked_sub(units) else {
            let what = format!("{units} mana was poured from {from:?}, which has {there}");
            return Err(Violation::new(what));
        };
        self.pots.insert(from, left);
        *self.pots.entry(to).or_default() += units;
        Ok(())
    }

    /// Every member gains at each whole interval, up to the capacity.
    fn regenerate(&mut self) {
        let interval = self.parameter(Parameter::RegenIntervalMs);
        let intervals = self.now.ms_since(self.begin) / interval.max(1);
        let passed = intervals.saturating_sub(self.intervals);
        let gain = passed * self.parameter(Parameter::RegenAmount);
        self.intervals = intervals;
        for did in self.members.clone() {
            let room = self
                .parameter(Parameter::Capacity)
                .saturating_sub(self.total(did));
            *self.pots.entry(Pot::Free(did)).or_default() += gain.min(room);
        }
    }

    fn tx(&mut self, tx: &SignedTx, verdict: &Verdict) -> Result<(), Violation> {
        let (from, action) = (tx.body.from, &tx.body.action);
        let own = self.judge(tx);
        let events = match verdict {
            Verdict::Refused(_) if own.is_some_and(|own| own != Own::Refused) => {
                return Err(differs(tx, verdict));
            }
            Verdict::Refused(_) => return Ok(()),
            Verdict::Failed(_) => None,
            Verdict::Applied(events) => Some(events),
        };
        if let Some(nonce) = tx.body.nonce {
            let next = self.nonces.entry(from).or_default();
            if *next != nonce {
                let what = format!("nonce {nonce} of {from} took effect, {next} was next");
                return Err(Violation::new(what));
            }
            *next += 1;
            let fee = self.parameter(Parameter::TxFee);
            self.pour(Pot::Free(from), Pot::Treasury, fee)?;
        }
        let said = match (&events, verdict) {
            (Some(_), _) => Own::Applied,
            (None, Verdict::Failed(reject)) => Own::Failed(reject.number()),
            (None, _) => Own::Refused,
        };
        if own.is_some_and(|own| own != said) {
            return Err(differs(tx, verdict));
        }
        match events {
            Some(events) => self.apply(tx, action, events),
            None => Ok(()),
        }
    }

    /// What this book says of a transfer; others it does not judge.
    fn judge(&self, tx: &SignedTx) -> Option<Own> {
        let Action::Transfer { to, amount, .. } = &tx.body.action else {
            return None;
        };
        let (from, fee) = (tx.body.from, self.parameter(Parameter::TxFee));
        let next = self.nonces.get(&from).copied().unwrap_or(0);
        let free = self.pot(Pot::Free(from));
        if tx.body.nonce != Some(next) || free < fee || tx.body.valid_until < self.now {
            return Some(Own::Refused);
        }
        let failed = |reject: Reject| Some(Own::Failed(reject.number()));
        if amount.is_zero() {
            return failed(Reject::AmountZero {});
        }
        if *to == from {
            return failed(Reject::ToOneself {});
        }
        if free - fee < amount.units() {
            return failed(Reject::NotEnough {
                needed: *amount,
                spendable: *amount,
            });
        }
        Some(Own::Applied)
    }

    fn apply(&mut self, tx: &SignedTx, action: &Action, events: &[Event]) -> Result<(), Violation> {
        let from = tx.body.from;
        match action {
            Action::Transfer { to, amount, .. } => {
                self.pour(Pot::Free(from), Pot::Free(*to), amount.units())?;
            }
            Action::SubmitJob { spec } => {
                let id = JobId::new(*tx.id().cid());
                let job = self.opened(from, spec);
                self.pour(Pot::Free(from), Pot::Held(from), job.left)?;
                self.jobs.insert(id, job);
            }
            Action::CancelJob { job } => self.end(*job, jobs::How::Refunded, events)?,
            Action::AssignJob { job, bids, spares } => {
                self.assign(*job, bids)?;
                self.stand_by(*job, spares);
            }
            Action::DeclineJob { job, .. } => self.decline(from, *job, events)?,
            Action::CommitReceipt { job, .. } => self.seal(from, *job)?,
            Action::SettleJob { receipt, .. } => self.settle(from, receipt, events)?,
            Action::Propose(request) => {
                let id = ProposalId::new(*tx.id().cid());
                let fee = self.parameter(Parameter::ProposalFee);
                self.pour(Pot::Free(from), Pot::Bonded(from), fee)?;
                let rewarded = !matches!(
                    request.kind,
                    ProposalKind::Text {} | ProposalKind::Choice { .. }
                );
                self.proposals.insert(id, (from, fee, rewarded));
            }
            _ => {}
        }
        self.decided(events)
    }

    /// What became of proposals.
    fn decided(&mut self, events: &[Event]) -> Result<(), Violation> {
        for event in events {
            match event {
                Event::Governance(Fact::Moved { proposal, status }) if status.is_final() => {
                    let Some((did, fee, rewarded)) = self.proposals.remove(proposal) else {
                        let what = format!("proposal {proposal} came to an end twice");
                        return Err(Violation::new(what));
                    };
                    let back = rewarded && *status == ProposalStatus::Executed;
                    let to = if back { Pot::Free(did) } else { Pot::Treasury };
                    self.pour(Pot::Bonded(did), to, fee)?;
                }
                Event::Enacted(Enactment::Pay { to, amount, .. }) => {
                    self.pour(Pot::Treasury, Pot::Free(*to), amount.units())?;
                }
                Event::Enacted(Enactment::AdmitMember { did }) => drop(self.members.insert(*did)),
                Event::Enacted(Enactment::RemoveMember { did }) => {
                    self.members.remove(did);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fall_due(&mut self, due: &[Event]) -> Result<(), Violation> {
        self.expire(due)?;
        self.decided(due)
    }

    /// Every account, and the treasury.
    fn compare(&self, state: &State) -> Result<(), Violation> {
        let mut known = BTreeSet::new();
        let draft = Draft::new(state, self.now);
        for (did, _) in state.actors() {
            known.insert(*did);
            let account = draft.actor(did).account;
            let theirs = (account.total(), account.held(), account.bonded());
            let theirs = [theirs.0, theirs.1, theirs.2].map(icn_base::Mana::units);
            let ours = [
                self.total(*did),
                self.pot(Pot::Held(*did)),
                self.pot(Pot::Bonded(*did)),
            ];
            if ours != theirs {
                let what = format!(
                    "{did} has total, held and bonded {theirs:?}; by the naive book {ours:?}"
                );
                return Err(Violation::new(what));
            }
        }
        let some = |(pot, units): (&Pot, &u64)| match pot {
            Pot::Free(did) | Pot::Held(did) | Pot::Bonded(did) if *units > 0 => Some(*did),
            _ => None,
        };
        let mut ours = self.pots.iter().filter_map(some);
        if let Some(missing) = ours.find(|did| !known.contains(did)) {
            return Err(Violation::new(format!("{missing} has mana and no account")));
        }
        let treasury = state.chain().supply.treasury.units();
        match self.pot(Pot::Treasury) {
            ours if ours == treasury => Ok(()),
            ours => Err(Violation::new(format!(
                "the treasury has {treasury}; by the naive book {ours}"
            ))),
        }
    }
}

/// What this book says of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    Applied,
    Failed(u16),
    Refused,
}

fn differs(tx: &SignedTx, verdict: &Verdict) -> Violation {
    let what = format!("{:?} is said to be {verdict:?}", tx.body);
    Violation::new(format!("{what}; the naive book says otherwise"))
}

#[cfg(test)]
mod tests;
