//! What a market reads in a block.

use super::{Market, Moment, Todo};
use crate::explain::Stage;
use icn_base::JobId;
use icn_ledger::job::Ending;
use icn_ledger::{Event, Verdict};
use std::collections::BTreeSet;

/// Everything that a block has changed, in order.
pub(crate) fn facts<'e>(
    verdicts: &'e [Verdict],
    due: &'e [Event],
) -> impl Iterator<Item = &'e Event> {
    let applied = verdicts.iter().flat_map(|verdict| match verdict {
        Verdict::Applied(events) => events.as_slice(),
        Verdict::Failed(_) | Verdict::Refused(_) => &[],
    });
    applied.chain(due)
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Jobs in which something happened, in order.
    pub(super) jobs: Vec<JobId>,
    seen: BTreeSet<JobId>,
    /// True if seats may have become free, or others may want them.
    pub(super) freed: bool,
    /// True if this node's own offer has changed.
    pub(super) registered: bool,
}

impl Market {
    /// Remembers a fact for those who ask why, and what is needed of it later.
    pub(super) fn read(
        &mut self,
        moment: Moment<'_>,
        fact: &Event,
        read: &mut Read,
        todo: &mut Vec<Todo>,
    ) {
        if let Event::ExecutorRegistered { executor } = fact {
            read.freed = true;
            read.registered |= *executor == self.me;
        }
        if let Event::BondForfeited { job, executor, .. } = fact
            && self.retries.contains_key(job)
        {
            self.silent.entry(*job).or_default().insert(*executor);
        }
        let Some((id, stage)) = stage(fact) else {
            return;
        };
        match (&stage, moment.state.job(&id)) {
            (Stage::Opened, Some(job)) => self.follow(id, job, todo),
            (Stage::Sealed(_) | Stage::Revealed(_), _) => {}
            _ => read.freed = true,
        }
        self.memory.note(id, moment.now, stage);
        if read.seen.insert(id) {
            read.jobs.push(id);
        }
    }
}

/// What a fact says of a job's life.
fn stage(fact: &Event) -> Option<(JobId, Stage)> {
    let (job, stage) = match fact {
        Event::JobOpened { job, .. } => (job, Stage::Opened),
        Event::JobAssigned { job, executors } => (job, Stage::Assigned(executors.clone())),
        Event::SeatDeclined {
            job,
            executor,
            next,
            ..
        } => {
            let (executor, next) = (*executor, *next);
            (job, Stage::Returned { executor, next })
        }
        Event::ReceiptSealed { job, executor } => (job, Stage::Sealed(*executor)),
        Event::ReceiptRevealed { job, executor, .. } => (job, Stage::Revealed(*executor)),
        Event::JobEnded { job, how, .. } => (job, Stage::Ended(ending(*how))),
        Event::Transferred { .. }
        | Event::ExecutorPaid { .. }
        | Event::BondForfeited { .. }
        | Event::BlockWritten { .. }
        | Event::ManaSpent { .. }
        | Event::ManaPaid { .. }
        | Event::ExecutorRegistered { .. }
        | Event::ExecutorWithdrawn { .. }
        | Event::Anchored { .. }
        | Event::Governance(_)
        | Event::Enacted(_)
        | Event::AnchorExpired { .. }
        | Event::ProofPaid { .. }
        | Event::Enrolled { .. }
        | Event::IssuerRegistered { .. }
        | Event::CredentialIssued { .. }
        | Event::CredentialRevoked { .. }
        | Event::OffenceRecorded { .. } => return None,
    };
    Some((*job, stage))
}

fn ending(how: Ending) -> String {
    match how {
        Ending::Completed => "completed: the guest ended well and its effects stand".into(),
        Ending::GuestFailed => "guest failed: it was paid for the fuel that it used".into(),
        Ending::EffectRefused { effect, number } => {
            format!("guest failed: effect {effect} was refused with number {number}")
        }
        Ending::NoBids => "no bids: nobody took a seat, or nobody is left".into(),
        Ending::Late => "late: executors were silent".into(),
        Ending::Cancelled => "cancelled by its owner".into(),
        Ending::Disagreed => "disagreed: no claim found enough agreement".into(),
    }
}
