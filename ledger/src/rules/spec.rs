//! What a job may ask for, whoever asks: its owner, or a run of its owner's.

use crate::limits::{ALLOW_MAX, ENTRY_BYTES_MAX, EXECUTORS_MAX, NAME_BYTES_MAX, NAMES_MAX};
use crate::{Draft, Reject};
use icn_base::limits::{INLINE_INPUT_BYTES_MAX, MEMORY_PAGES_MAX, READS_BYTES_MAX, READS_MAX};
use icn_base::run::{Agreement, Grant, Input, JobSpec, Requires};
use icn_base::{Did, Time};
use icn_governance::Parameter;
use std::collections::BTreeSet;

/// Checks a spec at the time at which its job would open.
pub(super) fn check(draft: &Draft<'_>, owner: &Did, spec: &JobSpec) -> Result<(), Reject> {
    module_and_input(spec)?;
    agreement(spec.agreement)?;
    requires(&spec.requires)?;
    grants(&spec.grants)?;
    times(draft, spec)?;
    believed(draft, owner, spec)?;
    retry(draft, owner, spec)
}

fn module_and_input(spec: &JobSpec) -> Result<(), Reject> {
    let bytes = spec.entry.len();
    if !(1..=ENTRY_BYTES_MAX).contains(&bytes) {
        return Err(Reject::EntryName { bytes });
    }
    if let Input::Inline(input) = &spec.input
        && input.len() > INLINE_INPUT_BYTES_MAX
    {
        let (bytes, allowed) = (input.len(), INLINE_INPUT_BYTES_MAX);
        return Err(Reject::InputTooLarge { bytes, allowed });
    }
    let found = spec.reads.len();
    if found > READS_MAX {
        return Err(Reject::ReadsTooMany {
            found,
            allowed: READS_MAX,
        });
    }
    let sizes = spec.reads.iter().map(|read| read.size);
    if sizes.fold(0, u64::saturating_add) > READS_BYTES_MAX {
        return Err(Reject::ReadsTooLarge {
            allowed: READS_BYTES_MAX,
        });
    }
    let (pages, allowed) = (spec.memory_pages, MEMORY_PAGES_MAX);
    if pages > allowed {
        return Err(Reject::MemoryTooLarge { pages, allowed });
    }
    Ok(())
}

fn agreement(Agreement { executors, quorum }: Agreement) -> Result<(), Reject> {
    let majority = u16::from(quorum).saturating_mul(2) > u16::from(executors);
    if (1..=EXECUTORS_MAX).contains(&executors) && quorum <= executors && majority {
        Ok(())
    } else {
        Err(Reject::AgreementUnsound { executors, quorum })
    }
}

fn requires(requires: &Requires) -> Result<(), Reject> {
    let names = requires
        .labels
        .iter()
        .flat_map(|(name, value)| [name, value]);
    let mut names = names.chain(&requires.capabilities);
    if requires.capabilities.len() > NAMES_MAX
        || requires.labels.len() > NAMES_MAX
        || requires.allow.len() > ALLOW_MAX
        || names.any(|name| name.len() > NAME_BYTES_MAX)
    {
        return Err(Reject::RequiresTooLarge {});
    }
    Ok(())
}

fn grants(grants: &[Grant]) -> Result<(), Reject> {
    let mut seen = BTreeSet::new();
    for name in grants.iter().map(Grant::name) {
        if !seen.insert(name) {
            return Err(Reject::GrantTwice { name });
        }
    }
    Ok(())
}

fn times(draft: &Draft<'_>, spec: &JobSpec) -> Result<(), Reject> {
    let earliest = earliest_end(draft, spec);
    if spec.deadline < earliest {
        return Err(Reject::DeadlineTooSoon { earliest });
    }
    let most_ms = draft.parameter(Parameter::MaxJobMs);
    let latest = draft.at().after_ms(most_ms).unwrap_or(draft.at());
    if spec.deadline > latest {
        return Err(Reject::DeadlineTooFar { latest });
    }
    match draft.at().after_ms(spec.bid_window_ms) {
        Ok(end) if end <= spec.deadline => Ok(()),
        _ => Err(Reject::BidWindowTooLong {}),
    }
}

/// The earliest deadline that leaves time to run from now on.
pub(super) fn earliest_end(draft: &Draft<'_>, spec: &JobSpec) -> Time {
    let fuel_per_ms = draft.parameter(Parameter::FuelPerMs);
    let run_ms = spec.fuel_limit.checked_div(fuel_per_ms).unwrap_or(u64::MAX);
    let needed_ms = draft.parameter(Parameter::MinRunMs).saturating_add(run_ms);
    let last = Time::from_ms(icn_base::limits::TIME_MS_MAX).unwrap_or(draft.at());
    draft.at().after_ms(needed_ms).unwrap_or(last)
}

/// Effects of value need a quorum, or executors whom the owner names.
fn believed(draft: &Draft<'_>, owner: &Did, spec: &JobSpec) -> Result<(), Reject> {
    if !wants_belief(draft, spec) || is_alone(draft, owner) {
        return Ok(());
    }
    if spec.grants.iter().any(Grant::is_confidential) {
        return Err(Reject::WitnessShown {});
    }
    Err(Reject::NotBelieved {
        quorum: draft.parameter(Parameter::ValuableQuorum),
    })
}

/// True if the spec names nobody and has grants whose executors see a secret, or valuable ones and
/// too small a quorum.
pub(crate) fn wants_belief(draft: &Draft<'_>, spec: &JobSpec) -> bool {
    let few = u64::from(spec.agreement.quorum) < draft.parameter(Parameter::ValuableQuorum);
    let grants = &spec.grants;
    let wants =
        grants.iter().any(Grant::is_confidential) || few && grants.iter().any(Grant::is_valuable);
    wants && spec.requires.allow.is_empty()
}

/// A mesh whose only validator is the owner names that one by being so.
fn is_alone(draft: &Draft<'_>, owner: &Did) -> bool {
    draft.state.validators.keys().eq([owner])
}

/// True if the job may be given to this executor.
pub(super) fn allows(draft: &Draft<'_>, owner: &Did, spec: &JobSpec, executor: &Did) -> bool {
    let named = &spec.requires.allow;
    if wants_belief(draft, spec) {
        return executor == owner && is_alone(draft, owner);
    }
    named.is_empty() || named.contains(executor)
}

fn retry(draft: &Draft<'_>, owner: &Did, spec: &JobSpec) -> Result<(), Reject> {
    let Some(job) = spec.retry_of else {
        return Ok(());
    };
    match draft.job(&job) {
        Some(tried) if tried.owner == *owner && tried.due().is_none() => Ok(()),
        _ => Err(Reject::RetryOfUnfinished { job }),
    }
}
