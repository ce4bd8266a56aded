//! Is the node well, and where is it?

use super::Api;
use super::door::Ask;
use super::error::{Answer, Failure};
use super::exposition::{PLAIN, plain};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_api::status::{CheckView, PeerView, Ready, Status};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The newer format of metrics.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How long the main loop may take to say that it is there.
const LOOP_MS: u64 = 2_000;

/// The node's process answers.
#[utoipa::path(get, path = "/livez", tag = "operations",
    responses((status = 200, description = "It does.", body = String, content_type = "text/plain")))]
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// The node is of use now.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, description = "It is.", body = Ready),
    (status = 503, description = "It is not: see the checks.", body = Ready)))]
pub(super) async fn readyz(State(api): State<Arc<Api>>) -> Response {
    let view = api.door.view();
    let ping = api.door.ask(Ask::Ping);
    let answers = tokio::time::timeout(Duration::from_millis(LOOP_MS), ping).await;
    let mut checks = vec![check(
        "loop",
        match answers {
            Ok(Ok(())) => None,
            Ok(Err(none)) => Some(none.to_string()),
            Err(_) => Some("the main loop does not answer".to_owned()),
        },
    )];
    let stopping = api.stop.is_cancelled();
    checks.push(check(
        "running",
        stopping.then(|| "the node is stopping".to_owned()),
    ));
    checks.extend(
        view.checks
            .iter()
            .map(|one| check(one.name, one.fault.clone())),
    );
    let ready = checks.iter().all(|check| check.ok);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut response = (status, Json(Ready { ready, checks })).into_response();
    if !ready {
        response.headers_mut().insert(header::RETRY_AFTER, 5.into());
    }
    response
}

fn check(name: &str, fault: Option<String>) -> CheckView {
    CheckView {
        name: name.to_owned(),
        ok: fault.is_none(),
        fault,
    }
}

/// Metrics, as Prometheus reads them: in the format of OpenMetrics if that is asked for.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, description = "All of them.", content(
        (String = "text/plain; version=0.0.4; charset=utf-8"),
        (String = "application/openmetrics-text; version=1.0.0; charset=utf-8")))))]
pub(super) async fn metrics(State(api): State<Arc<Api>>, headers: HeaderMap) -> Answer<Response> {
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &api.registry)
        .map_err(|error| Failure::new(Code::Fault, error))?;
    let accepts = headers.get_all(header::ACCEPT).iter();
    let mut accepts = accepts.filter_map(|value| value.to_str().ok());
    let (media, text) = match accepts.any(|value| value.contains("application/openmetrics-text")) {
        true => (OPEN_METRICS, text),
        false => (PLAIN, plain(&text)),
    };
    let headers = [(header::CONTENT_TYPE, media), (header::VARY, "Accept")];
    Ok((headers, text).into_response())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "operations",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
pub(super) async fn document() -> Response {
    // Made once: it is large, and asked for by strangers.
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        serde_json::to_string(&super::openapi()).expect("a document is plain words")
    });
    let media = [(header::CONTENT_TYPE, "application/json")];
    (media, TEXT.as_str()).into_response()
}

/// Where the node is.
#[utoipa::path(get, path = "/v1/status", tag = "operations",
    responses((status = 200, description = "There.", body = Status)))]
pub(super) async fn status(State(api): State<Arc<Api>>) -> Json<Status> {
    let (who, view) = (api.door.who(), api.door.view());
    Json(Status {
        did: who.did,
        network: who.network,
        version: who.version.to_owned(),
        engine: who.engine.to_owned(),
        height: view.tip.height,
        block: view.tip.block,
        time: view.tip.time,
        root: view.tip.root,
        behind: view.behind,
        peers: view.peers.len(),
        validators: view.state.validators().len(),
        waiting: view.waiting,
        addresses: who.addresses.clone(),
    })
}

/// Connected peers.
#[utoipa::path(get, path = "/v1/peers", tag = "operations",
    responses((status = 200, description = "All of them.", body = Vec<PeerView>)))]
pub(super) async fn peers(State(api): State<Arc<Api>>) -> Json<Vec<PeerView>> {
    let view = api.door.view();
    let peers = view.peers.iter().map(|peer| PeerView {
        id: peer.id.clone(),
        did: peer.did,
        address: peer.address.clone(),
        outbound: peer.outbound,
        since: peer.since,
        agent: peer.agent.clone(),
        rtt_ms: peer.rtt_ms,
    });
    Json(peers.collect())
}
