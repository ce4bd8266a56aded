//! Facts as a stream (SSE). A fact's id is its block's height and its place in it, so a client that
//! comes back with the last one it saw misses none and sees none twice, on this node after a
//! restart or on another.

use super::Api;
use super::error::{Answer, Failure};
use super::input::{Asked, once};
use super::past::{Happened, Report};
use super::wait::report;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_api::event::{EventId, EventView, EventsQuery};
use icn_base::JobId;
use icn_ledger::Event;
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// How long a stream is silent at most.
const BEAT: Duration = Duration::from_secs(15);

/// Blocks' worth of text that wait for a slow reader.
const PARTS_MAX: usize = 4;

/// Every fact of the ledger, as server-sent events: `id` is `height:index`, `event` the kind, `data`
/// the fact as JSON.
#[utoipa::path(get, path = "/v1/events", tag = "chain", params(EventsQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The last fact that you have seen")),
    responses((status = 200, description = "They come as they happen.", body = String, content_type = "text/event-stream")))]
pub(super) async fn stream(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<EventsQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let last = once(&headers, &HeaderName::from_static("last-event-id"))?;
    let (tip, first) = (api.door.view().tip.height, api.door.past().first());
    let after = match last.or(query.after.as_deref()) {
        None => Next::after_block(tip),
        Some(text) => {
            let bad = |error| Failure::new(Code::BadQuery, error);
            Next::after(text.parse().map_err(bad)?)
        }
    };
    if after.height < first && first > 1 {
        let why = format!("facts are remembered from height {first} on");
        return Err(Failure::new(Code::Gone, why));
    }
    let room = Arc::clone(&api.streams).try_acquire_owned();
    let room = room.map_err(|_| Failure::new(Code::Busy, "too many streams").after_s(30))?;
    let (parts, receiver) = mpsc::channel(PARTS_MAX);
    let job = query.job;
    tokio::spawn(async move {
        api.meters.streams.inc();
        follow(&api, after, job, parts).await;
        api.meters.streams.dec();
        drop(room);
    });
    let media = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((media, Body::from_stream(ReceiverStream::new(receiver))).into_response())
}

/// The first fact that has not been seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Next {
    height: u64,
    index: u32,
}

impl Next {
    const fn after(id: EventId) -> Self {
        Self {
            height: id.height,
            index: id.index.saturating_add(1),
        }
    }

    const fn after_block(height: u64) -> Self {
        Self {
            height: height.saturating_add(1),
            index: 0,
        }
    }
}

/// Sends what there is, then waits for more, until the reader goes or the node stops.
async fn follow(
    api: &Api,
    mut next: Next,
    job: Option<JobId>,
    parts: mpsc::Sender<io::Result<String>>,
) {
    let mut views = api.door.views();
    if parts.send(Ok(": here\n\n".to_owned())).await.is_err() {
        return;
    }
    loop {
        let tip = api.door.view().tip.height;
        while next.height <= tip {
            // Height 0 is the genesis, of which there are no facts.
            let report = match next.height {
                0 => None,
                height => match report(api, height).await {
                    Ok(report) => report,
                    Err(failure) => {
                        tracing::warn!("a stream of facts breaks off: {}", failure.detail());
                        return;
                    }
                },
            };
            let text = report.map(|report| lines(&report, next.index, job.as_ref()));
            next = Next::after_block(next.height);
            let text = text.filter(|text| !text.is_empty());
            if let Some(text) = text
                && parts.send(Ok(text)).await.is_err()
            {
                return;
            }
        }
        tokio::select! {
            changed = views.changed() => if changed.is_err() { return },
            () = parts.closed() => return,
            () = api.stop.cancelled() => return,
            () = tokio::time::sleep(BEAT) => {
                if parts.send(Ok(": still here\n\n".to_owned())).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// The facts of a block from a place on, as they are sent.
fn lines(report: &Report, from: u32, job: Option<&JobId>) -> String {
    let job = job.map(ToString::to_string);
    let mut text = String::new();
    for (index, happened) in (0..)
        .zip(&report.events)
        .skip_while(|(index, _)| *index < from)
    {
        let fact = value(&happened.event);
        if job.as_deref().is_some_and(|job| !names(&fact, job)) {
            continue;
        }
        let kind = kind(&fact).to_owned();
        let id = EventId {
            height: report.height,
            index,
        };
        let view = shown(report, id, happened, fact);
        let data = serde_json::to_string(&view).expect("a fact is plain words");
        text.push_str(&format!("id: {id}\nevent: {kind}\ndata: {data}\n\n"));
    }
    text
}

/// A fact as JSON.
pub(super) fn value(event: &Event) -> Value {
    serde_json::to_value(event).expect("a fact is plain words")
}

/// The name of its kind.
fn kind(fact: &Value) -> &str {
    let fields = fact.as_object().and_then(|fields| fields.keys().next());
    fields.map_or("fact", String::as_str)
}

fn names(fact: &Value, job: &str) -> bool {
    let inner = fact.as_object().and_then(|fields| fields.values().next());
    inner.and_then(|inner| inner.get("job")?.as_str()) == Some(job)
}

/// A fact as it is shown.
pub(super) fn shown(report: &Report, id: EventId, happened: &Happened, event: Value) -> EventView {
    let place = happened.tx.and_then(|place| usize::try_from(place).ok());
    EventView {
        id: id.to_string(),
        height: id.height,
        time: report.time,
        tx: place
            .and_then(|place| report.txs.get(place))
            .map(|(id, _)| *id),
        event,
    }
}
