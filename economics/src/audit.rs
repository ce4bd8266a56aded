//! The sum of everything equals what was made.

use crate::{Account, Supply};
use icn_base::Mana;

/// The books do not balance: an invariant of the ledger is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// Accounts and treasury are not what was made.
    #[error("accounts and treasury have {found} mana, {minted} was made")]
    NotConserved {
        /// The sum that was found.
        found: u128,
        /// All mana that was made.
        minted: u128,
    },
    /// More is held and bonded than an account has.
    #[error("an account has {total} mana of which {kept} is held or bonded")]
    OverKept {
        /// Everything in the account.
        total: Mana,
        /// What is not free.
        kept: u128,
    },
}

/// Adds everything up.
pub fn audit<'a>(
    accounts: impl IntoIterator<Item = &'a Account>,
    supply: &Supply,
) -> Result<(), AuditError> {
    // 2^64 accounts of 2^63 each fit 128 bits, so these sums cannot wrap.
    let mut found = u128::from(supply.treasury.units());
    for account in accounts {
        let total = account.total();
        let kept =
            u128::from(account.held().units()).saturating_add(u128::from(account.bonded().units()));
        if kept > u128::from(total.units()) {
            return Err(AuditError::OverKept { total, kept });
        }
        found = found.saturating_add(u128::from(total.units()));
    }
    // Not `minted`: whoever audits does not know yet that this is in its range.
    let made = [supply.genesis, supply.regenerated].map(|part| u128::from(part.units()));
    let minted = made[0].saturating_add(made[1]);
    if found == minted && minted <= u128::from(Mana::MAX.units()) {
        Ok(())
    } else {
        Err(AuditError::NotConserved { found, minted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_too_many_or_too_few_is_found() {
        let one = Mana::new(1).unwrap();
        let (mut account, mut supply) = (Account::default(), Supply::default());
        supply.mint_genesis(&mut account, one).unwrap();
        assert_eq!(audit([&account], &supply), Ok(()));
        let found = AuditError::NotConserved {
            found: 2,
            minted: 1,
        };
        assert_eq!(audit([&account, &account], &supply), Err(found));
        supply.collect(one).unwrap();
        assert_eq!(audit([&account], &supply), Err(found));
        let found = AuditError::NotConserved {
            found: 0,
            minted: 1,
        };
        supply.treasury = Mana::ZERO;
        assert_eq!(audit([], &supply), Err(found));
    }

    #[test]
    fn more_than_there_can_be_is_found_and_harms_nobody() {
        let supply = Supply {
            genesis: Mana::MAX,
            regenerated: Mana::MAX,
            treasury: Mana::ZERO,
        };
        assert!(audit([], &supply).is_err());
        let mut all = Account::default();
        all.deposit(Mana::MAX).unwrap();
        assert!(audit([&all, &all], &supply).is_err());
    }
}
