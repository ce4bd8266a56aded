//! Transactions that wait for a block.
//!
//! First come, first served: all pay the same fee, so nothing else could decide. An account's
//! transactions keep the order of their nonces; one that is ahead waits until the gap closes.

use crate::limits::{MEMPOOL_ACCOUNT_TXS_MAX, MEMPOOL_BYTES_MAX, MEMPOOL_TXS_MAX};
use icn_base::{Did, JobId, Keypair, NetworkId, Time, TxId};
use icn_dag::Block;
use icn_ledger::tx::{SignedTx, TxBody, Verified};
use icn_ledger::{Action, Draft, Reject, State, check_verified};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

/// A transaction whose signatures hold. Making one needs no state, so it can be done on any thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    verified: Verified,
}

impl Waiting {
    /// Checks size, network and signatures.
    pub fn new(tx: SignedTx, network: &NetworkId) -> Result<Self, Reject> {
        let verified = tx.verify(network)?;
        Ok(Self { verified })
    }

    /// The same where its signatures may have held before; see [`SignedTx::verify_unless`].
    pub(crate) fn unless(
        tx: SignedTx,
        network: &NetworkId,
        held: impl FnOnce(&TxId) -> bool,
    ) -> Result<Self, Reject> {
        let verified = tx.verify_unless(network, held)?;
        Ok(Self { verified })
    }

    /// One that this node signs itself; see [`Verified::own`].
    pub(crate) fn own(body: TxBody, keys: &Keypair) -> Result<Self, Reject> {
        let verified = Verified::own(body, keys)?;
        Ok(Self { verified })
    }

    /// Its id.
    pub const fn id(&self) -> TxId {
        self.verified.id()
    }

    /// As it was signed.
    pub fn tx(&self) -> &SignedTx {
        self.verified.signed()
    }

    /// As the book takes it.
    pub const fn verified(&self) -> &Verified {
        &self.verified
    }

    /// As a block of the DAG.
    pub const fn block(&self) -> &Block {
        self.verified.block()
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        self.block().bytes().len()
    }

    /// What the book takes, alone.
    pub fn into_verified(self) -> Verified {
        self.verified
    }

    fn from(&self) -> Did {
        self.verified.body().from
    }

    /// The job whose party sends it.
    fn market_job(&self) -> Option<JobId> {
        self.verified.body().action.market_job()
    }
}

/// Why a transaction does not wait here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The book would refuse it.
    #[error(transparent)]
    Book(#[from] Reject),
    /// It waits already.
    #[error("the transaction waits for a block already")]
    Known,
    /// Another one of this account has its nonce.
    #[error("transaction {by} of this account waits with the same nonce; take another nonce")]
    NonceTaken {
        /// Which one.
        by: TxId,
    },
    /// It would wait for too many others.
    #[error(
        "the account's next nonce is {next}; one waits here only below {}",
        next.saturating_add(MEMPOOL_ACCOUNT_TXS_MAX as u64)
    )]
    NonceFarAhead {
        /// The account's next nonce.
        next: u64,
    },
    /// The account has as many waiting as it may.
    #[error("{MEMPOOL_ACCOUNT_TXS_MAX} transactions of this account wait; send it again later")]
    AccountFull,
    /// There is no room.
    #[error("too many transactions wait for a block; send it again later")]
    Full,
}

/// The transactions that wait, found by account, by age and by the time they end.
#[derive(Clone, Debug)]
pub struct Mempool {
    txs_max: usize,
    bytes_max: usize,
    waiting: BTreeMap<TxId, (u64, Waiting)>,
    accounts: BTreeMap<Did, Account>,
    /// Assignments, whoever signed them.
    assignments: BTreeMap<JobId, BTreeSet<TxId>>,
    ends: BTreeSet<(Time, TxId)>,
    bytes: usize,
    arrivals: u64,
    /// One that a block could hold, as far as is known since the last block.
    stood: Option<TxId>,
}

/// What waits of one account: by nonce, and by job the messages of its parties, which have no nonce.
#[derive(Clone, Debug, Default)]
struct Account {
    by_nonce: BTreeMap<u64, TxId>,
    by_job: BTreeMap<JobId, BTreeSet<TxId>>,
    market: usize,
}

impl Account {
    fn len(&self) -> usize {
        self.by_nonce.len().saturating_add(self.market)
    }

    /// Room for so many, and beyond them for one message of each job that it is a party of: a
    /// busy coordinator or executor has no other way to say what the jobs' owners pay for.
    fn has_room(&self, job: Option<JobId>) -> bool {
        let is_first = job.is_some_and(|job| !self.by_job.contains_key(&job));
        is_first || self.len() < MEMPOOL_ACCOUNT_TXS_MAX
    }

    fn add(&mut self, job: JobId, id: TxId) {
        if self.by_job.entry(job).or_default().insert(id) {
            self.market = self.market.saturating_add(1);
        }
    }

    fn drop(&mut self, job: JobId, id: &TxId) {
        let Some(ids) = self.by_job.get_mut(&job) else {
            return;
        };
        if ids.remove(id) {
            self.market = self.market.saturating_sub(1);
        }
        if ids.is_empty() {
            self.by_job.remove(&job);
        }
    }
}

impl Default for Mempool {
    fn default() -> Self {
        Self::with_room(MEMPOOL_TXS_MAX, MEMPOOL_BYTES_MAX)
    }
}

impl Mempool {
    /// One that holds so many, of so many bytes together.
    pub fn with_room(txs_max: usize, bytes_max: usize) -> Self {
        Self {
            txs_max,
            bytes_max,
            waiting: BTreeMap::new(),
            accounts: BTreeMap::new(),
            assignments: BTreeMap::new(),
            ends: BTreeSet::new(),
            bytes: 0,
            arrivals: 0,
            stood: None,
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// True if none does.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Bytes of all that wait.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// One that waits.
    pub fn get(&self, id: &TxId) -> Option<&Waiting> {
        self.waiting.get(id).map(|(_, waiting)| waiting)
    }

    /// Takes a transaction, if the book would at this state and time, or would once those before
    /// it are in.
    pub fn offer(&mut self, waiting: Waiting, state: &State, at: Time) -> Result<(), NotTaken> {
        if self.waiting.contains_key(&waiting.id()) {
            return Err(NotTaken::Known);
        }
        self.judge(&waiting, state, at)?;
        let (account, job) = (self.accounts.get(&waiting.from()), waiting.market_job());
        if account.is_some_and(|account| !account.has_room(job)) {
            return Err(NotTaken::AccountFull);
        }
        let bytes = self.bytes.saturating_add(waiting.bytes());
        if self.len() >= self.txs_max || bytes > self.bytes_max {
            return Err(NotTaken::Full);
        }
        self.insert(waiting);
        Ok(())
    }

    /// The book speaks first, so that what it refuses has its number.
    fn judge(&self, waiting: &Waiting, state: &State, at: Time) -> Result<(), NotTaken> {
        let verdict = check_verified(state, &waiting.verified, at);
        let body = waiting.verified.body();
        let Some(nonce) = body.nonce else {
            return Ok(verdict?);
        };
        let ahead = match verdict {
            Err(Reject::NonceAhead { next }) => nonce.saturating_sub(next),
            other => {
                other?;
                0
            }
        };
        let account = self.accounts.get(&body.from);
        if let Some(by) = account.and_then(|account| account.by_nonce.get(&nonce)) {
            return Err(NotTaken::NonceTaken { by: *by });
        }
        if ahead >= MEMPOOL_ACCOUNT_TXS_MAX as u64 {
            return Err(NotTaken::NonceFarAhead {
                next: nonce.saturating_sub(ahead),
            });
        }
        affords(state, &body.from, ahead, at)
    }

    fn insert(&mut self, waiting: Waiting) {
        let (id, body) = (waiting.id(), waiting.verified.body());
        let account = self.accounts.entry(body.from).or_default();
        if let Some(nonce) = body.nonce {
            account.by_nonce.insert(nonce, id);
        }
        if let Some(job) = waiting.market_job() {
            account.add(job, id);
        }
        if let Action::AssignJob { job, .. } = body.action {
            self.assignments.entry(job).or_default().insert(id);
        }
        self.ends.insert((body.valid_until, id));
        self.bytes = self.bytes.saturating_add(waiting.bytes());
        self.arrivals = self.arrivals.saturating_add(1);
        self.waiting.insert(id, (self.arrivals, waiting));
    }

    /// A message of a job's party that waits and would still stand, where this one is to be said.
    pub(crate) fn alike(
        &self,
        from: &Did,
        action: &Action,
        state: &State,
        at: Time,
    ) -> Option<&Waiting> {
        let waiting = self.accounts.get(from)?.by_job.get(&action.market_job()?)?;
        let kind = discriminant(action);
        let mut waiting = waiting.iter().filter_map(|id| self.get(id));
        waiting
            .find(|one| discriminant(&one.verified.body().action) == kind && stands(one, state, at))
    }

    /// Whose assignments of a job wait and would still stand.
    pub(crate) fn assigners(
        &self,
        job: &JobId,
        state: &State,
        at: Time,
    ) -> impl Iterator<Item = Did> {
        let waiting = self.assignments.get(job).into_iter().flatten();
        let waiting = waiting.filter_map(|id| self.get(id));
        let standing = waiting.filter(move |one| stands(one, state, at));
        standing.map(Waiting::from)
    }

    /// The nonce of the account's next transaction, after all that wait.
    pub fn next_nonce(&self, state: &State, did: &Did) -> u64 {
        let first = next_nonce(state, did);
        let waiting = |nonce: &u64| self.at_nonce(did, *nonce).is_some();
        (first..u64::MAX)
            .find(|nonce| !waiting(nonce))
            .unwrap_or(first)
    }

    /// True if a block at this time could take one. Those that could have gone but that the book takes
    /// no more are dropped on the way: nobody makes blocks for them.
    pub fn has_ready(&mut self, state: &State, at: Time) -> bool {
        let stood = self.stood.and_then(|id| self.get(&id));
        if stood.is_some_and(|waiting| waiting.verified.body().valid_until >= at) {
            return true;
        }
        let (mut stood, mut passed) = (None, Vec::new());
        for (_, id) in self.heads(state) {
            let waiting = self.get(&id);
            if waiting.is_some_and(|waiting| stands(waiting, state, at)) {
                stood = Some(id);
                break;
            }
            passed.push(id);
        }
        for id in passed {
            self.remove(&id);
        }
        self.stood = stood;
        stood.is_some()
    }

    /// Some that wait, those first that came first.
    pub fn oldest(&self, count: usize) -> impl Iterator<Item = &Waiting> {
        let mut all: Vec<_> = self.waiting.values().collect();
        all.sort_by_key(|(age, _)| *age);
        all.into_iter().take(count).map(|(_, waiting)| waiting)
    }

    /// Drops one that waits, for example because a block shows that it can never be taken.
    pub fn remove(&mut self, id: &TxId) -> Option<Waiting> {
        let (_, waiting) = self.waiting.remove(id)?;
        let body = waiting.verified.body();
        self.ends.remove(&(body.valid_until, *id));
        self.bytes = self.bytes.saturating_sub(waiting.bytes());
        if let Action::AssignJob { job, .. } = &body.action
            && let Some(ids) = self.assignments.get_mut(job)
        {
            ids.remove(id);
            if ids.is_empty() {
                self.assignments.remove(job);
            }
        }
        if let Some(account) = self.accounts.get_mut(&body.from) {
            if let Some(job) = waiting.market_job() {
                account.drop(job, id);
            }
            if let Some(nonce) = body.nonce {
                account.by_nonce.remove(&nonce);
            }
            if account.len() == 0 {
                self.accounts.remove(&body.from);
            }
        }
        Some(waiting)
    }

    /// What a block at this time can take, those first that came first: so many, of so many bytes
    /// together. An account's nonces follow each other without a gap. Those that the book takes no more
    /// are dropped on the way: else they would come first in every block that is made, and leave it empty.
    pub fn next(&mut self, state: &State, at: Time, count: usize, bytes: usize) -> Vec<Waiting> {
        let (mut chosen, mut left) = (Vec::new(), bytes);
        let mut ready: BTreeSet<(u64, TxId)> = self.heads(state).collect();
        while chosen.len() < count
            && let Some((age, id)) = ready.pop_first()
        {
            let Some(waiting) = self.get(&id).cloned() else {
                continue;
            };
            let body = waiting.verified.body();
            if body.valid_until < at || waiting.bytes() > left {
                continue;
            }
            let is_first = |nonce| nonce == next_nonce(state, &body.from);
            if body.nonce.is_none_or(is_first) && !stands(&waiting, state, at) {
                self.remove(&id);
                continue;
            }
            left = left.saturating_sub(waiting.bytes());
            let after = body.nonce.and_then(|nonce| nonce.checked_add(1));
            if let Some((came, next)) = after.and_then(|nonce| self.at_nonce(&body.from, nonce)) {
                // One that came early but waited for this one comes right behind it.
                ready.insert((came.max(age), next));
            }
            chosen.push(waiting);
        }
        chosen
    }

    /// What can go now: of each account the next by nonce, and all that has none.
    fn heads(&self, state: &State) -> impl Iterator<Item = (u64, TxId)> {
        self.accounts.iter().flat_map(|(did, account)| {
            let next = self.at_nonce(did, next_nonce(state, did));
            let market = account.by_job.values().flatten();
            let aged = market.filter_map(|id| self.waiting.get(id).map(|(age, _)| (*age, *id)));
            next.into_iter().chain(aged)
        })
    }

    fn at_nonce(&self, from: &Did, nonce: u64) -> Option<(u64, TxId)> {
        let id = self.accounts.get(from)?.by_nonce.get(&nonce)?;
        self.waiting.get(id).map(|(age, _)| (*age, *id))
    }

    /// After a block: drops what stood in it, what its nonces have passed by, and what has ended.
    /// It costs what is dropped and what was decided, not what waits.
    pub fn settle(&mut self, decided: &[Verified], state: &State, at: Time) {
        self.stood = None;
        for tx in decided {
            self.remove(&tx.id());
            let from = tx.body().from;
            let next = next_nonce(state, &from);
            let passed = |account: &Account| -> Vec<TxId> {
                account.by_nonce.range(..next).map(|(_, id)| *id).collect()
            };
            let passed = self.accounts.get(&from).map(passed);
            for id in passed.unwrap_or_default() {
                self.remove(&id);
            }
        }
        while let Some((end, id)) = self.ends.first().copied() {
            if end >= at {
                break;
            }
            self.remove(&id);
        }
    }
}

/// True if a block could hold it now.
fn stands(waiting: &Waiting, state: &State, at: Time) -> bool {
    match check_verified(state, &waiting.verified, at) {
        Ok(()) => true,
        Err(reject) => !reject.is_envelope() && !waiting.verified.body().action.is_market(),
    }
}

/// So that nobody fills the room for nothing: what is ahead waits only for an account that can pay
/// for it and for all before it.
fn affords(state: &State, from: &Did, ahead: u64, at: Time) -> Result<(), NotTaken> {
    let spendable = Draft::new(state, at).actor(from).account.spendable();
    let fee = state.tx_fee();
    match fee.times(ahead.saturating_add(1)) {
        Ok(fees) if fees <= spendable => Ok(()),
        _ => Err(Reject::FeeNotPayable { fee, spendable }.into()),
    }
}

fn next_nonce(state: &State, did: &Did) -> u64 {
    state.actor(did).map_or(0, |actor| actor.nonce)
}

#[cfg(test)]
mod tests;
