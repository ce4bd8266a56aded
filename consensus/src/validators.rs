//! Who decides a height.

use icn_base::Did;
use icn_base::limits::ORDER_POWER_MAX;
use std::collections::BTreeMap;

/// The validators of a height and their power: at least one, each with some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validators {
    powers: BTreeMap<Did, u64>,
    power: u64,
}

/// Why nobody can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidatorsError {
    /// No validator has any power.
    #[error("no validator has any power")]
    None,
    /// More power than can be counted.
    #[error("the validators have more power together than {ORDER_POWER_MAX}")]
    Power,
}

impl Validators {
    /// Those that have power.
    pub fn new(powers: impl IntoIterator<Item = (Did, u64)>) -> Result<Self, ValidatorsError> {
        let powers: BTreeMap<_, _> = powers.into_iter().filter(|(_, power)| *power > 0).collect();
        let sum = powers
            .values()
            .try_fold(0_u64, |sum, power| sum.checked_add(*power));
        match sum {
            Some(0) => Err(ValidatorsError::None),
            Some(power) if power <= ORDER_POWER_MAX => Ok(Self { powers, power }),
            _ => Err(ValidatorsError::Power),
        }
    }

    /// Each and its power.
    pub const fn powers(&self) -> &BTreeMap<Did, u64> {
        &self.powers
    }

    /// The power of all.
    pub const fn power(&self) -> u64 {
        self.power
    }

    /// True if this is one of them.
    pub fn contains(&self, did: &Did) -> bool {
        self.powers.contains_key(did)
    }

    /// Whose turn it is to propose.
    pub fn proposer(&self, height: u64, round: u32) -> Did {
        let turn = Self::turn(self.powers.len(), height, round);
        let mut dids = self.powers.keys();
        *dids
            .nth(turn)
            .expect("a turn is below the number of validators")
    }

    /// True if these have more than a third of the power, so that one of them is honest.
    pub(crate) fn one_is_honest<'a>(&self, of: impl Iterator<Item = &'a Did>) -> bool {
        let spoken = of.filter_map(|did| self.powers.get(did)).sum::<u64>();
        spoken * 3 > self.power
    }

    /// Which of `count`, in the order of their DIDs.
    pub(crate) fn turn(count: usize, height: u64, round: u32) -> usize {
        let count = u64::try_from(count).expect("fewer than 2^64 validators");
        let turn = (height % count + u64::from(round) % count) % count;
        usize::try_from(turn).expect("a turn is below the number of validators")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Keypair;

    fn did(seed: u8) -> Did {
        Keypair::from_seed([seed; 32]).did()
    }

    #[test]
    fn there_is_one_with_power_and_not_too_much_of_it() {
        assert_eq!(Validators::new([]), Err(ValidatorsError::None));
        assert_eq!(Validators::new([(did(1), 0)]), Err(ValidatorsError::None));
        assert_eq!(
            Validators::new([(did(1), u64::MAX), (did(2), 1)]),
            Err(ValidatorsError::Power)
        );
        assert_eq!(
            Validators::new([(did(1), ORDER_POWER_MAX + 1)]),
            Err(ValidatorsError::Power)
        );
        let some = Validators::new([(did(1), 0), (did(2), ORDER_POWER_MAX)]).unwrap();
        assert!(!some.contains(&did(1)) && some.contains(&did(2)));
        assert_eq!(some.power(), ORDER_POWER_MAX);
    }

    #[test]
    fn everybody_has_a_turn() {
        let set = Validators::new((1..=4).map(|seed| (did(seed), u64::from(seed)))).unwrap();
        for height in [0, 7, u64::MAX - 9] {
            let mut turns: Vec<_> = (0..4).map(|round| set.proposer(height, round)).collect();
            let mut next: Vec<_> = (0..4).map(|more| set.proposer(height + more, 0)).collect();
            assert_eq!(turns, next);
            turns.sort();
            next.sort();
            assert!(turns.iter().eq(set.powers().keys()));
        }
        let far = set.proposer(u64::MAX, u32::MAX);
        assert!(set.contains(&far));
    }
}
