//! Setting a governed parameter: it exists, the value is within its bounds, and values that are
//! a lower and an upper one stay in this order.

use crate::params::ParameterError;
use crate::{Book, Parameter, Refusal};
use std::collections::BTreeMap;

/// Pairs of which the first may not be above the second.
const ORDERED: [(Parameter, Parameter); 5] = [
    (Parameter::MinDeliberationMs, Parameter::MaxDeliberationMs),
    (Parameter::MinVotingMs, Parameter::MaxVotingMs),
    (Parameter::ExecutionDelayMs, Parameter::ChangeDelayMs),
    (Parameter::QuorumBp, Parameter::StrictQuorumBp),
    (Parameter::ThresholdBp, Parameter::StrictThresholdBp),
];

/// The parameter, if it may be set so.
pub(super) fn check(book: &Book<'_>, name: &str, value: u64) -> Result<Parameter, Refusal> {
    let unknown = |_| Refusal::UnknownParameter {
        name: name.chars().take(64).collect(),
    };
    let parameter: Parameter = name.parse().map_err(unknown)?;
    let row = parameter.row();
    let bounds = |_: ParameterError| Refusal::ParameterBounds {
        name: row.name,
        value,
        min: row.min,
        max: row.max,
    };
    parameter.check(value).map_err(bounds)?;
    if parameter.is_time_of_voting() && value == 0 && book.members_count() > 1 {
        return Err(Refusal::ZeroTime { name: row.name });
    }
    Ok(parameter)
}

/// Refuses values that would leave a pair out of order. A pair that genesis put out of order and
/// that is not touched is no reason to refuse anything.
pub(super) fn check_order(book: &Book<'_>, set: &BTreeMap<Parameter, u64>) -> Result<(), Refusal> {
    let value = |parameter: Parameter| {
        let set = set
            .get(&parameter)
            .or_else(|| book.world.pending.get(&parameter));
        set.copied()
            .unwrap_or_else(|| book.world.parameter(parameter))
    };
    for (low, high) in ORDERED {
        let is_touched = set.contains_key(&low) || set.contains_key(&high);
        if is_touched && value(low) > value(high) {
            let (low, high) = (low.row().name, high.row().name);
            return Err(Refusal::ParametersConflict { low, high });
        }
    }
    Ok(())
}
