//! Payments: they come out of the treasury, and never out of nothing.

use crate::{Book, Enactment, Refusal};
use icn_base::Mana;

/// All payments together.
pub(super) fn sum(changes: &[Enactment]) -> Result<Mana, Refusal> {
    let mut sum = Mana::ZERO;
    for change in changes {
        if let Enactment::Pay { amount, .. } = change {
            sum = sum.plus(*amount)?;
        }
    }
    Ok(sum)
}

/// Refuses what the treasury cannot pay.
pub(crate) fn afford(book: &Book<'_>, changes: &[Enactment]) -> Result<(), Refusal> {
    let (needed, treasury) = (sum(changes)?, book.world.treasury);
    if needed <= treasury {
        Ok(())
    } else {
        Err(Refusal::TreasuryShort { needed, treasury })
    }
}
