//! What a job would cost at most, and who might run it: before anything is paid.

use super::Api;
use super::error::Answer;
use super::input::Json as Body;
use super::jobs::complete;
use axum::Json;
use axum::extract::State;
use icn_api::job::{CandidateView, JobAsk, QuoteView};
use icn_base::run::JobSpec;
use icn_base::{Did, Mana};
use icn_ledger::{Draft, Reject, as_opened, could_sit, quote};
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
    let (owner, at) = (api.door.who().did, view.tip.time);
    let spec = Arc::new(spec);
    let job = as_opened(&view.state, at, owner, &spec)?;
    let executors = view.state.executors().map(|(did, executor)| {
        let prices = &executor.profile.prices;
        let refused = could_sit(&view.state, at, &job, did, prices).err();
        candidate(*did, prices.charge(spec.fuel_limit).ok(), refused)
    });
    Ok(Json(QuoteView {
        hold: quoted.hold().map_err(Reject::from)?,
        runs: quoted.runs,
        budgets: quoted.budgets,
        effect_fees: quoted.effect_fees,
        market_fees: quoted.market_fees,
        tx_fee: fees.tx,
        spendable: draft.actor(&owner).account.spendable(),
        executors: executors.collect(),
        spec: JobSpec::clone(&spec),
    }))
}

/// What an executor usually asks at most, and whether the book would give it a seat now.
fn candidate(executor: Did, worst_case: Option<Mana>, refused: Option<Reject>) -> CandidateView {
    let said = match refused {
        None => "qualifies",
        Some(_) => "refused",
    };
    CandidateView {
        executor,
        said: said.to_owned(),
        worst_case,
        rank: None,
        code: refused.as_ref().map(Reject::number),
        why: refused.map(|reject| reject.to_string()),
    }
}
