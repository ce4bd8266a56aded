//! `Idempotency-Key`: a request that is sent twice under one key is done once.
//!
//! What a keyed request does goes on when its client hangs up, and its answer is on disk before it
//! is given. What acts as the node writes what it has signed before it submits it (`act.rs`), so a
//! crash in between is found when the client comes again.

mod file;
mod keys;

pub(super) use keys::{Begun, Held, Keys, Stored};

use super::Api;
use super::body::read;
use super::error::{Answer, Failure};
use super::gate::Caller;
use super::input::once;
use super::rate::network;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use icn_api::Code;
use icn_api::limits::{BATCH_BYTES_MAX, JSON_BYTES_MAX, KEY_BYTES_MAX, VERIFY_BYTES_MAX};
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::{Cid, Codec, codec};
use std::sync::Arc;

/// Bytes of a CAR that is imported under a key. A larger one is sent without: an import is harmless
/// twice.
const KEYED_IMPORT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of an answer that is kept.
const STORED_BYTES_MAX: usize = 1024 * 1024;

static KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Answers a request once, if it has a key; else just answers it.
pub(super) async fn keyed(
    api: &Arc<Api>,
    route: &str,
    caller: &Caller,
    request: Request,
    next: Next,
) -> Answer<Response> {
    if request.method() != Method::POST {
        return Ok(next.run(request).await);
    }
    let Some(key) = once(request.headers(), &KEY)? else {
        return Ok(next.run(request).await);
    };
    let key = name(key, caller)?;
    let (parts, body) = request.into_parts();
    let bytes = read(api, body, bytes_max(route)).await?;
    let print = fingerprint(&parts, &bytes);
    let held = match api.keys.begin(key, print) {
        Begun::Held(held) => held,
        Begun::Stored(stored) => return Ok(again(&stored)),
        Begun::Other => return Err(Failure::new(Code::KeyReused, "that one had another body")),
        Begun::InFlight => {
            return Err(Failure::new(Code::KeyInFlight, "its answer is on its way").after_s(1));
        }
    };
    // Whoever reads it again counts it again.
    let mut request = Request::from_parts(parts, Body::from(bytes.into_bytes()));
    request.extensions_mut().insert(held.clone());
    let id = caller.id.clone();
    let answer = tokio::spawn(async move {
        let response = next.run(request).await;
        keep(&held, &id, response).await
    });
    let fault = |_| Failure::new(Code::Fault, "the request met a fault");
    answer.await.map_err(fault)
}

/// The key of this client: nobody meets the answers of another.
fn name(key: &str, caller: &Caller) -> Answer<[u8; 32]> {
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain || key.is_empty() || key.len() > KEY_BYTES_MAX {
        let why = format!("an Idempotency-Key has 1 to {KEY_BYTES_MAX} visible characters");
        return Err(Failure::new(Code::BadHeader, why));
    }
    let client = match caller.operator {
        true => None,
        false => Some(network(caller.address).to_string()),
    };
    // Nothing is an empty list: canonical bytes have no null.
    Ok(digest(&(client.as_slice(), key)))
}

fn fingerprint(parts: &Parts, body: &[u8]) -> [u8; 32] {
    let media = parts.headers.get(header::CONTENT_TYPE);
    let media = media.map(|value| Cid::of(Codec::Raw, value.as_bytes()));
    let body = Cid::of(Codec::Raw, body);
    digest(&(parts.uri.to_string(), media.as_slice(), body))
}

fn digest(words: &impl serde::Serialize) -> [u8; 32] {
    let bytes = codec::encode(words).expect("texts and CIDs have a canonical spelling");
    *Cid::of(Codec::DagCbor, &bytes).digest()
}

fn bytes_max(route: &str) -> usize {
    match route {
        "/v1/transactions" => BATCH_BYTES_MAX,
        "/v1/verify" => VERIFY_BYTES_MAX,
        "/v1/dag" => BLOCK_BYTES_MAX,
        "/v1/dag/import" => KEYED_IMPORT_BYTES_MAX,
        _ => JSON_BYTES_MAX,
    }
}

/// Keeps an answer that is final. One that asks to come again, or that the token decides, is not.
async fn keep(held: &Held, id: &str, response: Response) -> Response {
    let response = match response.extensions().get::<Failure>().cloned() {
        Some(failure) if !failure.is_final() => return response,
        Some(failure) => failure.respond(id),
        None if response.status() == StatusCode::ACCEPTED => return response,
        None => response,
    };
    let (parts, body) = response.into_parts();
    let Ok(body) = body.collect().await else {
        return Failure::new(Code::Fault, "the answer broke off").into_response();
    };
    let bytes = body.to_bytes();
    if bytes.len() <= STORED_BYTES_MAX {
        let text = |name: HeaderName| {
            let value = parts.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(ToOwned::to_owned)
        };
        let stored = Stored {
            status: parts.status.as_u16(),
            media: text(header::CONTENT_TYPE),
            location: text(header::LOCATION),
            body: icn_base::Bytes(bytes.to_vec()),
        };
        if let Err(error) = held.answer(stored).await {
            tracing::warn!("an answer under an Idempotency-Key could not be kept: {error}");
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The answer that was given before.
fn again(stored: &Stored) -> Response {
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
    let mut response = (status, stored.body.to_vec()).into_response();
    let headers = response.headers_mut();
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    headers.remove(header::CONTENT_TYPE);
    for (name, text) in [
        (header::CONTENT_TYPE, &stored.media),
        (header::LOCATION, &stored.location),
    ] {
        if let Some(value) = text
            .as_deref()
            .and_then(|text| HeaderValue::from_str(text).ok())
        {
            headers.insert(name, value);
        }
    }
    response
}
