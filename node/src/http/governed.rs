//! The governed facts: parameters, members, validators.

use super::Api;
use super::cursor::{self, page};
use super::error::Answer;
use super::input::Asked;
use axum::Json;
use axum::extract::State;
use icn_api::gov::{MemberView, ParameterView, ValidatorView};
use icn_api::limits::PAGE_ROWS_MAX;
use icn_api::page::{Page, PageQuery};
use icn_base::Did;
use icn_governance::{History, Parameter};
use icn_ledger::Draft;
use std::sync::Arc;

/// The name of the list, in cursors.
const MEMBERS: &str = "members";

/// Every governed parameter, its bounds and its meaning.
#[utoipa::path(get, path = "/v1/parameters", tag = "governance",
    responses((status = 200, description = "All of them.", body = Vec<ParameterView>)))]
pub(super) async fn parameters(State(api): State<Arc<Api>>) -> Json<Vec<ParameterView>> {
    let view = api.door.view();
    let show = |parameter: &Parameter| {
        let row = parameter.row();
        ParameterView {
            name: row.name.to_owned(),
            value: view.state.parameter(*parameter),
            unit: row.kind.unit().to_owned(),
            min: row.min,
            default: row.default,
            max: row.max,
            meaning: row.meaning.to_owned(),
        }
    };
    Json(Parameter::ALL.iter().map(show).collect())
}

/// Members, by their DIDs; removed ones too.
#[utoipa::path(get, path = "/v1/members", tag = "governance", params(PageQuery),
    responses((status = 200, description = "Some of them.", body = Page<MemberView>)))]
pub(super) async fn members(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<MemberView>>> {
    let (after, limit) = page::<Did>(MEMBERS, &query)?;
    let view = api.door.view();
    let draft = Draft::new(&view.state, view.tip.time);
    let rows = view.state.governance().members();
    let mut rows = rows.skip_while(|(did, _)| after.is_some_and(|after| **did <= after));
    let mut items = Vec::new();
    for (did, row) in rows.by_ref().take(PAGE_ROWS_MAX) {
        let Some(member) = History::now(row) else {
            continue;
        };
        items.push(MemberView {
            did: *did,
            since: member.since,
            removed: member.removed,
            power: view.state.power(did),
            spendable: draft.actor(did).account.spendable(),
        });
        if items.len() == limit {
            break;
        }
    }
    let last = items.last().map(|member| member.did);
    let next = last.filter(|_| rows.next().is_some());
    let next = next.map(|did| cursor::after(MEMBERS, &did));
    Ok(Json(Page { items, next }))
}

/// Those who order blocks.
#[utoipa::path(get, path = "/v1/validators", tag = "governance",
    responses((status = 200, description = "All of them.", body = Vec<ValidatorView>)))]
pub(super) async fn validators(State(api): State<Arc<Api>>) -> Json<Vec<ValidatorView>> {
    let view = api.door.view();
    let all = view.state.validators().iter();
    let all = all.map(|(did, power)| ValidatorView {
        did: *did,
        power: *power,
    });
    Json(all.collect())
}
