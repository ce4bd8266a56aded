//! The effects of a run: applied in order under the owner's grants, all or none.

use crate::grants::Left;
use crate::job::Job;
use crate::rules::{children, decide, pay_proof};
use crate::{Draft, Event, Reject};
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::run::Effect;
use icn_base::{Cid, Codec, Did, JobId, Mana, codec};

/// Applies the effects of a job that settles. A refusal names the effect's index and leaves draft
/// and job as they were.
pub(super) fn apply_all(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    effects: &[Effect],
) -> Result<(), (u32, Reject)> {
    let before = (draft.changes.clone(), draft.events.len(), job.clone());
    let mut left = Left::of(&job.spec.grants);
    for (index, effect) in (0u32..).zip(effects) {
        if let Err(reject) = apply(draft, id, job, &mut left, index, effect) {
            draft.changes = before.0;
            draft.events.truncate(before.1);
            *job = before.2;
            return Err((index, reject));
        }
    }
    Ok(())
}

/// Applies one effect, and takes its fee from the hold. This is also what a run's scratch copy
/// does at once, so that what a guest sees is what the book will do.
pub(crate) fn apply(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    left: &mut Left,
    index: u32,
    effect: &Effect,
) -> Result<(), Reject> {
    match effect {
        Effect::PutBlock { cid, bytes } => put_block(draft, id, left, *cid, *bytes),
        Effect::SpendMana { amount } => spend(draft, id, job, left, *amount),
        Effect::PayMana { to, amount } => pay(draft, id, job, left, *to, *amount),
        Effect::SubmitJob { spec } => children::open(draft, id, job, left, index, spec),
        Effect::PayProof(payment) => pay_proof::apply(draft, id, job, left, (index, payment)),
        Effect::AnchorReceipt { receipt } => {
            let executor = receipt.executor;
            let signed = receipt.verify(draft.network());
            signed.map_err(|_| Reject::BadReceiptSignature { executor })?;
            let bytes = codec::encode(receipt.as_ref()).map_err(|error| Reject::Malformed {
                cause: error.to_string(),
            })?;
            left.write(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
            draft.anchor(Cid::of(Codec::DagCbor, &bytes), job.owner, true);
            Ok(())
        }
        Effect::Propose(_)
        | Effect::OpenVoting { .. }
        | Effect::Vote(_)
        | Effect::CloseVoting { .. }
        | Effect::Execute { .. }
        | Effect::Delegate(_)
        | Effect::Revoke(_) => decide::apply(draft, id, job, left, index, effect),
    }?;
    to_treasury(draft, job, job.fees.effect)
}

fn put_block(
    draft: &mut Draft<'_>,
    id: JobId,
    left: &mut Left,
    cid: Cid,
    bytes: u64,
) -> Result<(), Reject> {
    if cid.codec() != Codec::Raw || bytes > BLOCK_BYTES_MAX as u64 {
        return Err(Reject::BlockNotRaw {});
    }
    left.write(bytes)?;
    draft.emit(Event::BlockWritten {
        job: id,
        cid,
        bytes,
    });
    Ok(())
}

fn spend(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    left: &mut Left,
    amount: Mana,
) -> Result<(), Reject> {
    if amount.is_zero() {
        return Err(Reject::AmountZero {});
    }
    left.spend(None, amount)?;
    to_treasury(draft, job, amount)?;
    draft.emit(Event::ManaSpent { job: id, amount });
    Ok(())
}

fn pay(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    left: &mut Left,
    to: Did,
    amount: Mana,
) -> Result<(), Reject> {
    if amount.is_zero() {
        return Err(Reject::AmountZero {});
    }
    if to == job.owner {
        return Err(Reject::ToOneself {});
    }
    left.spend(Some(to), amount)?;
    job.hold.pay(amount)?;
    draft.change(&job.owner, |owner| owner.pay_from_hold(amount))?;
    draft.change(&to, |payee| payee.deposit(amount))?;
    draft.emit(Event::ManaPaid {
        job: id,
        to,
        amount,
    });
    Ok(())
}

/// Pays the treasury from the hold.
pub(super) fn to_treasury(
    draft: &mut Draft<'_>,
    job: &mut Job,
    amount: Mana,
) -> Result<(), Reject> {
    job.hold.pay(amount)?;
    draft.change(&job.owner, |owner| owner.pay_from_hold(amount))?;
    draft.collect(amount);
    Ok(())
}
