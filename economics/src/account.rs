//! One account: a total, and the parts of it that are not free.

use icn_base::Mana;
use icn_base::mana::ManaError;
use serde::{Deserialize, Serialize};

/// Mana of one DID. Held and bonded mana are parts of the total, so at any time
/// `held + bonded <= total`; what is left is spendable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    total: Mana,
    #[serde(default, skip_serializing_if = "is_zero")]
    held: Mana,
    #[serde(default, skip_serializing_if = "is_zero")]
    bonded: Mana,
    /// The regeneration index when the account was last touched; absent for those who are no
    /// members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape serde asks for"
)]
fn is_zero(mana: &Mana) -> bool {
    mana.is_zero()
}

/// Why an account cannot do what was asked. It is as it was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// More than is free.
    #[error("{needed} mana is needed and {spendable} is spendable")]
    Insufficient {
        /// What was asked for.
        needed: Mana,
        /// What is free.
        spendable: Mana,
    },
    /// More was to be released or paid than is held or bonded: a fault of the caller's books.
    #[error("{asked} mana was to leave a hold or bond of {kept}")]
    NotKept {
        /// What was asked for.
        asked: Mana,
        /// What is there.
        kept: Mana,
    },
    /// The amount left its range.
    #[error(transparent)]
    Range(#[from] ManaError),
}

impl Account {
    /// Everything in the account, free or not.
    pub const fn total(&self) -> Mana {
        self.total
    }

    /// The part that is held for jobs.
    pub const fn held(&self) -> Mana {
        self.held
    }

    /// The part that is bonded for promises.
    pub const fn bonded(&self) -> Mana {
        self.bonded
    }

    /// The regeneration index of the last touch, for a member.
    pub const fn index(&self) -> Option<u64> {
        self.index
    }

    /// True if the account regenerates.
    pub const fn is_member(&self) -> bool {
        self.index.is_some()
    }

    /// True if no more is held and bonded than is there, as in every account that was made here.
    pub fn is_sound(&self) -> bool {
        let kept = self.held.plus(self.bonded);
        kept.is_ok_and(|kept| kept <= self.total)
    }

    /// What is free to spend, hold or bond.
    pub fn spendable(&self) -> Mana {
        self.total
            .minus(self.held)
            .and_then(|rest| rest.minus(self.bonded))
            .expect("every change keeps held + bonded within the total")
    }

    /// Takes mana in.
    pub fn deposit(&mut self, amount: Mana) -> Result<(), AccountError> {
        self.total = self.total.plus(amount)?;
        Ok(())
    }

    /// Lets spendable mana go.
    pub fn withdraw(&mut self, amount: Mana) -> Result<(), AccountError> {
        self.must_afford(amount)?;
        self.total = self.total.minus(amount)?;
        Ok(())
    }

    /// Sets spendable mana aside for a job.
    pub fn hold(&mut self, amount: Mana) -> Result<(), AccountError> {
        self.must_afford(amount)?;
        self.held = self.held.plus(amount)?;
        Ok(())
    }

    /// Makes held mana spendable again.
    pub fn release(&mut self, amount: Mana) -> Result<(), AccountError> {
        self.held = kept_minus(self.held, amount)?;
        Ok(())
    }

    /// Lets held mana go.
    pub fn pay_from_hold(&mut self, amount: Mana) -> Result<(), AccountError> {
        let held = kept_minus(self.held, amount)?;
        self.total = self.total.minus(amount)?;
        self.held = held;
        Ok(())
    }

    /// Sets spendable mana aside for a promise.
    pub fn bond(&mut self, amount: Mana) -> Result<(), AccountError> {
        self.must_afford(amount)?;
        self.bonded = self.bonded.plus(amount)?;
        Ok(())
    }

    /// Makes bonded mana spendable again.
    pub fn unbond(&mut self, amount: Mana) -> Result<(), AccountError> {
        self.bonded = kept_minus(self.bonded, amount)?;
        Ok(())
    }

    /// Lets bonded mana go.
    pub fn pay_from_bond(&mut self, amount: Mana) -> Result<(), AccountError> {
        let bonded = kept_minus(self.bonded, amount)?;
        self.total = self.total.minus(amount)?;
        self.bonded = bonded;
        Ok(())
    }

    /// Refuses what the account cannot afford.
    pub fn must_afford(&self, needed: Mana) -> Result<(), AccountError> {
        let spendable = self.spendable();
        if needed <= spendable {
            Ok(())
        } else {
            Err(AccountError::Insufficient { needed, spendable })
        }
    }

    /// Sets the index of the last touch; none ends regeneration.
    pub(crate) const fn set_index(&mut self, index: Option<u64>) {
        self.index = index;
    }
}

/// Moves spendable mana. The two accounts are different ones.
pub fn transfer(from: &mut Account, to: &mut Account, amount: Mana) -> Result<(), AccountError> {
    from.must_afford(amount)?;
    to.deposit(amount)?;
    from.withdraw(amount)
}

fn kept_minus(kept: Mana, asked: Mana) -> Result<Mana, AccountError> {
    kept.minus(asked)
        .map_err(|_| AccountError::NotKept { asked, kept })
}

#[cfg(test)]
mod tests;
