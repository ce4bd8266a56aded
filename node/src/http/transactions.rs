//! Transactions that anyone has signed with a key of their own: one, or up to a thousand.
//!
//! Reading them and checking their signatures is most of the work. It is done on threads beside the
//! main loop, as many at once as there are cores.

use super::Api;
use super::body::read;
use super::door::Ask;
use super::error::{Answer, Failure};
use super::input::{Asked, At, json, media_type};
use super::past::Fate;
use super::wait::{Settled, known, patience, reading, settled};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_api::limits::{BATCH_BYTES_MAX, BATCH_TXS_MAX};
use icn_api::tx::{TxStatus, TxView, WaitQuery};
use icn_api::{Code, words};
use icn_base::{TxId, codec};
use icn_ledger::{Reject, SignedTx};
use icn_mesh::{NotTaken, Waiting};
use std::sync::Arc;

/// Transactions that one thread checks before it lets another request have its turn.
const CHUNK_TXS: usize = 64;

/// How the transactions of a body are written.
#[derive(Clone, Copy)]
enum Spelling {
    Json,
    Cbor,
}

/// Send one transaction, or up to 1,000, signed by your own key. Each of several gets a verdict of
/// its own, in order; one that is refused does not keep the others.
#[utoipa::path(post, path = "/v1/transactions", tag = "transactions", params(WaitQuery),
    request_body(description = "`{body, signature}`, or an array of them.", content(
        (words::OneOrMany = "application/json"), (Vec<u8> = "application/vnd.ipld.dag-cbor"))),
    responses(
        (status = 200, description = "Verdicts, or the one that stands in a block.", body = words::VerdictOrMany),
        (status = 202, description = "The one waits for a block.", body = TxView)))]
pub(super) async fn submit(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<WaitQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let patience = patience(query.wait, 0)?;
    let spelling = match media_type(&headers)? {
        Some("application/json") => Spelling::Json,
        Some("application/vnd.ipld.dag-cbor" | "application/cbor") => Spelling::Cbor,
        _ => {
            let why = "transactions are application/json or application/vnd.ipld.dag-cbor";
            return Err(Failure::new(Code::WrongMediaType, why));
        }
    };
    let bytes = read(&api, body, BATCH_BYTES_MAX).await?;
    let turn = Arc::clone(&api.cores).acquire_owned().await;
    let (txs, is_one) = reading(move || {
        let txs = decode(spelling, &bytes);
        drop(turn);
        txs
    })
    .await?;
    let checked = check(&api, txs).await?;
    let above = api.door.view().tip.height;
    let mut views = take(&api, checked).await?;
    let waits = |view: &&mut TxView| view.status == TxStatus::Waiting;
    let ids: Vec<TxId> = views
        .iter_mut()
        .filter(waits)
        .filter_map(|view| view.tx)
        .collect();
    if !ids.is_empty() && !patience.is_zero() {
        let found = settled(&api, &ids, above, patience).await?;
        for view in views.iter_mut().filter(waits) {
            if let Some(settled) = view.tx.and_then(|id| found.get(&id)) {
                settle(view, settled.clone());
            }
        }
    }
    match views.pop() {
        Some(view) if is_one => Ok(one(view)),
        last => {
            views.extend(last);
            Ok(Json(views).into_response())
        }
    }
}

/// The answer to one transaction.
fn one(view: TxView) -> Response {
    let status = match view.status {
        TxStatus::Waiting => StatusCode::ACCEPTED,
        TxStatus::Applied | TxStatus::Failed | TxStatus::Refused => StatusCode::OK,
    };
    let place = view.tx.map(|id| format!("/v1/transactions/{id}"));
    let mut response = (status, Json(view)).into_response();
    if let Some(place) = place.and_then(|place| place.parse().ok()) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

/// The transactions of a body, and whether it was one alone.
fn decode(spelling: Spelling, bytes: &[u8]) -> Answer<(Vec<SignedTx>, bool)> {
    let bad = |error: codec::CodecError| Failure::new(Code::BadBody, error);
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    let (txs, is_one) = match spelling {
        Spelling::Json if first == Some(&b'[') => (json(bytes)?, false),
        Spelling::Json => (vec![json(bytes)?], true),
        Spelling::Cbor if bytes.first().is_some_and(|byte| byte >> 5 == CBOR_ARRAY) => {
            (codec::decode(bytes).map_err(bad)?, false)
        }
        Spelling::Cbor => (vec![SignedTx::decode(bytes)?], true),
    };
    if txs.is_empty() || txs.len() > BATCH_TXS_MAX {
        let why = format!("1 to {BATCH_TXS_MAX} transactions are taken at once");
        return Err(Failure::new(Code::TooManyInBatch, why));
    }
    Ok((txs, is_one))
}

/// The major type of an array, in the three high bits of its first byte.
const CBOR_ARRAY: u8 = 4;

/// A transaction's id, and whether its signatures hold.
type Checked = (TxId, Result<Waiting, Reject>);

/// Checks signatures, on as many threads as there are cores.
async fn check(api: &Api, txs: Vec<SignedTx>) -> Answer<Vec<Checked>> {
    let network = api.door.who().network;
    let (mut txs, mut tasks) = (txs.into_iter().peekable(), Vec::new());
    while txs.peek().is_some() {
        let chunk: Vec<_> = txs.by_ref().take(CHUNK_TXS).collect();
        let cores = Arc::clone(&api.cores);
        tasks.push(tokio::spawn(async move {
            let turn = cores.acquire_owned().await;
            reading(move || {
                let check = |tx: SignedTx| (tx.id(), Waiting::new(tx, &network));
                let checked: Vec<Checked> = chunk.into_iter().map(check).collect();
                drop(turn);
                Ok(checked)
            })
            .await
        }));
    }
    let mut checked = Vec::new();
    for task in tasks {
        let fault = |_| Failure::new(Code::Fault, "checking signatures met a fault");
        checked.extend(task.await.map_err(fault)??);
    }
    Ok(checked)
}

/// Offers what holds to the main loop. A lone refusal is the whole answer.
async fn take(api: &Api, checked: Vec<Checked>) -> Answer<Vec<TxView>> {
    let (mut views, mut waiting, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for (place, (id, checked)) in checked.into_iter().enumerate() {
        views.push(TxView {
            tx: Some(id),
            status: TxStatus::Waiting,
            height: None,
            error: None,
        });
        match checked {
            Ok(tx) => {
                waiting.push(tx);
                places.push(place);
            }
            Err(reject) => refuse(&mut views, place, reject.into())?,
        }
    }
    let verdicts = match waiting.is_empty() {
        true => Vec::new(),
        false => api.door.ask(|to| Ask::Submit(waiting, to)).await?,
    };
    for (place, verdict) in places.into_iter().zip(verdicts) {
        let id = views.get(place).and_then(|view| view.tx);
        let before = match (&verdict, id) {
            (Ok(()), _) | (_, None) => None,
            // What stands in a block has the answer that it had then, whatever the book says now.
            (Err(_), Some(id)) => known(api, &id).await?,
        };
        match (verdict, before, views.get_mut(place)) {
            (Err(_), Some(before), Some(view)) => settle(view, before),
            (Ok(()) | Err(NotTaken::Known), ..) => {}
            (Err(not), ..) => refuse(&mut views, place, not.into())?,
        }
    }
    Ok(views)
}

/// Refuses one of several in its place; one alone is refused as a whole.
fn refuse(views: &mut [TxView], place: usize, failure: Failure) -> Answer<()> {
    let is_one = views.len() == 1 && place == 0;
    match views.get_mut(place) {
        Some(view) if !is_one => {
            (view.status, view.error) = (TxStatus::Refused, Some(failure.view()));
            Ok(())
        }
        _ => Err(failure),
    }
}

fn settle(view: &mut TxView, (height, fate): Settled) {
    view.height = Some(height);
    (view.status, view.error) = match fate {
        Fate::Applied => (TxStatus::Applied, None),
        Fate::Failed(refusal) => (TxStatus::Failed, Some(Failure::remembered(&refusal).view())),
        Fate::Refused(refusal) => (
            TxStatus::Refused,
            Some(Failure::remembered(&refusal).view()),
        ),
    };
}

/// What became of a transaction of some block.
pub(super) fn view(id: TxId, settled: Settled) -> TxView {
    let mut view = TxView {
        tx: Some(id),
        status: TxStatus::Waiting,
        height: None,
        error: None,
    };
    settle(&mut view, settled);
    view
}

/// What became of a transaction. With `?wait=` it answers once it stands in a block.
#[utoipa::path(get, path = "/v1/transactions/{id}", tag = "transactions",
    params(("id" = String, Path, description = "The transaction"), WaitQuery),
    responses((status = 200, description = "It stands in a block, or waits for one.", body = TxView)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    At(id): At<TxId>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<Json<TxView>> {
    let patience = patience(query.wait, 0)?;
    let above = api.door.view().tip.height;
    if let Some(settled) = known(&api, &id).await? {
        return Ok(Json(view(id, settled)));
    }
    if let Some(settled) = settled(&api, &[id], above, patience).await?.remove(&id) {
        return Ok(Json(view(id, settled)));
    }
    if api.door.ask(|to| Ask::Waits(id, to)).await? {
        return Ok(Json(TxView {
            tx: Some(id),
            status: TxStatus::Waiting,
            height: None,
            error: None,
        }));
    }
    Err(Failure::new(
        Code::UnknownTransaction,
        format!("there is no {id} here"),
    ))
}
