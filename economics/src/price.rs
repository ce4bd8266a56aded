//! What a run costs.

use icn_base::Mana;
use icn_base::mana::ManaError;
use serde::{Deserialize, Serialize};

/// Prices are per million units of fuel.
pub const MFUEL: u64 = 1_000_000;

/// Fees are in hundredths of a percent.
pub const BASIS_POINTS: u64 = 10_000;

/// What an executor asks: a base for taking the job, and a price for each million of fuel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Asked for any run.
    pub base: Mana,
    /// Asked for each million units of fuel, in parts; the sum is rounded up, for the executor.
    pub per_mfuel: Mana,
}

impl Offer {
    /// `base + ceil(per_mfuel * fuel / 1e6)`.
    pub fn charge(&self, fuel: u64) -> Result<Mana, ManaError> {
        self.base.plus(self.per_mfuel.scaled_up(fuel, MFUEL)?)
    }
}

/// The treasury's part of a charge: `ceil(charge * basis_points / 10,000)`, never above the charge.
pub fn market_fee(charge: Mana, basis_points: u64) -> Mana {
    charge
        .scaled_up(basis_points.min(BASIS_POINTS), BASIS_POINTS)
        .expect("a part of an amount is an amount")
}

/// What one proof of a circuit costs: so much for each thousand constraints, rounded up.
pub fn proof_price(constraints: u64, mana_per_kconstraint: u64) -> Result<Mana, ManaError> {
    Mana::new(constraints)?.scaled_up(mana_per_kconstraint, 1_000)
}

/// What must be held before a job may open, by what it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quote {
    /// Executors times the highest price for one.
    pub runs: Mana,
    /// Every mana budget in the grants.
    pub budgets: Mana,
    /// One effect fee for each effect that the grants allow.
    pub effect_fees: Mana,
    /// The fee of the message that assigns the job.
    pub market_fees: Mana,
}

impl Quote {
    /// All of it.
    pub fn hold(&self) -> Result<Mana, ManaError> {
        self.runs
            .plus(self.budgets)?
            .plus(self.effect_fees)?
            .plus(self.market_fees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mana(units: u64) -> Mana {
        Mana::new(units).unwrap()
    }

    #[test]
    fn a_charge_rounds_up_for_the_executor() {
        let offer = |base, per_mfuel| Offer {
            base: mana(base),
            per_mfuel: mana(per_mfuel),
        };
        let cases = [
            (offer(0, 0), u64::MAX, Some(0)),
            (offer(5, 0), 0, Some(5)),
            (offer(5, 3), 0, Some(5)),
            (offer(5, 3), 1, Some(6)),
            (offer(0, 3), 333_333, Some(1)),
            (offer(0, 3), 333_334, Some(2)),
            (offer(0, 3), 1_000_000, Some(3)),
            (offer(0, 1), u64::MAX, Some(18_446_744_073_710)),
            (offer(1, u64::MAX >> 1), 1_000_000, None),
            (offer(0, u64::MAX >> 1), 1_000_000, Some(u64::MAX >> 1)),
            (offer(0, u64::MAX >> 1), 1_000_001, None),
            (offer(0, u64::MAX >> 1), u64::MAX, None),
        ];
        for (offer, fuel, charge) in cases {
            assert_eq!(
                offer.charge(fuel).ok(),
                charge.map(mana),
                "{offer:?} {fuel}"
            );
        }
    }

    #[test]
    fn a_fee_rounds_up_for_the_treasury_and_stays_within_the_charge() {
        let cases = [
            (0, 200, 0),
            (1, 200, 1),
            (50, 200, 1),
            (51, 200, 2),
            (100, 200, 2),
        ];
        for (charge, basis_points, fee) in cases {
            assert_eq!(market_fee(mana(charge), basis_points), mana(fee));
        }
        assert_eq!(market_fee(Mana::MAX, u64::MAX), Mana::MAX);
        assert_eq!(market_fee(Mana::MAX, 0), Mana::ZERO);
    }

    #[test]
    fn a_quote_is_the_sum_of_its_parts_or_nothing() {
        let quote = Quote {
            runs: mana(1),
            budgets: mana(2),
            effect_fees: mana(3),
            market_fees: mana(4),
        };
        assert_eq!(quote.hold(), Ok(mana(10)));
        let runs = Mana::MAX;
        assert!(Quote { runs, ..quote }.hold().is_err());
    }
}
