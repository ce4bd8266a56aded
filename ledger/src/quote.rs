//! What must be held before a job may open.

use crate::job::Fees;
use crate::{Draft, Reject};
use icn_base::Mana;
use icn_base::limits::{EFFECTS_MAX, PROOFS_MAX};
use icn_base::run::{Grant, JobSpec};
use icn_economics::Quote;
use icn_economics::price::proof_price;
use icn_governance::Parameter;

/// The fees that are in force.
pub fn fees(draft: &Draft<'_>) -> Fees {
    Fees {
        tx: draft.amount(Parameter::TxFee),
        effect: draft.amount(Parameter::EffectFee),
        market_bp: draft.parameter(Parameter::MarketFeeBp),
        zk_per_kconstraint: draft.parameter(Parameter::ZkManaPerKconstraint),
    }
}

/// What a proof of a circuit costs a job that opened under these fees.
pub fn proof(fees: &Fees, constraints: u64) -> Result<Mana, Reject> {
    Ok(proof_price(constraints, fees.zk_per_kconstraint)?)
}

/// What a run's budget must cover to submit this child: its hold, and the fee that it pays.
pub fn child(draft: &Draft<'_>, spec: &JobSpec) -> Result<Mana, Reject> {
    let fees = fees(draft);
    Ok(quote(spec, &fees)?.hold()?.plus(fees.tx)?)
}

/// The worst case of everything that the spec allows: executors times the highest price, every mana
/// budget, a fee for each effect that the grants can pay for, and the fee of its assignment.
pub fn quote(spec: &JobSpec, fees: &Fees) -> Result<Quote, Reject> {
    let budgets = spec
        .grants
        .iter()
        .try_fold(Mana::ZERO, |sum, grant| sum.plus(grant.mana()))?;
    Ok(Quote {
        runs: spec.max_price.times(spec.agreement.executors.into())?,
        budgets,
        effect_fees: fees.effect.times(effects_most(&spec.grants))?,
        market_fees: fees.tx,
    })
}

/// The most effects that can be applied: every effect takes at least one unit of its grant, but for
/// proofs, which are counted.
pub fn effects_most(grants: &[Grant]) -> u64 {
    let all = grants.iter().fold(0u64, |sum, grant| {
        sum.saturating_add(match grant {
            Grant::ManaSpend { limit, .. } => limit.units(),
            Grant::MeshSubmit { count, .. } => u64::from(*count),
            Grant::DagWrite { bytes } => *bytes,
            Grant::GovernancePropose { count, .. } | Grant::GovernanceVote { count, .. } => {
                u64::from(*count)
            }
            Grant::ZkVerify { .. } | Grant::ZkProve { .. } => u64::from(PROOFS_MAX),
            Grant::DagRead {} => 0,
        })
    });
    all.min(EFFECTS_MAX as u64)
}
