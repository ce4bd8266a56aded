//! What every request passes before its handler, and every answer after it: host and origin, rate,
//! room, token, time; then the problem's body, the request's id, and the count.

use super::Api;
use super::body::{SMALL, read};
use super::error::{Answer, Failure};
use super::input::once;
use super::keyed::keyed;
use super::settings::Reads;
use axum::body::HttpBody;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use icn_api::Code;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

/// Who asks. The server says where from, and the gate whether it is the operator.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) address: IpAddr,
    pub(super) operator: bool,
    /// The request's id.
    pub(super) id: Arc<str>,
}

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remote(pub(super) IpAddr);

/// Asked for by handlers that do what only the operator may.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operator;

impl FromRequestParts<Arc<Api>> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Answer<Self> {
        match parts.extensions.get::<Caller>() {
            Some(Caller { operator: true, .. }) => Ok(Self),
            _ => Err(Failure::new(Code::TokenMissing, "no token was sent")),
        }
    }
}

/// Routes that say whether the node lives, to anyone and at any time.
const ALWAYS: [&str; 2] = ["/livez", "/readyz"];

pub(super) async fn gate(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id: Arc<str> = api.ids.next().into();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("none", MatchedPath::as_str).to_owned();
    let (mut response, origin) = match origin(&api, &request) {
        Ok(origin) => {
            let origin = origin.map(ToOwned::to_owned);
            let answer = pass(&api, &route, &id, request, next).await;
            (answer.unwrap_or_else(Failure::into_response), origin)
        }
        Err(failure) => (failure.into_response(), None),
    };
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        if failure.is_fault() {
            tracing::error!(request = %id, route, "{}", failure.detail());
        }
        response = failure.respond(&id);
    }
    let status = response.status().as_u16();
    tracing::debug!(request = %id, %method, route, status, "answered");
    api.meters
        .answered(&method, &route, status, began.elapsed());
    dress(response, &id, origin.as_deref())
}

/// The headers that every answer has.
fn dress(mut response: Response, id: &str, origin: Option<&str>) -> Response {
    let headers = response.headers_mut();
    let plain = HeaderValue::from_static;
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, plain("nosniff"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(plain("no-store"));
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, plain("Origin"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, plain("*"));
    }
    response
}

async fn pass(
    api: &Arc<Api>,
    route: &str,
    id: &Arc<str>,
    request: Request,
    next: Next,
) -> Answer<Response> {
    named(api, &request)?;
    if request.method() == Method::OPTIONS {
        return Ok(preflight());
    }
    let caller = caller(api, id, &request)?;
    if !ALWAYS.contains(&route) {
        admit(api, &caller)?;
    }
    let _room = match api.requests.try_acquire() {
        Ok(room) => Some(room),
        Err(_) if ALWAYS.contains(&route) => None,
        Err(_) => return Err(Failure::new(Code::Busy, "too many requests at once")),
    };
    let mut request = small(api, request).await?;
    request.extensions_mut().insert(caller.clone());
    let answer = AssertUnwindSafe(keyed(api, route, &caller, request, next)).catch_unwind();
    match tokio::time::timeout(api.settings.bounds.answer, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(Failure::new(Code::Fault, "the request met a fault")),
        Err(_) => Err(Failure::new(Code::TooSlow, "the answer took too long")),
    }
}

/// Reads a small body before anyone looks at it, so that a refusal meets a client that has sent all it
/// had to say: a connection that is closed before loses the answer.
async fn small(api: &Api, request: Request) -> Answer<Request> {
    let (parts, body) = request.into_parts();
    if body.is_end_stream()
        || body
            .size_hint()
            .exact()
            .is_none_or(|size| size > SMALL as u64)
    {
        return Ok(Request::from_parts(parts, body));
    }
    let bytes = read(api, body, SMALL).await?;
    Ok(Request::from_parts(parts, bytes.into_bytes().into()))
}

/// Refuses a request that calls this node by a name it does not have: a page that rebinds its own
/// name to this address does that. A plain address is nobody's name.
fn named(api: &Api, request: &Request) -> Answer<()> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let host = once(request.headers(), &header::HOST)?;
    let in_line = request.uri().authority().map(|authority| authority.host());
    let host = host.and_then(|text| text.parse::<Authority>().ok());
    let host = host.map(|authority| authority.host().to_owned());
    let known = |name: &str| {
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let own = || {
            api.settings
                .hosts
                .iter()
                .any(|own| own.eq_ignore_ascii_case(name))
        };
        bare.parse::<IpAddr>().is_ok() || name.eq_ignore_ascii_case("localhost") || own()
    };
    let names = [host, in_line.map(ToOwned::to_owned)];
    if hosts == 1 && names[0].is_some() && names.iter().flatten().all(|name| known(name)) {
        return Ok(());
    }
    Err(Failure::new(
        Code::HostNotAllowed,
        "one `Host` is needed that is this node's",
    ))
}

/// The origin of the page that asks, if a page does. Its own pages and those that are named may.
fn origin<'r>(api: &Api, request: &'r Request) -> Answer<Option<&'r str>> {
    let Some(origin) = once(request.headers(), &header::ORIGIN)? else {
        return Ok(None);
    };
    let host = once(request.headers(), &header::HOST)?.unwrap_or_default();
    let own = origin.strip_prefix("http://") == Some(host) && !host.is_empty();
    if own || api.settings.origins.iter().any(|known| known == origin) {
        return Ok(Some(origin));
    }
    Err(Failure::new(
        Code::OriginNotAllowed,
        "the `Origin` is not one that is named",
    ))
}

/// What a browser asks before it asks. Which origin may is in the answer's other headers.
fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
        (header::ALLOW, "GET, HEAD, POST, OPTIONS"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn caller(api: &Api, id: &Arc<str>, request: &Request) -> Answer<Caller> {
    let Some(Remote(address)) = request.extensions().get::<Remote>().copied() else {
        return Err(Failure::new(Code::Fault, "the connection has no other end"));
    };
    let address = address.to_canonical();
    let operator = match once(request.headers(), &header::AUTHORIZATION)? {
        None => false,
        Some(sent) => {
            let scheme = sent
                .split_once(' ')
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let is = |(_, text): (&str, &str)| {
                api.settings
                    .token
                    .as_ref()
                    .is_some_and(|token| token.is(text.trim()))
            };
            if !scheme.is_some_and(is) {
                return Err(Failure::new(Code::TokenWrong, "another token was sent"));
            }
            true
        }
    };
    Ok(Caller {
        address,
        operator,
        id: Arc::clone(id),
    })
}

/// Refuses who comes too often, and who may not read.
fn admit(api: &Api, caller: &Caller) -> Answer<()> {
    let here = caller.address.is_loopback();
    let bounded = !caller.operator && (!here || api.settings.rate_on_loopback);
    if let Some(rates) = api.rates.as_ref().filter(|_| bounded) {
        let taken = rates.take(caller.address, Instant::now());
        taken.map_err(|seconds| {
            Failure::new(Code::TooManyRequests, "one client's share is used up").after_s(seconds)
        })?;
    }
    let may_read = caller.operator
        || match api.settings.reads {
            Reads::Open => true,
            Reads::Loopback => here,
            Reads::Token => false,
        };
    if may_read {
        Ok(())
    } else {
        Err(Failure::new(
            Code::TokenMissing,
            "this node answers its operator only",
        ))
    }
}
