//! The mana of a proof that a run had verified or made, and the nullifier that it took.
//!
//! Whether the proof holds is part of the claim, as all that a run was told; whoever runs the job
//! again sees it. The book looks to the circuit, the price, the grant and the nullifier.

use crate::grants::Left;
use crate::job::Job;
use crate::limits::ELEMENT_DIGITS_MAX;
use crate::quote;
use crate::rules::effects::to_treasury;
use crate::zk::{Taken, nullifier_key};
use crate::{Draft, Event, Reject};
use icn_base::JobId;
use icn_base::run::{Nullifier, ProofPayment};

/// The call that makes proofs.
const PROVE: u16 = 26;

/// The calls that verify them.
const VERIFY: [u16; 2] = [25, 30];

pub(super) fn apply(
    draft: &mut Draft<'_>,
    id: JobId,
    job: &mut Job,
    left: &mut Left,
    (index, payment): (u32, &ProofPayment),
) -> Result<(), Reject> {
    let (circuit, amount) = (payment.circuit, payment.mana);
    let row = draft.zk().circuit(&circuit);
    let row = row.filter(|row| row.retired.is_none());
    let row = row.ok_or(Reject::UnknownCircuit { circuit })?;
    let price = quote::proof(&job.fees, row.constraints)?;
    if amount != price {
        return Err(Reject::ProofPrice { amount, price });
    }
    match payment.call {
        PROVE => left.prove(amount)?,
        call if VERIFY.contains(&call) => left.verify(amount)?,
        call => return Err(Reject::ProofCall { call }),
    }
    if let Some(nullifier) = &payment.taken {
        take(draft, id, payment, nullifier, index)?;
    }
    to_treasury(draft, job, amount)?;
    draft.emit(Event::ProofPaid {
        job: id,
        circuit,
        call: payment.call,
        amount,
    });
    Ok(())
}

/// Remembers a nullifier, together with the effect that took it.
fn take(
    draft: &mut Draft<'_>,
    job: JobId,
    payment: &ProofPayment,
    nullifier: &Nullifier,
    effect: u32,
) -> Result<(), Reject> {
    let short = |text: &str| (1..=ELEMENT_DIGITS_MAX).contains(&text.len());
    if payment.call == PROVE || !short(&nullifier.scope) || !short(&nullifier.nullifier) {
        return Err(Reject::NullifierForm {});
    }
    let key = nullifier_key(&payment.circuit, nullifier);
    if let Some(taken) = draft.zk().taken(&key) {
        return Err(Reject::NullifierTaken { job: taken.job });
    }
    let at = draft.at();
    let row = Taken { job, effect, at };
    draft.changes.zk.nullifiers.insert(key, Some(row));
    Ok(())
}
