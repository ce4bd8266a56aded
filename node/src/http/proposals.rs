//! Proposals, votes and delegations: read by anyone, made as the node's member by its operator.

use super::Api;
use super::act::{Acting, WAIT_S, act};
use super::cursor;
use super::error::{Answer, Failure};
use super::executors::status;
use super::input::{Asked, At, Json as Body};
use super::wait::{patience, reading};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_api::gov::{
    Acted, CastVote, Delegate, PreviewView, ProposalShown, ProposalsQuery, Propose,
};
use icn_api::limits::PAGE_ROWS_MAX;
use icn_api::page::Page;
use icn_api::tx::WaitQuery;
use icn_base::ProposalId;
use icn_base::gov::{DelegateRequest, ProposalRequest, ProposalStatus, RevokeRequest, VoteRequest};
use icn_governance::Refusal;
use icn_ledger::{Action, Draft, Reject};
use std::sync::Arc;

/// The name of the list, in cursors.
const PROPOSALS: &str = "proposals";

/// Proposals, by their ids.
#[utoipa::path(get, path = "/v1/proposals", tag = "governance", params(ProposalsQuery),
    responses((status = 200, description = "Some of them.", body = Page<ProposalShown>)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<ProposalsQuery>,
) -> Answer<Json<Page<ProposalShown>>> {
    let limit = cursor::limit(query.limit)?;
    let after: Option<ProposalId> = cursor::read(PROPOSALS, query.cursor.as_deref())?;
    let wanted = match query.status.as_deref() {
        None => None,
        Some(word) => Some(word_of(word)?),
    };
    let view = api.door.view();
    let look = move || {
        let draft = Draft::new(&view.state, view.tip.time);
        let rows = view.state.governance().proposals_after(after.as_ref());
        let (mut items, mut looked) = (Vec::new(), 0_usize);
        for (id, row) in rows {
            looked = looked.saturating_add(1);
            if wanted.is_none_or(|wanted| wanted == row.status()) {
                items.extend(draft.proposal(id).map(ProposalShown));
            }
            if items.len() == limit || looked == PAGE_ROWS_MAX {
                let mut rest = view.state.governance().proposals_after(Some(id));
                let next = rest.next().map(|_| cursor::after(PROPOSALS, id));
                return Ok(Page { items, next });
            }
        }
        Ok(Page { items, next: None })
    };
    reading(look).await.map(Json)
}

fn word_of(word: &str) -> Answer<ProposalStatus> {
    let found = ProposalStatus::ALL
        .iter()
        .find(|status| status.name() == word);
    found
        .copied()
        .ok_or_else(|| Failure::new(Code::BadQuery, "`status` is one such as Voting"))
}

/// A proposal, with its votes as they stand.
#[utoipa::path(get, path = "/v1/proposals/{id}", tag = "governance",
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "As it is after the last block.", body = ProposalShown)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    At(id): At<ProposalId>,
) -> Answer<Json<ProposalShown>> {
    let view = api.door.view();
    let found = Draft::new(&view.state, view.tip.time).proposal(&id);
    found
        .map(ProposalShown)
        .map(Json)
        .ok_or_else(|| unknown(id))
}

/// What a proposal would change if it were executed now.
#[utoipa::path(get, path = "/v1/proposals/{id}/preview", tag = "governance",
    params(("id" = String, Path, description = "The proposal")),
    responses((status = 200, description = "Exactly that.", body = PreviewView)))]
pub(super) async fn preview(
    State(api): State<Arc<Api>>,
    At(id): At<ProposalId>,
) -> Answer<Json<PreviewView>> {
    let view = api.door.view();
    let found = Draft::new(&view.state, view.tip.time).preview(&id);
    let preview = found.ok_or_else(|| unknown(id))?;
    let plans = serde_json::to_value(&preview).map_err(|error| Failure::new(Code::Fault, error))?;
    Ok(Json(PreviewView {
        proposal: id,
        preview: preview.cid(),
        plans,
    }))
}

fn unknown(proposal: ProposalId) -> Failure {
    Reject::from(Refusal::UnknownProposal { proposal }).into()
}

/// Make a proposal as this node's member. Its id is that of the transaction.
#[utoipa::path(post, path = "/v1/proposals", tag = "governance", params(WaitQuery), security(("operator" = [])),
    request_body = Propose,
    responses((status = 201, description = "It is made.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn propose(
    State(api): State<Arc<Api>>,
    acting: Acting,
    Asked(query): Asked<WaitQuery>,
    Body(propose): Body<Propose>,
) -> Answer<Response> {
    let patience = patience(query.wait, WAIT_S)?;
    let request = ProposalRequest {
        title: propose.title,
        text: propose.text,
        kind: propose.kind,
    };
    let done = act(&api, acting, Action::Propose(Box::new(request)), patience).await?;
    let proposal = ProposalId::new(*done.id.cid());
    let tx = done.view()?;
    let place = [(header::LOCATION, format!("/v1/proposals/{proposal}"))];
    let code = status(tx.status, StatusCode::CREATED);
    let acted = Acted {
        tx,
        proposal: Some(proposal),
    };
    Ok((code, place, Json(acted)).into_response())
}

/// Open voting on this member's own proposal.
#[utoipa::path(post, path = "/v1/proposals/{id}/open", tag = "governance", security(("operator" = [])),
    params(("id" = String, Path, description = "The proposal"), WaitQuery),
    responses((status = 200, description = "It is done.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn open(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(proposal): At<ProposalId>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let action = Action::OpenVoting { proposal };
    step(&api, acting, action, Some(proposal), query.wait).await
}

/// Vote as this node's member, or vote anew.
#[utoipa::path(post, path = "/v1/proposals/{id}/vote", tag = "governance", security(("operator" = [])),
    params(("id" = String, Path, description = "The proposal"), WaitQuery), request_body = CastVote,
    responses((status = 200, description = "It is done.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn vote(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(proposal): At<ProposalId>,
    Asked(query): Asked<WaitQuery>,
    Body(vote): Body<CastVote>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let action = Action::Vote(VoteRequest {
        proposal,
        ballot: vote.ballot,
        preview: vote.preview,
    });
    step(&api, acting, action, Some(proposal), query.wait).await
}

/// Close voting, if its outcome is certain or its time is over.
#[utoipa::path(post, path = "/v1/proposals/{id}/close", tag = "governance", security(("operator" = [])),
    params(("id" = String, Path, description = "The proposal"), WaitQuery),
    responses((status = 200, description = "It is done.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn close(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(proposal): At<ProposalId>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let action = Action::CloseVoting { proposal };
    step(&api, acting, action, Some(proposal), query.wait).await
}

/// Execute a proposal that has passed.
#[utoipa::path(post, path = "/v1/proposals/{id}/execute", tag = "governance", security(("operator" = [])),
    params(("id" = String, Path, description = "The proposal"), WaitQuery),
    responses((status = 200, description = "It is done.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn execute(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(proposal): At<ProposalId>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let action = Action::Execute { proposal };
    step(&api, acting, action, Some(proposal), query.wait).await
}

/// Take this member's own proposal back.
#[utoipa::path(post, path = "/v1/proposals/{id}/withdraw", tag = "governance", security(("operator" = [])),
    params(("id" = String, Path, description = "The proposal"), WaitQuery),
    responses((status = 200, description = "It is done.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn withdraw(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(proposal): At<ProposalId>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let action = Action::WithdrawProposal { proposal };
    step(&api, acting, action, Some(proposal), query.wait).await
}

/// Hand this member's votes on, or take them back.
#[utoipa::path(post, path = "/v1/delegations", tag = "governance", params(WaitQuery), security(("operator" = [])),
    request_body = Delegate,
    responses((status = 200, description = "It is done.", body = Acted),
              (status = 202, description = "It waits for a block.", body = Acted)))]
pub(super) async fn delegate(
    State(api): State<Arc<Api>>,
    acting: Acting,
    Asked(query): Asked<WaitQuery>,
    Body(ask): Body<Delegate>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let scope = ask.scope;
    let action = match (ask.to, ask.until) {
        (Some(to), Some(until)) => Action::Delegate(DelegateRequest { to, scope, until }),
        (None, None) => Action::Revoke(RevokeRequest { scope }),
        _ => {
            let why = "`to` and `until` stand together, or neither does";
            return Err(Failure::new(Code::BadBody, why));
        }
    };
    step(&api, acting, action, None, query.wait).await
}

async fn step(
    api: &Api,
    acting: Acting,
    action: Action,
    proposal: Option<ProposalId>,
    wait: Option<u64>,
) -> Answer<(StatusCode, Json<Acted>)> {
    let patience = patience(wait, WAIT_S)?;
    let tx = act(api, acting, action, patience).await?.view()?;
    Ok((
        status(tx.status, StatusCode::OK),
        Json(Acted { tx, proposal }),
    ))
}
