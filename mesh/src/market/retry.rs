//! Trying again: a job of this node's own that failed for lack of executors is submitted anew, to
//! others.

use super::choice::lot;
use super::{Market, Moment, Todo};
use crate::explain::Stage;
use crate::limits::RETRIED_MAX;
use icn_base::run::{Grant, JobSpec, Requires};
use icn_base::{Did, JobId, Time};
use icn_governance::Parameter;
use icn_ledger::job::{Ended, Ending};
use icn_ledger::limits::ALLOW_MAX;
use icn_ledger::{Action, Draft, Executor, Job};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Market {
    /// A job that this node has signed itself, before it is in the book, is to be tried again so
    /// often.
    pub(crate) fn retry(&mut self, moment: Moment<'_>, id: JobId, times: u8) -> Vec<Todo> {
        if times == 0 {
            return Vec::new();
        }
        if self.retries.len() >= RETRIED_MAX {
            // Those that never came into the book make room.
            self.retries.retain(|id, _| moment.state.job(id).is_some());
        }
        if self.retries.len() < RETRIED_MAX {
            self.retries.insert(id, times);
        }
        vec![Todo::Retries(self.retries.clone())]
    }

    /// A job has opened: it may be the one that this node tries again.
    pub(super) fn follow(&mut self, id: JobId, job: &Job, todo: &mut Vec<Todo>) {
        let tried = job.spec.retry_of.filter(|_| job.owner == self.me);
        let Some(left) = tried.and_then(|tried| self.retries.remove(&tried)) else {
            return;
        };
        if let Some(left) = left.checked_sub(1).filter(|left| *left > 0) {
            self.retries.insert(id, left);
        }
        todo.push(Todo::Retries(self.retries.clone()));
    }

    /// After a start: which jobs were tried again already, and again.
    pub(super) fn follow_all(&mut self, moment: Moment<'_>, todo: &mut Vec<Todo>) {
        let jobs = moment.state.jobs_after(None);
        let mut tries: BTreeMap<JobId, (JobId, &Job)> = jobs
            .filter(|(_, job)| job.owner == self.me)
            .filter_map(|(id, job)| job.spec.retry_of.map(|tried| (tried, (*id, job))))
            .collect();
        let mut last: Vec<JobId> = self.retries.keys().copied().collect();
        while let Some(tried) = last.pop() {
            if let Some((id, job)) = tries.remove(&tried) {
                self.follow(id, job, todo);
                last.push(id);
            }
        }
    }

    /// A job has ended: tries it again if it failed for lack of executors and that was asked for.
    pub(super) fn try_again(
        &mut self,
        moment: Moment<'_>,
        (id, job): (JobId, &Job),
        ended: &Ended,
        todo: &mut Vec<Todo>,
    ) {
        if !self.retries.contains_key(&id) {
            return;
        }
        let again = match ended.how {
            Ending::NoBids | Ending::Late | Ending::Disagreed => job.owner == self.me,
            Ending::Completed
            | Ending::GuestFailed
            | Ending::EffectRefused { .. }
            | Ending::Cancelled => false,
        };
        if !again {
            self.retries.remove(&id);
            return todo.push(Todo::Retries(self.retries.clone()));
        }
        let mut bad = self.silent.remove(&id).unwrap_or_default();
        if ended.how == Ending::Disagreed {
            let receipts = ended.receipts.iter();
            let known = receipts.filter_map(|receipt| moment.state.receipt(receipt));
            bad.extend(known.map(|receipt| receipt.executor));
        }
        let Some(deadline) = later(job, moment.at()) else {
            return;
        };
        let spec = JobSpec {
            deadline,
            retry_of: Some(id),
            requires: Requires {
                allow: without(moment, id, job, &bad),
                ..job.spec.requires.clone()
            },
            ..(*job.spec).clone()
        };
        self.memory.note(id, moment.now, Stage::Retried);
        todo.push(Todo::Act(Action::SubmitJob {
            spec: Arc::new(spec),
        }));
    }
}

/// As far ahead as the deadline was when the job opened.
fn later(job: &Job, at: Time) -> Option<Time> {
    let length_ms = job.spec.deadline.ms_since(job.opened);
    at.after_ms(length_ms).ok()
}

/// An allow-list that leaves out those who failed. It never lets in whom the job would not have
/// taken, and if too few are left, the list stays as it was.
fn without(moment: Moment<'_>, id: JobId, job: &Job, bad: &BTreeSet<Did>) -> BTreeSet<Did> {
    let allowed = &job.spec.requires.allow;
    if bad.is_empty() || trusts_nobody_by_name(moment, job) {
        return allowed.clone();
    }
    let at = moment.at();
    let draft = Draft::new(moment.state, at);
    let executors = moment.state.executors();
    let fit = executors.filter(|(did, known)| !bad.contains(did) && fits(job, did, known));
    let ranked = fit.filter_map(|(did, _)| {
        let actor = draft.actor(did);
        let rank = (Reverse(actor.standing.score(at)), lot(&id, did), *did);
        actor.account.is_member().then_some(rank)
    });
    let mut others: Vec<_> = ranked.collect();
    if others.len() < usize::from(job.spec.agreement.executors) {
        return allowed.clone();
    }
    others.sort_unstable();
    let others = others.into_iter().map(|(_, _, did)| did);
    others.take(ALLOW_MAX).collect()
}

/// A job whose effects are believed because its owner orders alone would be believed by anyone who
/// is named: it names nobody.
fn trusts_nobody_by_name(moment: Moment<'_>, job: &Job) -> bool {
    let spec = &job.spec;
    let quorum = moment.state.parameter(Parameter::ValuableQuorum);
    spec.requires.allow.is_empty()
        && spec.grants.iter().any(Grant::is_valuable)
        && u64::from(spec.agreement.quorum) < quorum
}

/// True if an executor has what the job asks for, whether it has room just now or not.
fn fits(job: &Job, did: &Did, known: &Executor) -> bool {
    let (requires, profile) = (&job.spec.requires, &known.profile);
    let mut labels = requires.labels.iter();
    let worst = profile.prices.charge(job.spec.fuel_limit);
    known.open
        && (requires.allow.is_empty() || requires.allow.contains(did))
        && requires.capabilities.is_subset(&profile.capabilities)
        && labels.all(|(name, value)| profile.labels.get(name) == Some(value))
        && worst.is_ok_and(|worst| worst <= job.spec.max_price)
}
