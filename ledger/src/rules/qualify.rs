//! Who may have a seat: every hard requirement is checked by the book itself.

use crate::bid::Bid;
use crate::executor::Executor;
use crate::job::{Job, Phase, Seat, Work};
use crate::rules::spec;
use crate::{Draft, Reject};
use icn_base::{Did, JobId, Mana};
use icn_economics::Offer;
use icn_governance::Parameter;

/// A job whose seats may be given now: it is open, not too late, and leaves time to run.
pub(crate) fn assignable<'d>(draft: &'d Draft<'_>, id: &JobId) -> Result<&'d Job, Reject> {
    let job = draft.job(id).ok_or(Reject::UnknownJob { job: *id })?;
    let Phase::Open { last_call, .. } = job.phase else {
        return Err(Reject::JobNotOpen { job: *id });
    };
    if draft.is_due(last_call) {
        return Err(Reject::AssignClosed {});
    }
    in_time(draft, job)?;
    Ok(job)
}

/// Refuses a job that leaves no time to run.
pub(crate) fn in_time(draft: &Draft<'_>, job: &Job) -> Result<(), Reject> {
    let earliest = spec::earliest_end(draft, &job.spec);
    if job.spec.deadline < earliest {
        return Err(Reject::TimeTooShort { earliest });
    }
    Ok(())
}

/// Refuses an executor that may not have a seat in the job for this offer.
pub(crate) fn executor(
    draft: &Draft<'_>,
    job: &Job,
    executor: Did,
    offer: &Offer,
) -> Result<(), Reject> {
    let registered = draft.executor(&executor).filter(|known| known.open);
    let Some(registered) = registered else {
        return Err(Reject::NotRegistered { executor });
    };
    let actor = draft.actor(&executor);
    if !actor.account.is_member() {
        return Err(Reject::NotMember { did: executor });
    }
    if !spec::allows(draft, &job.owner, &job.spec, &executor) {
        return Err(Reject::NotAllowed { executor });
    }
    if let Some(name) = missing(job, registered) {
        return Err(Reject::CapabilityMissing { executor, name });
    }
    let (score, wanted) = (
        actor.standing.score(draft.at()),
        job.spec.requires.reputation,
    );
    if u32::from(score) < wanted {
        return Err(Reject::ReputationTooLow {
            executor,
            score,
            wanted,
        });
    }
    let capacity = registered.profile.capacity;
    if registered.busy >= capacity {
        return Err(Reject::NoCapacity { executor, capacity });
    }
    let (worst, max_price) = (offer.charge(job.spec.fuel_limit)?, job.spec.max_price);
    if worst > max_price {
        return Err(Reject::PriceTooHigh {
            executor,
            worst,
            max_price,
        });
    }
    let needed = bond(draft, worst).plus(fees(job)?)?;
    let spendable = actor.account.spendable();
    if needed > spendable {
        return Err(Reject::BondNotPayable {
            executor,
            needed,
            spendable,
        });
    }
    Ok(())
}

/// Refuses a bid that may not have a seat in the job.
pub(crate) fn bid(draft: &Draft<'_>, id: JobId, job: &Job, bid: &Bid) -> Result<(), Reject> {
    let terms = &bid.terms;
    let (who, assign_before) = (terms.executor, terms.assign_before);
    if terms.job != id {
        return Err(Reject::BidForAnother { executor: who });
    }
    if draft.at() > assign_before {
        return Err(Reject::BidExpired {
            executor: who,
            assign_before,
        });
    }
    executor(draft, job, who, &terms.offer)?;
    let registered = draft.executor(&who).map(|known| &known.profile.engine);
    if registered != Some(&terms.engine) {
        return Err(Reject::EngineDiffers { executor: who });
    }
    Ok(())
}

/// Gives a seat to a bid that qualifies: its bond and the fees of its messages are set aside.
pub(super) fn seat(draft: &mut Draft<'_>, job: &Job, bid: &Bid) -> Result<Seat, Reject> {
    let terms = &bid.terms;
    let bond = bond(draft, bid.worst_case(job.spec.fuel_limit)?);
    let fees = fees(job)?;
    let kept = bond.plus(fees)?;
    draft.change(&terms.executor, |account| account.bond(kept))?;
    take(draft, &terms.executor);
    Ok(Seat {
        executor: terms.executor,
        offer: terms.offer,
        bond,
        fees,
        since: draft.at(),
        work: Work::Running,
    })
}

/// What an executor stands to lose: its worst case, or the least bond if that is more.
fn bond(draft: &Draft<'_>, worst: Mana) -> Mana {
    worst.max(draft.amount(Parameter::Bond))
}

/// The fees of all messages that a seat may have to send.
fn fees(job: &Job) -> Result<Mana, Reject> {
    let messages = if job.is_sealed() { 2 } else { 1 };
    Ok(job.fees.tx.times(messages)?)
}

fn take(draft: &mut Draft<'_>, executor: &Did) {
    if let Some(mut known) = draft.executor(executor).cloned() {
        known.busy = known.busy.saturating_add(1);
        draft.put_executor(*executor, Some(known));
    }
}

/// Frees the place of one seat. Who has withdrawn leaves with the last of them.
pub(super) fn free(draft: &mut Draft<'_>, executor: &Did) {
    if let Some(mut known) = draft.executor(executor).cloned() {
        known.busy = known.busy.saturating_sub(1);
        let stays = known.open || known.busy > 0;
        draft.put_executor(*executor, stays.then_some(known));
    }
}

fn missing(job: &Job, executor: &Executor) -> Option<String> {
    let (requires, profile) = (&job.spec.requires, &executor.profile);
    let capability = requires
        .capabilities
        .difference(&profile.capabilities)
        .next();
    let mut labels = requires.labels.iter();
    let label = labels.find(|(name, value)| profile.labels.get(*name) != Some(*value));
    capability
        .cloned()
        .or_else(|| label.map(|(name, value)| format!("{name}={value}")))
}
