//! SettleJob: an executor shows its receipt. A lone one settles the job by it at once; of several
//! the last one does, or time.

use crate::job::{Assignment, Job, Phase, Salt, Work, seal};
use crate::limits::CLAIM_BYTES_MAX;
use crate::quote::effects_most;
use crate::record::Recorded;
use crate::rules::ending;
use crate::{Draft, Event, Reject};
use icn_base::codec::{self, CodecError};
use icn_base::limits::PAGE_BYTES;
use icn_base::run::{Claim, Receipt};
use icn_base::{Cid, Codec, Did, JobId};
use std::sync::Arc;

pub(super) fn act(
    draft: &mut Draft<'_>,
    from: Did,
    receipt: &Receipt,
    salt: Option<&Salt>,
) -> Result<(), Reject> {
    let (claim, executor) = (&receipt.claim, receipt.executor);
    if executor != from {
        return Err(Reject::NotYourReceipt { executor });
    }
    let id = claim.job;
    let mut job = draft.take_job(&id)?;
    let mut assigned = ending::assigned(id, &job)?;
    // Written once: by its bytes it is named, and measured.
    let written = codec::encode(claim).map_err(malformed)?;
    let name = Cid::of(Codec::DagCbor, &written);
    let named = receipt.cid().map_err(malformed)?;
    let work = ending::seat(&mut assigned, from)?.work;
    if job.is_sealed() {
        revealable(draft, id, from, &assigned, work, &name, salt)?;
    } else {
        settleable(draft, &job, from, work, salt)?;
    }
    fits(draft, claim, &job, &assigned)?;
    small(written.len())?;
    let seat = ending::seat(&mut assigned, from)?;
    seat.work = Work::Revealed {
        receipt: named,
        claim: name,
    };
    ending::pay_fee(draft, &job, seat)?;
    let row = Recorded {
        job: id,
        executor,
        claim: name,
        at: draft.at(),
    };
    draft.changes.receipts.insert(named, Some(row));
    draft.emit(Event::ReceiptRevealed {
        job: id,
        executor,
        receipt: named,
        claim: name,
    });
    if !assigned.claims.iter().any(|known| **known == *claim) {
        assigned.claims.push(Arc::new(claim.clone()));
    }
    let waiting = assigned
        .live()
        .any(|seat| !matches!(seat.work, Work::Revealed { .. }));
    if waiting {
        job.phase = Phase::Assigned(Arc::new(assigned));
        draft.put_job(id, job);
    } else {
        ending::tally(draft, id, job, assigned);
    }
    Ok(())
}

fn malformed(cause: CodecError) -> Reject {
    Reject::Malformed {
        cause: cause.to_string(),
    }
}

/// A lone executor: once, in time, without a salt.
fn settleable(
    draft: &Draft<'_>,
    job: &Job,
    executor: Did,
    work: Work,
    salt: Option<&Salt>,
) -> Result<(), Reject> {
    match work {
        Work::Running | Work::Sealed { .. } => {}
        Work::Declined => return Err(Reject::NoSeat { executor }),
        Work::Revealed { .. } => return Err(Reject::AlreadyRevealed {}),
    }
    if salt.is_some() {
        return Err(Reject::SaltNotWanted {});
    }
    if draft.is_due(job.spec.deadline) {
        return Err(Reject::DeadlinePassed {});
    }
    Ok(())
}

/// One of several: once, when sealing is over and revealing is not, and as it was sealed.
fn revealable(
    draft: &Draft<'_>,
    job: JobId,
    executor: Did,
    assigned: &Assignment,
    work: Work,
    claim: &Cid,
    salt: Option<&Salt>,
) -> Result<(), Reject> {
    let promised = match work {
        Work::Sealed { seal } => seal,
        Work::Declined => return Err(Reject::NoSeat { executor }),
        Work::Revealed { .. } => return Err(Reject::AlreadyRevealed {}),
        Work::Running => return Err(Reject::SealMissing {}),
    };
    match assigned.reveal_by {
        None => return Err(Reject::RevealTooEarly {}),
        Some(reveal_by) if draft.is_due(reveal_by) => return Err(Reject::DeadlinePassed {}),
        Some(_) => {}
    }
    let shown = salt.map(|salt| seal(draft.network(), &job, &executor, claim, salt));
    if shown == Some(promised) {
        Ok(())
    } else {
        Err(Reject::SealMismatch {})
    }
}

/// The claim must be about this job, as it was assigned.
fn fits(draft: &Draft<'_>, claim: &Claim, job: &Job, assigned: &Assignment) -> Result<(), Reject> {
    let spec = &job.spec;
    // Before there is a next block, the root that it will write down is known already: blocks are
    // made when there is a receipt, so a receipt must pass before there is one.
    let known = || draft.state.snapshot_after(assigned.height);
    let snapshot = assigned.snapshot.or_else(known);
    let memory = u64::from(spec.memory_pages).saturating_mul(PAGE_BYTES);
    let effects = u64::try_from(claim.effects.len()).unwrap_or(u64::MAX);
    let checks = [
        ("module", claim.module == spec.module),
        ("input", claim.input == input(job)),
        ("snapshot", Some(claim.snapshot) == snapshot),
        ("engine", claim.engine == assigned.engine),
        ("fuel", claim.fuel_used <= spec.fuel_limit),
        ("memory", claim.memory_peak <= memory),
        ("count of effects", effects <= effects_most(&spec.grants)),
    ];
    match checks.iter().find(|(_, fits)| !fits) {
        None => Ok(()),
        Some((what, _)) => Err(Reject::ClaimDiffers { what }),
    }
}

/// What is kept of it until the job ends must have room in the job's row.
fn small(bytes: usize) -> Result<(), Reject> {
    let allowed = CLAIM_BYTES_MAX;
    if bytes > allowed {
        return Err(Reject::ClaimTooLarge { bytes, allowed });
    }
    Ok(())
}

fn input(job: &Job) -> Cid {
    match &job.spec.input {
        icn_base::run::Input::Cid(cid) => *cid,
        icn_base::run::Input::Inline(bytes) => Cid::of(Codec::Raw, bytes),
    }
}
