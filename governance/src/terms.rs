//! What a proposal must reach to pass, by its kind; and how long it then waits.

use crate::limits::BASIS_POINTS;
use crate::{Parameter, World};
use icn_base::gov::ProposalKind;
use serde::{Deserialize, Serialize};

/// Quorum and threshold. What is met exactly is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The part of the eligible members that must vote, in basis points.
    pub quorum_bp: u64,
    /// The part of the votes for or against that must be for, in basis points. A choice has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold_bp: Option<u64>,
}

impl Terms {
    /// The terms of a kind as they are now: the strictest of its parts.
    pub fn of(kind: &ProposalKind, world: &World<'_>) -> Self {
        let strict = parts(kind).any(is_strict);
        let strictest = |usual: Parameter, stricter: Parameter| {
            let usual = world.parameter(usual);
            if strict {
                world.parameter(stricter).max(usual)
            } else {
                usual
            }
        };
        let threshold_bp = strictest(Parameter::ThresholdBp, Parameter::StrictThresholdBp);
        let is_choice = matches!(kind, ProposalKind::Choice { .. });
        Self {
            quorum_bp: strictest(Parameter::QuorumBp, Parameter::StrictQuorumBp),
            threshold_bp: (!is_choice).then_some(threshold_bp),
        }
    }

    /// True if enough of the eligible members have voted.
    pub fn quorum_met(&self, cast: u64, eligible: u64) -> bool {
        reaches(cast, eligible, self.quorum_bp)
    }

    /// True if enough of the votes are for it; never without any. A choice needs no threshold.
    pub fn threshold_met(&self, yes: u64, no: u64) -> bool {
        let reached = |bp| yes > 0 && reaches(yes, yes.saturating_add(no), bp);
        self.threshold_bp.is_none_or(reached)
    }
}

/// True if `part / whole` is at least so many basis points.
fn reaches(part: u64, whole: u64, basis_points: u64) -> bool {
    let (part, whole) = (u128::from(part), u128::from(whole));
    part.saturating_mul(u128::from(BASIS_POINTS)) >= whole.saturating_mul(u128::from(basis_points))
}

/// How long a proposal that has passed waits before it may be executed: the longest of its parts.
pub fn delay_ms(kind: &ProposalKind, world: &World<'_>) -> u64 {
    let usual = world.parameter(Parameter::ExecutionDelayMs);
    if parts(kind).any(|part| !matches!(part, ProposalKind::Text {})) {
        world.parameter(Parameter::ChangeDelayMs).max(usual)
    } else {
        usual
    }
}

/// True for what is harder to change: the rules of voting, who orders, and who is put out.
pub(crate) fn is_strict(part: &ProposalKind) -> bool {
    match part {
        ProposalKind::SetParameter { name, .. } => name
            .parse::<Parameter>()
            .is_ok_and(Parameter::is_governance),
        ProposalKind::SetValidator { .. } | ProposalKind::RemoveMember { .. } => true,
        ProposalKind::Text {}
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. }
        | ProposalKind::Choice { .. }
        | ProposalKind::Bundle(_) => false,
    }
}

/// The single changes of a kind, whatever option wins.
fn parts(kind: &ProposalKind) -> Box<dyn Iterator<Item = &ProposalKind> + '_> {
    match kind {
        ProposalKind::Bundle(kinds) => Box::new(kinds.iter()),
        ProposalKind::Choice { options } => {
            Box::new(options.iter().flat_map(|option| &option.kinds))
        }
        ProposalKind::Text {}
        | ProposalKind::SetParameter { .. }
        | ProposalKind::AdmitMember { .. }
        | ProposalKind::RemoveMember { .. }
        | ProposalKind::SetValidator { .. }
        | ProposalKind::Budget { .. }
        | ProposalKind::RegisterCircuit(_)
        | ProposalKind::RetireCircuit { .. } => Box::new(std::iter::once(kind)),
    }
}

#[cfg(test)]
mod tests;
