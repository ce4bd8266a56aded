//! Changing who orders: never nobody, never much at once, and none too strong among many.

use crate::Refusal;
use crate::limits::VALIDATORS_MAX;
use icn_base::Did;
use std::collections::BTreeMap;

/// Validators from this number on may hold a third of the power each, and no more.
const MANY: usize = 4;

/// Refuses a change from one set of powers to another.
///
/// What moves is measured in shares of the whole, old and new: the old validators keep two thirds
/// of the new power. So a lone validator's number may be set as one likes, which moves nothing.
pub(super) fn check(old: &BTreeMap<Did, u64>, new: &BTreeMap<Did, u64>) -> Result<(), Refusal> {
    if new.is_empty() {
        return Err(Refusal::ValidatorsGone {});
    }
    if new.len() > VALIDATORS_MAX && new.len() > old.len() {
        return Err(Refusal::ValidatorsTooMany {
            allowed: VALIDATORS_MAX,
        });
    }
    if gained(old, new).is_none_or(|(gained, allowed)| gained > allowed) {
        return Err(Refusal::PowerMoved {});
    }
    let third = total(new)
        .map(|total| total.checked_div(3).unwrap_or(0))
        .unwrap_or(0);
    let strong = new.iter().find(|(_, power)| u128::from(**power) > third);
    match strong {
        Some((did, _)) if new.len() >= MANY => Err(Refusal::ValidatorTooStrong { did: *did }),
        _ => Ok(()),
    }
}

/// Three times what the shares of some have grown, and the whole of which that may be; none if the
/// numbers are too large to compare.
fn gained(old: &BTreeMap<Did, u64>, new: &BTreeMap<Did, u64>) -> Option<(u128, u128)> {
    let (before, after) = (total(old)?, total(new)?);
    let mut gained = 0_u128;
    for (did, power) in new {
        let was = u128::from(old.get(did).copied().unwrap_or(0)).checked_mul(after)?;
        let is = u128::from(*power).checked_mul(before)?;
        gained = gained.checked_add(is.saturating_sub(was))?;
    }
    Some((gained.checked_mul(3)?, before.checked_mul(after)?))
}

fn total(powers: &BTreeMap<Did, u64>) -> Option<u128> {
    powers
        .values()
        .try_fold(0_u128, |sum, power| sum.checked_add(u128::from(*power)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use icn_base::Keypair;

    /// Powers of a, b, c…, 0 for none.
    fn set(powers: &[u64]) -> BTreeMap<Did, u64> {
        let did = |seed: usize| Keypair::from_seed([u8::try_from(seed).unwrap(); 32]).did();
        let all = powers
            .iter()
            .enumerate()
            .map(|(at, power)| (did(at), *power));
        all.filter(|(_, power)| *power > 0).collect()
    }

    fn name(old: &[u64], new: &[u64]) -> &'static str {
        match check(&set(old), &set(new)) {
            Ok(()) => "ok",
            Err(refusal) => refusal.name(),
        }
    }

    #[test]
    fn the_set_never_falls_to_nothing() {
        assert_eq!(name(&[1], &[0]), "ValidatorsGone");
        assert_eq!(name(&[5, 5], &[0, 0]), "ValidatorsGone");
    }

    #[test]
    fn a_third_may_move_at_once_and_no_more() {
        let rows: &[(&[u64], &[u64], &str)] = &[
            (&[1], &[1_000], "ok"),
            (&[2], &[2, 1], "ok"),
            (&[1], &[1, 1], "PowerMoved"),
            (&[10, 10], &[10, 10, 10], "ok"),
            (&[10, 10], &[10, 10, 11], "PowerMoved"),
            (&[10, 10, 10], &[10, 10, 0], "ok"),
            (&[10, 10, 11], &[10, 10, 0], "PowerMoved"),
            (&[2, 1], &[1, 2], "ok"),
            (&[3, 0], &[1, 1], "PowerMoved"),
            (&[10, 10, 10, 0], &[10, 10, 0, 10], "ok"),
            (&[10, 10, 10, 0, 0], &[10, 10, 0, 8, 8], "PowerMoved"),
        ];
        for (old, new, expected) in rows {
            assert_eq!(name(old, new), *expected, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn among_four_or_more_none_holds_over_a_third() {
        let rows: &[(&[u64], &[u64], &str)] = &[
            (&[10, 10, 10], &[12, 10, 10, 4], "ok"),
            (&[10, 10, 10], &[13, 10, 10, 4], "ValidatorTooStrong"),
            (&[10, 10, 10], &[14, 10, 10], "ok"),
            (&[30, 20, 20, 20], &[29, 20, 20, 0], "ok"),
        ];
        for (old, new, expected) in rows {
            assert_eq!(name(old, new), *expected, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn powers_too_large_to_compare_do_not_move() {
        assert_eq!(
            name(&[u64::MAX, u64::MAX], &[u64::MAX, u64::MAX, 1]),
            "PowerMoved"
        );
    }

    #[test]
    fn validators_stay_within_their_number() {
        let many = vec![10; VALIDATORS_MAX];
        let more = [&many[..], &[10]].concat();
        assert_eq!(name(&many, &more), "ValidatorsTooMany");
        assert_eq!(name(&more, &more), "ok", "what genesis has is not undone");
        assert_eq!(name(&more, &many), "ok");
    }
}
