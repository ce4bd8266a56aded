//! The envelope: time, nonce and fee. One that is bad may not stand in a block at all.

use crate::tx::Verified;
use crate::{Draft, Reject};
use icn_base::Time;
use icn_governance::Parameter;

/// Checks the envelope and takes its nonce and its fee.
pub(crate) fn admit(draft: &mut Draft<'_>, tx: &Verified) -> Result<(), Reject> {
    let body = tx.body();
    if body.network != *draft.network() {
        return Err(Reject::WrongNetwork {});
    }
    in_time(draft, body.valid_until)?;
    match (body.nonce, body.action.is_market()) {
        (None, true) => Ok(()),
        (Some(_), true) => Err(Reject::NonceUnwanted {}),
        (None, false) => Err(Reject::NonceMissing {}),
        (Some(nonce), false) => pay(draft, tx, nonce),
    }
}

fn in_time(draft: &Draft<'_>, valid_until: Time) -> Result<(), Reject> {
    if draft.at > valid_until {
        return Err(Reject::TimePassed { valid_until });
    }
    let life_ms = draft.parameter(Parameter::MaxTxLifeMs);
    match draft.at.after_ms(life_ms) {
        Ok(latest) if valid_until > latest => Err(Reject::TimeTooFar {
            valid_until,
            latest,
        }),
        _ => Ok(()),
    }
}

fn pay(draft: &mut Draft<'_>, tx: &Verified, nonce: u64) -> Result<(), Reject> {
    let from = tx.body().from;
    let actor = draft.actor(&from);
    let next = actor.nonce;
    if nonce < next {
        return Err(Reject::NonceUsed { next });
    }
    if nonce > next {
        return Err(Reject::NonceAhead { next });
    }
    let fee = draft.amount(Parameter::TxFee);
    let spendable = actor.account.spendable();
    if fee > spendable {
        return Err(Reject::FeeNotPayable { fee, spendable });
    }
    draft.change_actor(&from, |actor| {
        actor.nonce = next.saturating_add(1);
        actor.account.withdraw(fee)
    })?;
    draft.collect(fee);
    Ok(())
}
