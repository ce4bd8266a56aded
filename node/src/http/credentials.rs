//! Issuers, and what the book knows of credentials and of the trees that proofs are made from.

use super::Api;
use super::act::{Acting, WAIT_S, act};
use super::cursor::{self, page};
use super::error::{Answer, Failure};
use super::executors::status;
use super::input::{Asked, At, Json as Body};
use super::wait::{patience, reading};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use icn_api::Code;
use icn_api::page::{Page, PageQuery};
use icn_api::tx::{TxView, WaitQuery};
use icn_api::zk::{
    CredentialAsk, CredentialVerdict, CredentialView, EnrolledView, IssuerView, LeafView,
};
use icn_base::{Bytes, Cid, Did, NetworkId, Time};
use icn_ledger::zk::{Grove, Issuer};
use icn_ledger::{Action, Draft, Reject};
use icn_zk::credential::Credential;
use std::sync::Arc;

/// The name of the list, in cursors.
const ISSUERS: &str = "issuers";

/// Registered issuers, by their DIDs.
#[utoipa::path(get, path = "/v1/issuers", tag = "proofs", params(PageQuery),
    responses((status = 200, description = "Some of them.", body = Page<IssuerView>)))]
pub(super) async fn issuers(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<IssuerView>>> {
    let (after, limit) = page::<Did>(ISSUERS, &query)?;
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let rows = view.state.zk().issuers();
    let mut rows = rows.skip_while(|(did, _)| after.is_some_and(|after| **did <= after));
    let some = rows.by_ref().take(limit);
    let items: Vec<_> = some.map(|(did, row)| shown(&draft, *did, row)).collect();
    let last = items.last().map(|issuer| issuer.did);
    let next = last.filter(|_| rows.next().is_some());
    let next = next.map(|did| cursor::after(ISSUERS, &did));
    Ok(Json(Page { items, next }))
}

/// An issuer.
#[utoipa::path(get, path = "/v1/issuers/{did}", tag = "proofs",
    params(("did" = String, Path, description = "Who")),
    responses((status = 200, description = "As it has registered.", body = IssuerView)))]
pub(super) async fn issuer(
    State(api): State<Arc<Api>>,
    At(did): At<Did>,
) -> Answer<Json<IssuerView>> {
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let row = draft.zk().issuer(&did);
    let row = row.ok_or(Reject::NotIssuer { did })?;
    Ok(Json(shown(&draft, did, row)))
}

fn shown(draft: &Draft<'_>, did: Did, row: &Issuer) -> IssuerView {
    let tree = draft.zk().tree(&Grove::Issuer(did));
    IssuerView {
        did,
        name: row.name.clone(),
        circuit_key: Bytes(row.circuit_key.to_bytes().to_vec()),
        since: row.since,
        next: tree.map_or(0, |tree| tree.next),
    }
}

/// A member's place in the members' tree: what a proof of membership is made from.
#[utoipa::path(get, path = "/v1/members/{did}/leaf", tag = "proofs",
    params(("did" = String, Path, description = "Whose")),
    responses((status = 200, description = "Who has not enrolled has none.", body = EnrolledView)))]
pub(super) async fn leaf(State(api): State<Arc<Api>>, At(did): At<Did>) -> Json<EnrolledView> {
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let row = draft.zk().enrolled(&did).filter(|row| row.left.is_none());
    let leaf = row.map(|row| leaf_at(&draft, Grove::Members, row.place));
    Json(EnrolledView { did, leaf })
}

/// What the book knows of a credential: not what it says, but whether it was revoked, and the place
/// in a tree by which its holder proves that it was not.
#[utoipa::path(get, path = "/v1/credentials/{cid}", tag = "proofs",
    params(("cid" = String, Path, description = "Which")),
    responses((status = 200, description = "After the last block.", body = CredentialView)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    At(credential): At<Cid>,
) -> Answer<Json<CredentialView>> {
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let row = draft.zk().credential(&credential);
    let row = row.ok_or(Reject::UnknownCredential { credential })?;
    Ok(Json(CredentialView {
        credential,
        issuer: row.issuer,
        issued: row.at,
        revoked: row.revoked,
        leaf: leaf_at(&draft, Grove::Issuer(row.issuer), row.place),
    }))
}

fn leaf_at(draft: &Draft<'_>, grove: Grove, place: u32) -> LeafView {
    let path = draft.zk().path(grove, place);
    LeafView {
        place,
        path: path.iter().map(ToString::to_string).collect(),
        root: draft.roots(grove).now.to_string(),
    }
}

/// What can be said of a credential that is sent: whether both of its signatures hold, and what the
/// book knows of it. A holder shows proofs instead; this is for holders and issuers themselves.
#[utoipa::path(post, path = "/v1/credentials/check", tag = "proofs", request_body = CredentialAsk,
    responses((status = 200, description = "The verdict.", body = CredentialVerdict)))]
pub(super) async fn check(
    State(api): State<Arc<Api>>,
    Body(CredentialAsk(credential)): Body<CredentialAsk>,
) -> Answer<Json<CredentialVerdict>> {
    let credential: Credential =
        serde_json::from_value(credential).map_err(|error| Failure::new(Code::BadBody, error))?;
    let (view, network) = (api.door.view(), api.door.who().network);
    let judged = move || {
        let draft = Draft::new(&view.state, view.tip.time);
        let refused = refuse(&draft, &credential, &network, view.tip.time).err();
        let (verdict, because) = refused.map_or(("valid", None), |(verdict, because)| {
            (verdict, Some(because))
        });
        Ok(CredentialVerdict {
            credential: credential.cid(),
            verdict: verdict.to_owned(),
            because,
        })
    };
    reading(judged).await.map(Json)
}

/// Why a credential proves nothing, if it does not.
fn refuse(
    draft: &Draft<'_>,
    credential: &Credential,
    network: &NetworkId,
    now: Time,
) -> Result<(), (&'static str, String)> {
    let verified = credential.verify(network);
    verified.map_err(|error| ("invalid", error.to_string()))?;
    let statement = &credential.statement;
    let cid = credential.cid();
    let row = draft.zk().credential(&cid);
    let Some(row) = row.filter(|row| row.issuer == statement.issuer) else {
        let why = Reject::UnknownCredential { credential: cid };
        return Err(("unknown", why.to_string()));
    };
    let issuer = draft.zk().issuer(&statement.issuer);
    if issuer.is_none_or(|issuer| issuer.circuit_key != statement.circuit_key) {
        let why = "its issuer has registered another key since";
        return Err(("invalid", why.to_owned()));
    }
    if let Some(at) = row.revoked {
        return Err(("revoked", format!("its issuer revoked it at {at}")));
    }
    if statement.valid_until < now {
        let until = statement.valid_until;
        return Err(("expired", format!("it was good until {until}")));
    }
    Ok(())
}

/// Take a credential back that this node has issued: nobody can show any more that it was not revoked.
#[utoipa::path(post, path = "/v1/credentials/{cid}/revoke", tag = "proofs", security(("operator" = [])),
    params(("cid" = String, Path, description = "Which"), WaitQuery),
    responses((status = 200, description = "It is revoked.", body = TxView),
              (status = 202, description = "It waits for a block.", body = TxView)))]
pub(super) async fn revoke(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(credential): At<Cid>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<TxView>)> {
    let patience = patience(query.wait, WAIT_S)?;
    let action = Action::RevokeCredential { credential };
    let view = act(&api, acting, action, patience).await?.view()?;
    Ok((status(view.status, StatusCode::OK), Json(view)))
}
