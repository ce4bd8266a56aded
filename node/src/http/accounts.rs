//! Accounts, and what has happened to them.

use super::Api;
use super::cursor::{self, page};
use super::error::{Answer, Failure};
use super::events::{shown, value};
use super::input::{Asked, At};
use super::wait::reading;
use axum::Json;
use axum::extract::State;
use icn_api::Code;
use icn_api::account::AccountView;
use icn_api::event::{EventId, EventView};
use icn_api::limits::HISTORY_BLOCKS_MAX;
use icn_api::page::{Page, PageQuery};
use icn_base::{Did, JobId};
use icn_ledger::{Draft, State as Book};
use serde_json::Value;
use std::sync::Arc;

/// The name of the list, in cursors.
const HISTORY: &str = "history";

/// An account, at the time of the last block.
#[utoipa::path(get, path = "/v1/accounts/{did}", tag = "accounts",
    params(("did" = String, Path, description = "Whose")),
    responses((status = 200, description = "One that nobody has heard of is empty.", body = AccountView)))]
pub(super) async fn show(State(api): State<Arc<Api>>, At(did): At<Did>) -> Json<AccountView> {
    let view = api.door.view();
    let at = view.tip.time;
    let actor = Draft::new(&view.state, at).actor(&did);
    Json(AccountView {
        did,
        known: view.state.actor(&did).is_some(),
        member: actor.account.is_member(),
        total: actor.account.total(),
        held: actor.account.held(),
        bonded: actor.account.bonded(),
        spendable: actor.account.spendable(),
        nonce: actor.nonce,
        reputation: actor.standing.score(at),
        power: view.state.power(&did),
    })
}

/// What has happened to an account, the latest first. A page looks at a bounded number of blocks, so
/// it may be empty and still have one after it.
#[utoipa::path(get, path = "/v1/accounts/{did}/history", tag = "accounts",
    params(("did" = String, Path, description = "Whose"), PageQuery),
    responses((status = 200, description = "Facts.", body = Page<EventView>)))]
pub(super) async fn history(
    State(api): State<Arc<Api>>,
    At(did): At<Did>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<EventView>>> {
    let view = api.door.view();
    let (below, limit) = page::<Before>(HISTORY, &query)?;
    let past = Arc::clone(api.door.past());
    let top = Before(EventId {
        height: view.tip.height.saturating_add(1),
        index: 0,
    });
    let Before(mut below) = below.unwrap_or(top);
    if below.height > top.0.height {
        return Err(Failure::new(Code::BadCursor, "there are no such facts yet"));
    }
    let did = did.to_string();
    let look = move || {
        let (mut items, first) = (Vec::new(), past.first().max(1));
        for _ in 0..HISTORY_BLOCKS_MAX {
            let height = match below.index {
                0 => below.height.saturating_sub(1),
                _ => below.height,
            };
            if height < first {
                return Ok(Page { items, next: None });
            }
            let last = if below.index == 0 {
                u32::MAX
            } else {
                below.index
            };
            if let Some(report) = past.report(height)? {
                let all: Vec<_> = (0..last).zip(&report.events).collect();
                for (index, happened) in all.into_iter().rev() {
                    let fact = value(&happened.event);
                    if !concerns(&view.state, &fact, &did) {
                        continue;
                    }
                    let id = EventId { height, index };
                    items.push(shown(&report, id, happened, fact));
                    if items.len() == limit {
                        let next = Some(cursor::after(HISTORY, &id));
                        return Ok(Page { items, next });
                    }
                }
            }
            below = EventId { height, index: 0 };
        }
        let next = Some(cursor::after(HISTORY, &below));
        Ok(Page { items, next })
    };
    reading(look).await.map(Json)
}

/// The fact that a page ends before.
#[derive(Clone, Copy)]
struct Before(EventId);

impl std::str::FromStr for Before {
    type Err = icn_api::event::EventIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// True if a fact names an account, or a job of its own.
fn concerns(book: &Book, fact: &Value, did: &str) -> bool {
    match fact {
        Value::String(text) => text == did,
        Value::Array(items) => items.iter().any(|item| concerns(book, item, did)),
        Value::Object(fields) => fields.iter().any(|(name, value)| {
            let own = || {
                let id: Option<JobId> = value.as_str().and_then(|id| id.parse().ok());
                let job = id.and_then(|id| book.job(&id));
                job.is_some_and(|job| job.owner.to_string() == did)
            };
            concerns(book, value, did) || (name == "job" && own())
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
