//! Executors: who runs jobs, and this node's own offer.

use super::Api;
use super::act::{Acting, WAIT_S, act};
use super::cursor::{self, page};
use super::error::Answer;
use super::input::{Asked, Json as Body};
use super::wait::patience;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use icn_api::market::{ExecutorView, OfferView};
use icn_api::page::{Page, PageQuery};
use icn_api::tx::{TxStatus, TxView, WaitQuery};
use icn_base::Did;
use icn_economics::Offer;
use icn_ledger::{Action, Draft, Profile};
use std::sync::Arc;

/// The name of the list, in cursors.
const EXECUTORS: &str = "executors";

/// Registered executors, by their DIDs.
#[utoipa::path(get, path = "/v1/executors", tag = "jobs", params(PageQuery),
    responses((status = 200, description = "Some of them.", body = Page<ExecutorView>)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<ExecutorView>>> {
    let (after, limit) = page::<Did>(EXECUTORS, &query)?;
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let rows = view.state.executors();
    let mut rows = rows.skip_while(|(did, _)| after.is_some_and(|after| **did <= after));
    let show = |(did, executor): (&Did, &icn_ledger::Executor)| ExecutorView {
        did: *did,
        open: executor.open,
        busy: executor.busy,
        reputation: draft.actor(did).standing.score(view.tip.time),
        offer: OfferView {
            capacity: executor.profile.capacity,
            base: executor.profile.prices.base,
            per_mfuel: executor.profile.prices.per_mfuel,
            capabilities: executor.profile.capabilities.clone(),
            labels: executor.profile.labels.clone(),
            engine: Some(executor.profile.engine.clone()),
        },
    };
    let items: Vec<_> = rows.by_ref().take(limit).map(show).collect();
    let last = items.last().map(|executor| executor.did);
    let next = last.filter(|_| rows.next().is_some());
    let next = next.map(|did| cursor::after(EXECUTORS, &did));
    Ok(Json(Page { items, next }))
}

/// Offer to run jobs as this node, or change the offer.
#[utoipa::path(post, path = "/v1/executors", tag = "jobs", params(WaitQuery), security(("operator" = [])),
    request_body = OfferView,
    responses((status = 200, description = "The offer stands.", body = TxView),
              (status = 202, description = "It waits for a block.", body = TxView)))]
pub(super) async fn register(
    State(api): State<Arc<Api>>,
    acting: Acting,
    Asked(query): Asked<WaitQuery>,
    Body(offer): Body<OfferView>,
) -> Answer<(StatusCode, Json<TxView>)> {
    let engine = offer
        .engine
        .unwrap_or_else(|| api.door.who().engine.to_owned());
    let profile = Profile {
        capacity: offer.capacity,
        prices: Offer {
            base: offer.base,
            per_mfuel: offer.per_mfuel,
        },
        capabilities: offer.capabilities,
        labels: offer.labels,
        engine,
    };
    done(
        &api,
        acting,
        Action::RegisterExecutor { profile },
        query.wait,
    )
    .await
}

/// Take no more jobs as this node; running ones run to their end.
#[utoipa::path(post, path = "/v1/executors/withdraw", tag = "jobs", params(WaitQuery), security(("operator" = [])),
    responses((status = 200, description = "It takes no more.", body = TxView),
              (status = 202, description = "It waits for a block.", body = TxView)))]
pub(super) async fn withdraw(
    State(api): State<Arc<Api>>,
    acting: Acting,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<TxView>)> {
    done(&api, acting, Action::Withdraw {}, query.wait).await
}

async fn done(
    api: &Api,
    acting: Acting,
    action: Action,
    wait: Option<u64>,
) -> Answer<(StatusCode, Json<TxView>)> {
    let patience = patience(wait, WAIT_S)?;
    let view = act(api, acting, action, patience).await?.view()?;
    Ok((status(view.status, StatusCode::OK), Json(view)))
}

/// The status of something that the node has signed: what it is once it is done, 202 until then.
pub(super) const fn status(of: TxStatus, done: StatusCode) -> StatusCode {
    match of {
        TxStatus::Waiting => StatusCode::ACCEPTED,
        TxStatus::Applied | TxStatus::Failed | TxStatus::Refused => done,
    }
}
