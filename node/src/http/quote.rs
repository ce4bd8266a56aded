//! What a job would cost at most, and who might run it: before anything is paid.

use super::Api;
use super::error::Answer;
use super::input::Json as Body;
use super::jobs::complete;
use axum::Json;
use axum::extract::State;
use icn_api::job::{CandidateView, JobAsk, QuoteView};
use icn_base::Did;
use icn_base::run::JobSpec;
use icn_ledger::{Draft, Executor, Reject, quote};
use std::sync::Arc;

/// What a job would cost at most, and what each registered executor usually asks. Nothing is
/// submitted.
#[utoipa::path(post, path = "/v1/jobs/quote", tag = "jobs", request_body = JobAsk,
    responses((status = 200, description = "The most that would be held.", body = QuoteView)))]
pub(super) async fn quote(
    State(api): State<Arc<Api>>,
    Body(ask): Body<JobAsk>,
) -> Answer<Json<QuoteView>> {
    let spec = complete(&api, ask);
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let fees = quote::fees(&draft);
    let quoted = quote::quote(&spec, &fees)?;
    let executors = view.state.executors();
    let executors = executors.map(|(did, executor)| candidate(&spec, *did, executor));
    Ok(Json(QuoteView {
        hold: quoted.hold().map_err(Reject::from)?,
        runs: quoted.runs,
        budgets: quoted.budgets,
        effect_fees: quoted.effect_fees,
        market_fees: quoted.market_fees,
        tx_fee: fees.tx,
        spendable: draft.actor(&api.door.who().did).account.spendable(),
        executors: executors.collect(),
        spec,
    }))
}

/// What an executor usually asks, and whether that is within the job's price.
fn candidate(spec: &JobSpec, executor: Did, row: &Executor) -> CandidateView {
    let worst = row.profile.prices.charge(spec.fuel_limit);
    let refused = match worst {
        Ok(worst) if worst > spec.max_price => Some(Reject::PriceTooHigh {
            executor,
            worst,
            max_price: spec.max_price,
        }),
        Ok(_) if !row.open => Some(Reject::NotRegistered { executor }),
        Ok(_) => None,
        Err(error) => Some(error.into()),
    };
    CandidateView {
        executor,
        said: if refused.is_none() {
            "qualifies"
        } else {
            "refused"
        }
        .to_owned(),
        worst_case: worst.ok(),
        rank: None,
        code: refused.as_ref().map(Reject::number),
        why: refused.map(|reject| reject.to_string()),
    }
}
