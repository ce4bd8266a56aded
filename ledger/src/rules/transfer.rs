//! Transfer: moves spendable mana.

use crate::tx::short;
use crate::{Draft, Event, Reject};
use icn_base::{Did, Mana};

pub(super) fn act(
    draft: &mut Draft<'_>,
    from: Did,
    to: Did,
    amount: Mana,
    memo: &str,
) -> Result<(), Reject> {
    short(memo)?;
    if amount.is_zero() {
        return Err(Reject::AmountZero {});
    }
    if from == to {
        return Err(Reject::ToOneself {});
    }
    draft.change(&from, |payer| payer.withdraw(amount))?;
    draft.change(&to, |payee| payee.deposit(amount))?;
    draft.emit(Event::Transferred { from, to, amount });
    Ok(())
}
