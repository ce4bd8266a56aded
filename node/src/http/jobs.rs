//! Jobs: submitted and withdrawn as the node's own, listed and shown.

use super::Api;
use super::act::{Acting, WAIT_S, act};
use super::cursor;
use super::door::Ask;
use super::error::{Answer, Failure};
use super::executors::status;
use super::input::{Asked, At, Json as Body};
use super::wait::{patience, reading};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_api::job::{HoldView, JobActed, JobAsk, JobLine, JobView, JobsQuery, SeatView};
use icn_api::limits::PAGE_ROWS_MAX;
use icn_api::page::Page;
use icn_api::tx::WaitQuery;
use icn_base::run::{Agreement, Inherited, JobRequest, JobSpec, Requires};
use icn_base::{JobId, Time};
use icn_ledger::job::{Phase, Seat, Work};
use icn_ledger::{Action, Job, Reject};
use std::sync::Arc;

/// The name of the list, in cursors.
const JOBS: &str = "jobs";

/// How long a job has if its request does not say.
const DEADLINE_MS: u64 = 600_000;

/// Submit a job as this node, which pays for it. The job's id is that of the transaction.
#[utoipa::path(post, path = "/v1/jobs", tag = "jobs", params(WaitQuery), security(("operator" = [])),
    request_body = JobAsk,
    responses((status = 201, description = "It is open.", body = JobActed),
              (status = 202, description = "It waits for a block.", body = JobActed)))]
pub(super) async fn submit(
    State(api): State<Arc<Api>>,
    acting: Acting,
    Asked(query): Asked<WaitQuery>,
    Body(ask): Body<JobAsk>,
) -> Answer<Response> {
    let patience = patience(query.wait, WAIT_S)?;
    let retries = ask.retries;
    let spec = complete(&api, ask);
    let action = Action::SubmitJob {
        spec: Arc::new(spec),
    };
    let done = act(&api, acting, action, patience).await?;
    let job = JobId::new(*done.id.cid());
    let tx = done.view()?;
    if let Some(times) = retries {
        api.door.tell(Ask::Retry(job, times))?;
    }
    let place = [(header::LOCATION, format!("/v1/jobs/{job}"))];
    let code = status(tx.status, StatusCode::CREATED);
    Ok((code, place, Json(JobActed { job, tx })).into_response())
}

/// The complete spec of what is asked for: this node assigns it, and it has ten minutes.
pub(super) fn complete(api: &Api, ask: JobAsk) -> JobSpec {
    let now = api.door.view().tip.time.max(now());
    JobRequest::from(ask).complete(Inherited {
        deadline: now.after_ms(DEADLINE_MS).unwrap_or(now),
        agreement: Agreement::default(),
        requires: Requires::default(),
        coordinator: api.door.who().did,
    })
}

/// This machine's clock: a lone node that has been idle has a block time long past.
fn now() -> Time {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let ms = passed
        .ok()
        .and_then(|passed| u64::try_from(passed.as_millis()).ok());
    ms.and_then(|ms| Time::from_ms(ms).ok())
        .unwrap_or(Time::ZERO)
}

/// Jobs, by their ids. A page looks at a bounded number of them, so it may be empty and still have
/// one after it.
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, description = "Some of them.", body = Page<JobLine>)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<JobsQuery>,
) -> Answer<Json<Page<JobLine>>> {
    let limit = cursor::limit(query.limit)?;
    let after: Option<JobId> = cursor::read(JOBS, query.cursor.as_deref())?;
    let view = api.door.view();
    let look = move || {
        let (mut items, mut looked) = (Vec::new(), 0_usize);
        for (id, job) in view.state.jobs_after(after.as_ref()) {
            looked = looked.saturating_add(1);
            let owned = query.owner.is_none_or(|owner| owner == job.owner);
            if owned && query.state.is_none_or(|state| state == job.state()) {
                items.push(line(*id, job));
            }
            if items.len() == limit || looked == PAGE_ROWS_MAX {
                let more = view.state.jobs_after(Some(id)).next().is_some();
                let next = more.then(|| cursor::after(JOBS, id));
                return Ok(Page { items, next });
            }
        }
        Ok(Page { items, next: None })
    };
    reading(look).await.map(Json)
}

/// A job.
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, description = "As it is after the last block.", body = JobView)))]
pub(super) async fn show(State(api): State<Arc<Api>>, At(id): At<JobId>) -> Answer<Json<JobView>> {
    let view = api.door.view();
    let job = find(&view.state, id)?;
    Ok(Json(shown(id, job)))
}

/// A job of the book.
pub(super) fn find(book: &icn_ledger::State, job: JobId) -> Result<&Job, Failure> {
    book.job(&job)
        .ok_or_else(|| Reject::UnknownJob { job }.into())
}

/// Withdraw an open job of this node's own.
#[utoipa::path(post, path = "/v1/jobs/{id}/cancel", tag = "jobs", security(("operator" = [])),
    params(("id" = String, Path, description = "The job"), WaitQuery),
    responses((status = 200, description = "It is withdrawn and its hold is refunded.", body = JobActed),
              (status = 202, description = "That waits for a block.", body = JobActed)))]
pub(super) async fn cancel(
    State(api): State<Arc<Api>>,
    acting: Acting,
    At(job): At<JobId>,
    Asked(query): Asked<WaitQuery>,
) -> Answer<(StatusCode, Json<JobActed>)> {
    let patience = patience(query.wait, WAIT_S)?;
    let done = act(&api, acting, Action::CancelJob { job }, patience).await?;
    let tx = done.view()?;
    Ok((
        status(tx.status, StatusCode::OK),
        Json(JobActed { job, tx }),
    ))
}

fn line(id: JobId, job: &Job) -> JobLine {
    JobLine {
        job: id,
        owner: job.owner,
        state: job.state(),
        module: job.spec.module,
        opened: job.opened,
        deadline: job.spec.deadline,
    }
}

fn shown(id: JobId, job: &Job) -> JobView {
    let (seats, ended) = match &job.phase {
        Phase::Open { .. } => (Vec::new(), None),
        Phase::Assigned(assigned) => (assigned.seats.iter().map(seat).collect(), None),
        Phase::Ended(ended) => (Vec::new(), Some(ended)),
    };
    JobView {
        job: id,
        owner: job.owner,
        state: job.state(),
        spec: JobSpec::clone(&job.spec),
        opened: job.opened,
        due: job.due(),
        parent: job.tree.parent,
        hold: HoldView {
            held: job.hold.held(),
            paid: job.hold.paid(),
            refunded: job.hold.refunded(),
        },
        seats,
        ended: ended.map(|ended| ended.at),
        claim: ended.and_then(|ended| ended.claim),
        output: ended.and_then(|ended| ended.output),
        receipts: ended
            .map(|ended| ended.receipts.clone())
            .unwrap_or_default(),
    }
}

fn seat(seat: &Seat) -> SeatView {
    let (work, receipt) = match seat.work {
        Work::Running => ("running", None),
        Work::Sealed { .. } => ("sealed", None),
        Work::Revealed { receipt, .. } => ("revealed", Some(receipt)),
        Work::Declined => ("declined", None),
    };
    SeatView {
        executor: seat.executor,
        base: seat.offer.base,
        per_mfuel: seat.offer.per_mfuel,
        bond: seat.bond,
        work: work.to_owned(),
        receipt,
    }
}
