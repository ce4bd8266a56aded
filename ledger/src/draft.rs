//! A draft: the state as a rule would change it. It is kept whole or dropped whole.

use crate::executor::Executor;
use crate::job::Job;
use crate::next::Next;
use crate::record::{Anchor, Conviction};
use crate::state::{Actor, Chain, Changes};
use crate::table::seen;
use crate::zk::View;
use crate::{Event, Reject, State};
use icn_base::order::Offence;
use icn_base::{Cid, Did, JobId, Mana, NetworkId, Time};
use icn_economics::{Account, AccountError};
use icn_governance::{Book, Parameter, World};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A state and what a rule has changed in it so far.
#[derive(Clone, Debug)]
pub struct Draft<'s> {
    pub(crate) state: &'s State,
    pub(crate) at: Time,
    pub(crate) changes: Changes,
    pub(crate) events: Vec<Event>,
}

impl<'s> Draft<'s> {
    /// Nothing changed yet. `at` is the time of the block that is being applied.
    pub fn new(state: &'s State, at: Time) -> Self {
        Self {
            state,
            at,
            changes: Changes::default(),
            events: Vec::new(),
        }
    }

    /// The time of the block that is being applied.
    pub const fn at(&self) -> Time {
        self.at
    }

    /// The height of the block that is being applied.
    pub const fn height(&self) -> u64 {
        self.state.chain.height.saturating_add(1)
    }

    /// The network.
    pub const fn network(&self) -> &NetworkId {
        &self.state.chain.network
    }

    /// True once a deadline is due: the parent block's time has reached it, so a transaction that
    /// was in time cannot lose to a jump of the clock.
    pub fn is_due(&self, deadline: Time) -> bool {
        self.state.chain.time >= deadline
    }

    /// A governed parameter.
    pub fn parameter(&self, parameter: Parameter) -> u64 {
        self.state.parameter(parameter)
    }

    /// A governed amount.
    pub fn amount(&self, parameter: Parameter) -> Mana {
        Mana::new(self.parameter(parameter)).expect("amounts are bounded well below the largest")
    }

    /// What the book knows of a DID, regenerated up to now.
    pub fn actor(&self, did: &Did) -> Actor {
        let mut actor = self.stored(did);
        let mut supply = self.chain().supply;
        supply.touch(
            &mut actor.account,
            self.index(),
            self.amount(Parameter::Capacity),
        );
        actor
    }

    /// Changes an account after it has regenerated up to now.
    pub(crate) fn change<T>(
        &mut self,
        did: &Did,
        change: impl FnOnce(&mut Account) -> Result<T, AccountError>,
    ) -> Result<T, Reject> {
        self.change_actor(did, |actor| change(&mut actor.account))
    }

    /// Changes all that the book knows of a DID. A refusal changes nothing.
    pub(crate) fn change_actor<T>(
        &mut self,
        did: &Did,
        change: impl FnOnce(&mut Actor) -> Result<T, AccountError>,
    ) -> Result<T, Reject> {
        let mut actor = self.stored(did);
        let mut chain = *self.chain();
        let capacity = self.amount(Parameter::Capacity);
        chain
            .supply
            .touch(&mut actor.account, self.index(), capacity);
        let answer = change(&mut actor)?;
        self.changes.chain = Some(chain);
        self.changes.actors.insert(*did, Some(actor));
        Ok(answer)
    }

    /// Takes into the treasury what has just left an account.
    pub(crate) fn collect(&mut self, amount: Mana) {
        let mut chain = *self.chain();
        chain
            .supply
            .collect(amount)
            .expect("what left an account fits the treasury");
        self.changes.chain = Some(chain);
    }

    /// Pays an account from the treasury.
    pub(crate) fn pay_out(&mut self, to: &Did, amount: Mana) -> Result<(), Reject> {
        self.change(to, |payee| payee.deposit(amount))?;
        let mut chain = *self.chain();
        chain.supply.pay_out(amount)?;
        self.changes.chain = Some(chain);
        Ok(())
    }

    /// Begins or ends a membership: a member's account regenerates from now on, or up to now.
    pub(crate) fn set_member(&mut self, did: &Did, is_member: bool) {
        let (mut actor, mut chain) = (self.stored(did), *self.chain());
        let capacity = self.amount(Parameter::Capacity);
        if is_member {
            chain.supply.admit(&mut actor.account, self.index());
        } else {
            chain
                .supply
                .remove(&mut actor.account, self.index(), capacity);
        }
        self.changes.chain = Some(chain);
        self.changes.actors.insert(*did, Some(actor));
    }

    /// What members decide about, as it stands. `seen` is when the one who acts last saw it.
    pub fn book(&self, seen: Time) -> Book<'_> {
        let next = self.next();
        let validators = next.validators.as_ref();
        let world = World {
            parameters: &self.state.parameters,
            pending: &next.parameters,
            validators: validators.unwrap_or(&self.state.validators),
            circuits: self.state.zk.in_use(),
            treasury: self.chain().supply.treasury,
        };
        Book {
            state: &self.state.governance,
            changes: &self.changes.governance,
            world,
            at: self.at,
            parent: self.state.chain.time,
            seen,
        }
    }

    /// Circuits, issuers, credentials, trees and nullifiers.
    pub const fn zk(&self) -> View<'_> {
        View {
            state: &self.state.zk,
            changes: &self.changes.zk,
        }
    }

    /// What the block has decided so far for the next one.
    pub(crate) fn next(&self) -> &Next {
        self.changes.next.as_ref().unwrap_or(&self.state.next)
    }

    /// A job.
    pub fn job(&self, id: &JobId) -> Option<&Job> {
        seen(&self.changes.jobs, &self.state.jobs, id).map(Arc::as_ref)
    }

    /// The first jobs that wait for bids, by their ids.
    pub fn open_jobs(&self, count: usize) -> impl Iterator<Item = (&JobId, &Job)> {
        let changed = &self.changes.jobs;
        let enough = count.saturating_add(changed.len());
        let known = self.state.open.iter().take(enough);
        let ids: BTreeSet<_> = known.chain(changed.keys()).collect();
        let jobs = ids.into_iter().filter_map(|id| Some((id, self.job(id)?)));
        jobs.filter(|(_, job)| job.is_open()).take(count)
    }

    /// How many children a run has submitted so far: they open when their parent settles.
    pub(crate) fn count_children(&self, parent: &JobId) -> u32 {
        let jobs = self.changes.jobs.values().flatten();
        let children = jobs.filter(|job| job.tree.parent.as_ref() == Some(parent));
        u32::try_from(children.count()).unwrap_or(u32::MAX)
    }

    /// A job to change; [`Draft::put_job`] brings it back.
    pub(crate) fn take_job(&self, id: &JobId) -> Result<Job, Reject> {
        self.job(id).cloned().ok_or(Reject::UnknownJob { job: *id })
    }

    pub(crate) fn put_job(&mut self, id: JobId, job: Job) {
        self.changes.jobs.insert(id, Some(Arc::new(job)));
    }

    pub(crate) fn executor(&self, did: &Did) -> Option<&Executor> {
        seen(&self.changes.executors, &self.state.executors, did)
    }

    pub(crate) fn put_executor(&mut self, did: Did, executor: Option<Executor>) {
        self.changes.executors.insert(did, executor);
    }

    /// Keeps a record until the time that is voted for it; one that is kept is kept on.
    pub(crate) fn anchor(&mut self, cid: Cid, by: Did, receipt: bool) {
        let ttl_ms = self.parameter(Parameter::AnchorTtlMs);
        let until = self.at.after_ms(ttl_ms).unwrap_or(self.at);
        self.changes
            .anchors
            .insert(cid, Some(Anchor { by, until, receipt }));
        self.emit(Event::Anchored { cid, by });
    }

    /// Begins the day on which an executor gains nothing more by an owner, unless it has begun.
    pub(crate) fn begin_day(&mut self, executor: Did, owner: Did, day_ms: u64) -> bool {
        let pair = (executor, owner);
        let begun = seen(&self.changes.praise, &self.state.praise, &pair);
        if begun.is_some_and(|until| self.at < *until) {
            return false;
        }
        let until = self.at.after_ms(day_ms).unwrap_or(self.at);
        self.changes.praise.insert(pair, Some(until));
        true
    }

    pub(crate) fn conviction(&self, offence: &Offence) -> Option<&Conviction> {
        seen(&self.changes.offences, &self.state.offences, offence)
    }

    /// Takes a validator's power from the next height on, and answers how much it was: none if the
    /// block has taken it already, or if nobody else would be left.
    pub(crate) fn take_power(&mut self, did: &Did) -> u64 {
        let mut next = self.next().clone();
        let powers = next
            .validators
            .get_or_insert_with(|| self.state.validators.clone());
        if powers.len() < 2 {
            return 0;
        }
        let lost = powers.remove(did).unwrap_or(0);
        self.changes.next = Some(next);
        lost
    }

    /// Moves an executor's reputation.
    pub(crate) fn credit(&mut self, executor: &Did, by: i32) {
        let at = self.at;
        let moved = self.change_actor(executor, |actor| {
            actor.standing.change(at, by);
            Ok(())
        });
        moved.expect("reputation needs no mana");
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    fn chain(&self) -> &Chain {
        self.changes.chain.as_ref().unwrap_or(&self.state.chain)
    }

    fn index(&self) -> u64 {
        self.chain().regeneration.index(self.at)
    }

    fn stored(&self, did: &Did) -> Actor {
        seen(&self.changes.actors, &self.state.actors, did)
            .copied()
            .unwrap_or_default()
    }
}
