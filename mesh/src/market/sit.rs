//! Whether the book would give an executor a seat.

use icn_base::run::Grant;
use icn_base::{Did, Mana, Time};
use icn_economics::Offer;
use icn_governance::Parameter;
use icn_ledger::{Draft, Job, Reject, State};

pub(super) fn may_sit(
    state: &State,
    at: Time,
    job: &Job,
    executor: Did,
    offer: &Offer,
) -> Result<(), Reject> {
    let draft = Draft::new(state, at);
    let run_ms = job.spec.fuel_limit / draft.parameter(Parameter::FuelPerMs);
    let needed_ms = draft.parameter(Parameter::MinRunMs).saturating_add(run_ms);
    let earliest = at.after_ms(needed_ms).unwrap_or(at);
    if job.spec.deadline < earliest {
        return Err(Reject::TimeTooShort { earliest });
    }
    let registered = state.executor(&executor).filter(|known| known.open);
    let registered = registered.ok_or(Reject::NotRegistered { executor })?;
    let actor = draft.actor(&executor);
    if !actor.account.is_member() {
        return Err(Reject::NotMember { did: executor });
    }
    let spec = &job.spec;
    let unbelieved = spec.grants.iter().any(Grant::is_valuable)
        && u64::from(spec.agreement.quorum) < draft.parameter(Parameter::ValuableQuorum)
        && spec.requires.allow.is_empty();
    let allowed = if unbelieved {
        executor == job.owner && state.validators().keys().eq([&job.owner])
    } else {
        spec.requires.allow.is_empty() || spec.requires.allow.contains(&executor)
    };
    if !allowed {
        return Err(Reject::NotAllowed { executor });
    }
    let profile = &registered.profile;
    let mut missing = spec.requires.capabilities.difference(&profile.capabilities);
    if let Some(name) = missing.next().cloned() {
        return Err(Reject::CapabilityMissing { executor, name });
    }
    let mut labels = spec.requires.labels.iter();
    if let Some((name, value)) =
        labels.find(|(name, value)| profile.labels.get(*name) != Some(value))
    {
        let name = format!("{name}={value}");
        return Err(Reject::CapabilityMissing { executor, name });
    }
    let (score, wanted) = (actor.standing.score(at), spec.requires.reputation);
    if u32::from(score) < wanted {
        return Err(Reject::ReputationTooLow {
            executor,
            score,
            wanted,
        });
    }
    let capacity = profile.capacity;
    if registered.busy >= capacity {
        return Err(Reject::NoCapacity { executor, capacity });
    }
    let (worst, max_price) = (offer.charge(spec.fuel_limit)?, spec.max_price);
    if worst > max_price {
        return Err(Reject::PriceTooHigh {
            executor,
            worst,
            max_price,
        });
    }
    let messages = if job.is_sealed() { 2 } else { 1 };
    let bond = worst.max(Mana::new(draft.parameter(Parameter::Bond))?);
    let needed = bond.plus(job.fees.tx.times(messages)?)?;
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
