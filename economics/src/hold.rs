//! A job's hold: mana that is set aside, and leaves by payment or refund until nothing is left.

use icn_base::Mana;
use icn_base::mana::ManaError;
use serde::{Deserialize, Serialize};

/// What was set aside for one job and where it went. It is open while `paid + refunded < held`;
/// once closed it stays closed, and `paid + refunded = held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    held: Mana,
    paid: Mana,
    refunded: Mana,
}

impl Hold {
    /// Sets an amount aside.
    pub const fn new(held: Mana) -> Self {
        Self {
            held,
            paid: Mana::ZERO,
            refunded: Mana::ZERO,
        }
    }

    /// What was set aside.
    pub const fn held(&self) -> Mana {
        self.held
    }

    /// What has been paid from it.
    pub const fn paid(&self) -> Mana {
        self.paid
    }

    /// What has gone back to the owner.
    pub const fn refunded(&self) -> Mana {
        self.refunded
    }

    /// True if no more has left it than was in it, as in every hold that was made here.
    pub fn is_sound(&self) -> bool {
        let gone = self.paid.plus(self.refunded);
        gone.is_ok_and(|gone| gone <= self.held)
    }

    /// What is still set aside.
    pub fn left(&self) -> Mana {
        self.held
            .minus(self.paid)
            .and_then(|rest| rest.minus(self.refunded))
            .expect("no more leaves a hold than is in it")
    }

    /// Pays from it, never more than is left.
    pub fn pay(&mut self, amount: Mana) -> Result<(), ManaError> {
        self.left().minus(amount)?;
        self.paid = self.paid.plus(amount)?;
        Ok(())
    }

    /// Closes it, and answers what goes back to the owner. Closed a second time, nothing does.
    pub fn close(&mut self) -> Mana {
        let rest = self.left();
        self.refunded = self
            .refunded
            .plus(rest)
            .expect("a refund is part of the hold");
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mana(units: u64) -> Mana {
        Mana::new(units).unwrap()
    }

    #[test]
    fn what_was_paid_and_refunded_is_what_was_held() {
        let mut hold = Hold::new(mana(10));
        hold.pay(mana(3)).unwrap();
        hold.pay(mana(4)).unwrap();
        assert!(hold.pay(mana(4)).is_err());
        assert_eq!(hold.left(), mana(3));
        assert_eq!(hold.close(), mana(3));
        assert_eq!((hold.paid(), hold.refunded()), (mana(7), mana(3)));
    }

    #[test]
    fn a_closed_hold_neither_pays_nor_refunds_again() {
        let mut hold = Hold::new(mana(10));
        assert_eq!(hold.close(), mana(10));
        assert_eq!(hold.close(), Mana::ZERO);
        assert!(hold.pay(mana(1)).is_err());
        assert_eq!(hold.refunded(), mana(10));
    }
}
