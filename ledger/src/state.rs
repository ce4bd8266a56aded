//! The state: everything that is agreed, as tables in memory.

use crate::due::{Due, DueIndex};
use crate::executor::Executor;
use crate::fault::Fault;
use crate::job::{Job, Phase};
use crate::key::Key;
use crate::next::Next;
use crate::record::{Anchor, Conviction, Recorded};
use crate::standing::Standing;
use crate::table::{Index, Rows, Table, absorb, keep};
use crate::zk;
use icn_base::order::Offence;
use icn_base::run::Snapshot;
use icn_base::{Cid, Did, JobId, Mana, NetworkId, Time};
use icn_dag::hamt::Hamt;
use icn_economics::{Account, Regeneration, Supply};
use icn_governance::{self as governance, Parameter};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything that is agreed. It changes by whole drafts only. A copy shares its tables with the
/// original until one of them changes (decision 0011).
#[derive(Clone, Debug)]
pub struct State {
    pub(crate) chain: Chain,
    pub(crate) parameters: BTreeMap<Parameter, u64>,
    pub(crate) actors: Table<Did, Actor>,
    pub(crate) validators: BTreeMap<Did, u64>,
    pub(crate) executors: Table<Did, Executor>,
    pub(crate) jobs: Table<JobId, Arc<Job>>,
    pub(crate) receipts: Table<Cid, Recorded>,
    pub(crate) anchors: Table<Cid, Anchor>,
    /// Until when an executor (first) gains no more reputation by an owner (second).
    pub(crate) praise: Table<Praise, Time>,
    pub(crate) offences: Table<Offence, Conviction>,
    pub(crate) governance: Arc<governance::State>,
    pub(crate) zk: zk::State,
    /// What comes into force when the block ends.
    pub(crate) next: Next,
    /// Derived: when rows fall due.
    pub(crate) due: DueIndex,
    /// Derived: jobs that wait for bids.
    pub(crate) open: Index<JobId>,
    /// Derived: assigned jobs, by who has a seat in them.
    pub(crate) seats: Table<Did, Index<JobId>>,
    /// Derived: jobs that were assigned in the last block, whose snapshot's root is not known yet.
    pub(crate) unrooted: Index<JobId>,
    /// Derived: the root of the state after the last block.
    pub(crate) tip: Option<Cid>,
    /// Derived: the map that commits to every row.
    pub(crate) map: Hamt,
    /// Rows that changed since the state was last committed to.
    pub(crate) touched: BTreeSet<Key>,
    #[cfg(feature = "faults")]
    fault: Option<Fault>,
}

/// An executor and an owner.
pub(crate) type Praise = (Did, Did);

/// What the chain as a whole is at: its row stands for the last block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// The network.
    pub network: NetworkId,
    /// The last block's height; 0 is genesis.
    pub height: u64,
    /// The last block's time.
    pub time: Time,
    /// All mana that was made, and the treasury.
    pub supply: Supply,
    /// The index by which members' accounts refill.
    pub regeneration: Regeneration,
    /// True for a network to try things out on: it takes keys whose secrets are public.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub development: bool,
}

/// What the book knows of a DID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Its mana.
    pub account: Account,
    /// The nonce of its next transaction.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nonce: u64,
    /// Its reputation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub standing: Standing,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn is_default(standing: &Standing) -> bool {
    *standing == Standing::default()
}

/// What a draft has changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) chain: Option<Chain>,
    pub(crate) actors: Rows<Did, Actor>,
    pub(crate) executors: Rows<Did, Executor>,
    pub(crate) jobs: Rows<JobId, Arc<Job>>,
    pub(crate) receipts: Rows<Cid, Recorded>,
    pub(crate) anchors: Rows<Cid, Anchor>,
    pub(crate) praise: Rows<Praise, Time>,
    pub(crate) offences: Rows<Offence, Conviction>,
    pub(crate) governance: governance::Changes,
    pub(crate) zk: zk::Changes,
    pub(crate) next: Option<Next>,
}

impl State {
    /// A state of nothing but its chain's row.
    pub(crate) fn new(chain: Chain) -> Self {
        Self {
            chain,
            parameters: BTreeMap::new(),
            actors: Table::new(),
            validators: BTreeMap::new(),
            executors: Table::new(),
            jobs: Table::new(),
            receipts: Table::new(),
            anchors: Table::new(),
            praise: Table::new(),
            offences: Table::new(),
            governance: Arc::default(),
            zk: zk::State::default(),
            next: Next::default(),
            due: DueIndex::new(),
            open: Index::new(),
            seats: Table::new(),
            unrooted: Index::new(),
            tip: None,
            map: Hamt::new(),
            touched: BTreeSet::new(),
            #[cfg(feature = "faults")]
            fault: None,
        }
    }

    /// The same, without a guard.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn without(self, fault: Fault) -> Self {
        let fault = Some(fault);
        Self { fault, ..self }
    }

    #[cfg(feature = "faults")]
    pub(crate) fn lacks_guard(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    #[cfg(not(feature = "faults"))]
    pub(crate) const fn lacks_guard(&self, _: Fault) -> bool {
        false
    }

    /// The chain's row.
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// A governed parameter's value.
    pub fn parameter(&self, parameter: Parameter) -> u64 {
        let default = parameter.row().default;
        self.parameters.get(&parameter).copied().unwrap_or(default)
    }

    /// What every envelope costs.
    pub fn tx_fee(&self) -> Mana {
        let fee = self.parameter(Parameter::TxFee);
        Mana::new(fee).expect("fees are bounded well below the largest amount")
    }

    /// What the book knows of a DID, as it was last touched.
    pub fn actor(&self, did: &Did) -> Option<&Actor> {
        self.actors.get(did)
    }

    /// Every DID that the book knows, ascending.
    pub fn actors(&self) -> impl Iterator<Item = (&Did, &Actor)> {
        self.actors.iter()
    }

    /// A validator's power; 0 for all others.
    pub fn power(&self, did: &Did) -> u64 {
        self.validators.get(did).copied().unwrap_or(0)
    }

    /// Those who order the next block, and their powers, ascending.
    pub const fn validators(&self) -> &BTreeMap<Did, u64> {
        &self.validators
    }

    /// Members, proposals and votes.
    pub fn governance(&self) -> &governance::State {
        &self.governance
    }

    /// Circuits, issuers, credentials, trees and nullifiers.
    pub const fn zk(&self) -> &zk::State {
        &self.zk
    }

    /// A registered executor.
    pub fn executor(&self, did: &Did) -> Option<&Executor> {
        self.executors.get(did)
    }

    /// Every registered executor, ascending.
    pub fn executors(&self) -> impl Iterator<Item = (&Did, &Executor)> {
        self.executors.iter()
    }

    /// A job.
    pub fn job(&self, job: &JobId) -> Option<&Job> {
        self.jobs.get(job).map(Arc::as_ref)
    }

    /// Every job above an id, ascending.
    pub fn jobs_after(&self, after: Option<&JobId>) -> impl Iterator<Item = (&JobId, &Job)> {
        let from = after.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let above = self
            .jobs
            .range::<_, JobId>((from, std::ops::Bound::Unbounded));
        above.map(|(id, job)| (id, job.as_ref()))
    }

    /// A receipt that counted for a job.
    pub fn receipt(&self, receipt: &Cid) -> Option<&Recorded> {
        self.receipts.get(receipt)
    }

    /// An anchored record.
    pub fn anchor(&self, cid: &Cid) -> Option<&Anchor> {
        self.anchors.get(cid)
    }

    /// What came of a validator's offence, if it was shown.
    pub fn conviction(&self, offence: &Offence) -> Option<&Conviction> {
        self.offences.get(offence)
    }

    /// The snapshot after a block, if that block is the last one.
    pub fn snapshot_after(&self, height: u64) -> Option<Snapshot> {
        let root = self.tip.filter(|_| self.chain.height == height)?;
        Some(Snapshot { height, root })
    }

    /// When the next row falls due: blocks are made for that, too.
    pub fn next_due(&self) -> Option<Time> {
        let both = [self.due.next(), self.governance.next_due()];
        both.into_iter().flatten().min()
    }

    /// Takes a draft's changes in, and keeps what is derived from rows in step with them.
    pub(crate) fn absorb(&mut self, changes: Changes) {
        if let Some(chain) = changes.chain {
            self.chain = chain;
            self.touched.insert(Key::Chain);
        }
        for (id, new) in &changes.jobs {
            self.follow_job(*id, new.as_deref());
        }
        for (cid, new) in &changes.anchors {
            let old = self.anchors.get(cid).map(|anchor| anchor.until);
            self.due
                .replace(Due::Anchor(*cid), old, new.map(|anchor| anchor.until));
        }
        for (pair, new) in &changes.praise {
            let old = self.praise.get(pair).copied();
            self.due.replace(Due::Praise(pair.0, pair.1), old, *new);
        }
        if let Some(next) = changes.next {
            self.next = next;
        }
        if !changes.governance.is_empty() {
            let decided = Arc::make_mut(&mut self.governance).absorb(changes.governance);
            let decided = decided.into_iter().map(Key::Governance);
            self.touched.extend(decided);
        }
        let touched = &mut self.touched;
        let mut touch = |key| {
            touched.insert(key);
        };
        self.zk.absorb(changes.zk, |key| touch(Key::Zk(key)));
        absorb(&mut self.actors, changes.actors, |did| {
            touch(Key::Account(did))
        });
        absorb(&mut self.executors, changes.executors, |did| {
            touch(Key::Executor(did))
        });
        absorb(&mut self.jobs, changes.jobs, |job| touch(Key::Job(job)));
        absorb(&mut self.receipts, changes.receipts, |cid| {
            touch(Key::Receipt(cid))
        });
        absorb(&mut self.anchors, changes.anchors, |cid| {
            touch(Key::Anchor(cid))
        });
        absorb(&mut self.praise, changes.praise, |(a, b)| {
            touch(Key::Praise(a, b))
        });
        absorb(&mut self.offences, changes.offences, |offence| {
            touch(Key::Offence(offence))
        });
    }

    /// Keeps what is derived from a job in step with its row, which is about to be written.
    fn follow_job(&mut self, id: JobId, new: Option<&Job>) {
        let old = self.jobs.get(&id).map(Arc::as_ref);
        let due = old.and_then(Job::due);
        self.due.replace(Due::Job(id), due, new.and_then(Job::due));
        let (had, has) = (seated(old), seated(new));
        for did in had.iter().filter(|did| !has.contains(did)) {
            let jobs = self.seats.get_mut(did);
            let jobs = jobs.expect("who has a seat is in the index of seats");
            jobs.remove(&id);
            if jobs.is_empty() {
                self.seats.remove(did);
            }
        }
        for did in has.iter().filter(|did| !had.contains(did)) {
            self.seats.entry(*did).or_default().insert(id);
        }
        let wants_root = new.is_some_and(|job| match &job.phase {
            Phase::Assigned(assigned) => assigned.snapshot.is_none(),
            Phase::Open { .. } | Phase::Ended(_) => false,
        });
        keep(&mut self.unrooted, id, wants_root);
        keep(&mut self.open, id, new.is_some_and(Job::is_open));
    }
}

/// Who has a seat in a job that is assigned.
fn seated(job: Option<&Job>) -> Vec<Did> {
    match job.map(|job| &job.phase) {
        Some(Phase::Assigned(assigned)) => assigned.live().map(|seat| seat.executor).collect(),
        Some(Phase::Open { .. } | Phase::Ended(_)) | None => Vec::new(),
    }
}
