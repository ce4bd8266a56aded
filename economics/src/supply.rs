//! All mana that was ever made, and the treasury.

use crate::{Account, AccountError, Regeneration};
use icn_base::Mana;
use icn_base::mana::ManaError;
use serde::{Deserialize, Serialize};

/// What was made and what the treasury has. Mana is made by genesis and by regeneration alone,
/// and nothing destroys it, so the sum of all totals and the treasury is [`Supply::minted`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supply {
    /// Made by genesis.
    pub genesis: Mana,
    /// Made by regeneration.
    pub regenerated: Mana,
    /// Owned by all: fees, forfeited bonds and what genesis gave it.
    pub treasury: Mana,
}

impl Supply {
    /// All mana there is.
    pub fn minted(&self) -> Mana {
        self.genesis
            .plus(self.regenerated)
            .expect("making mana is bounded by the largest amount")
    }

    /// Makes an account's first mana.
    pub fn mint_genesis(
        &mut self,
        account: &mut Account,
        amount: Mana,
    ) -> Result<(), AccountError> {
        self.minted().plus(amount)?;
        account.deposit(amount)?;
        self.genesis = self.genesis.plus(amount)?;
        Ok(())
    }

    /// Makes the treasury's first mana.
    pub fn mint_treasury(&mut self, amount: Mana) -> Result<(), ManaError> {
        self.minted().plus(amount)?;
        self.treasury = self.treasury.plus(amount)?;
        self.genesis = self.genesis.plus(amount)?;
        Ok(())
    }

    /// Takes into the treasury what has left an account.
    pub fn collect(&mut self, amount: Mana) -> Result<(), ManaError> {
        self.treasury = self.treasury.plus(amount)?;
        Ok(())
    }

    /// Takes out of the treasury what is about to enter an account.
    pub fn pay_out(&mut self, amount: Mana) -> Result<(), ManaError> {
        self.treasury = self.treasury.minus(amount)?;
        Ok(())
    }

    /// Credits a member with what regenerated since the last touch, and answers how much that is.
    ///
    /// The credit is `min(index - last, capacity - total)` and never below zero; where the largest
    /// amount there can be would be passed, it is cut there, so that no later sum can overflow.
    pub fn touch(&mut self, account: &mut Account, index: u64, capacity: Mana) -> Mana {
        let Some(last) = account.index() else {
            return Mana::ZERO;
        };
        let since = Mana::new(index.saturating_sub(last)).unwrap_or(Mana::MAX);
        let room = capacity.minus(account.total()).unwrap_or(Mana::ZERO);
        let makeable = Mana::MAX.minus(self.minted()).unwrap_or(Mana::ZERO);
        let credit = since.min(room).min(makeable);
        account.set_index(Some(index.max(last)));
        account
            .deposit(credit)
            .and_then(|()| {
                self.regenerated = self.regenerated.plus(credit)?;
                Ok(())
            })
            .expect("a credit fits under the capacity and under all mana there can be");
        credit
    }

    /// Makes the account a member's: it regenerates from this index on, not from before.
    pub fn admit(&mut self, account: &mut Account, index: u64) {
        if !account.is_member() {
            account.set_index(Some(index));
        }
    }

    /// Ends membership: what has regenerated is credited, then regeneration stops.
    pub fn remove(&mut self, account: &mut Account, index: u64, capacity: Mana) -> Mana {
        let credit = self.touch(account, index, capacity);
        account.set_index(None);
        credit
    }

    /// The account as a touch would leave it, without touching it.
    pub fn preview(
        &self,
        account: &Account,
        regeneration: &Regeneration,
        at: icn_base::Time,
        capacity: Mana,
    ) -> Account {
        let (mut supply, mut account) = (*self, *account);
        supply.touch(&mut account, regeneration.index(at), capacity);
        account
    }
}

#[cfg(test)]
mod tests;
