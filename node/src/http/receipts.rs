//! The receipts of a job, and what its run has logged.

use super::Api;
use super::door::Ask;
use super::error::{Answer, Failure};
use super::input::{Asked, At, once};
use super::jobs::find;
use super::pipe;
use super::wait::reading;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_api::job::{ReceiptQuery, ReceiptView};
use icn_base::limits::LOG_BYTES_MAX;
use icn_base::run::Receipt;
use icn_base::{Cid, JobId};
use icn_dag::file::FileError;
use icn_dag::{StoreError, file};
use icn_ledger::job::Phase;
use icn_ledger::{Job, State as Book};
use std::sync::Arc;

/// The receipt that settled a job, or one executor's: as JSON, or as a CAR with all that it takes to
/// verify it offline.
#[utoipa::path(get, path = "/v1/jobs/{id}/receipt", tag = "jobs",
    params(("id" = String, Path, description = "The job"), ReceiptQuery),
    responses((status = 200, description = "The receipt.", content(
        (ReceiptView = "application/json"), (Vec<u8> = "application/vnd.ipld.car")))))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    At(id): At<JobId>,
    Asked(query): Asked<ReceiptQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let view = api.door.view();
    let (cid, won) = chosen(&view.state, id, find(&view.state, id)?, &query)?;
    let accept = once(&headers, &header::ACCEPT)?.unwrap_or_default();
    let as_car = match query.format.as_deref() {
        Some("json") => false,
        Some("car") => true,
        Some(_) => return Err(Failure::new(Code::BadQuery, "`format` is json or car")),
        None => accept.starts_with("application/vnd.ipld.car"),
    };
    if as_car {
        let room = pipe::heavy(&api)?;
        let file = api.door.ask(|to| Ask::Evidence(cid, to)).await??;
        drop(room);
        let headers = [
            (
                header::CONTENT_TYPE,
                "application/vnd.ipld.car; version=1".to_owned(),
            ),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{cid}.car\""),
            ),
        ];
        return Ok((headers, file).into_response());
    }
    let receipt = receipt(&api, cid).await?;
    Ok(Json(ReceiptView { cid, receipt, won }).into_response())
}

/// What the run that settled a job has logged.
#[utoipa::path(get, path = "/v1/jobs/{id}/logs", tag = "jobs",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, description = "Its log, as it is.", body = String, content_type = "text/plain")))]
pub(super) async fn logs(State(api): State<Arc<Api>>, At(id): At<JobId>) -> Answer<Response> {
    let view = api.door.view();
    let query = ReceiptQuery::default();
    let (cid, _) = chosen(&view.state, id, find(&view.state, id)?, &query)?;
    let log = receipt(&api, cid).await?.claim.log;
    let blocks = Arc::clone(api.door.blocks());
    let text = reading(move || {
        if file::size(&*blocks, &log).map_err(unread)? > LOG_BYTES_MAX as u64 {
            return Err(Failure::new(
                Code::TooMuch,
                "this is no log: it is too long",
            ));
        }
        let mut text = Vec::new();
        file::get(&*blocks, &log, &mut text, |_| {}).map_err(unread)?;
        Ok(text)
    })
    .await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

fn unread(error: FileError) -> Failure {
    match error {
        FileError::Store(StoreError::Missing(cid)) => {
            Failure::new(Code::UnknownBlock, format!("the log is not here: {cid}"))
        }
        FileError::Store(error) => error.into(),
        other => Failure::new(Code::BadBlock, other),
    }
}

/// The receipt that is asked for, and whether its claim has won.
fn chosen(book: &Book, id: JobId, job: &Job, query: &ReceiptQuery) -> Answer<(Cid, bool)> {
    let (claim, receipts) = match &job.phase {
        Phase::Ended(ended) => (ended.claim, ended.receipts.clone()),
        Phase::Open { .. } | Phase::Assigned(_) => (None, Vec::new()),
    };
    let known = receipts
        .into_iter()
        .filter_map(|cid| Some((cid, *book.receipt(&cid)?)));
    let mut wanted = known.filter(|(_, recorded)| match query.executor {
        Some(executor) => recorded.executor == executor,
        None => Some(recorded.claim) == claim,
    });
    let found = wanted.next();
    let found = found.map(|(cid, recorded)| (cid, Some(recorded.claim) == claim));
    found.ok_or_else(|| Failure::new(Code::UnknownReceipt, format!("{id} has no such receipt")))
}

async fn receipt(api: &Api, cid: Cid) -> Answer<Receipt> {
    let blocks = Arc::clone(api.door.blocks());
    reading(move || {
        let none = || Failure::new(Code::UnknownReceipt, format!("{cid} is not here"));
        let block = blocks.get(&cid)?.ok_or_else(none)?;
        let bad = |error| Failure::new(Code::BadBlock, error);
        block.value().map_err(bad)
    })
    .await
}
