//! Is a receipt what it says? One of three answers.

use super::Api;
use super::body::read;
use super::door::Ask;
use super::error::{Answer, Failure};
use super::input::{json, media_type};
use super::pipe;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use icn_api::Code;
use icn_api::limits::{JSON_BYTES_MAX, VERIFY_BYTES_MAX};
use icn_api::verify::{DifferenceView, VerdictView, VerifyAsk};
use icn_replay::Verdict;
use std::sync::Arc;

/// Run a receipt's job again and compare: `valid`, `invalid`, or `cannot_tell`. The receipt is named,
/// or sent as the CAR that proves it.
#[utoipa::path(post, path = "/v1/verify", tag = "jobs",
    request_body(description = "Which receipt, or its CAR.", content(
        (VerifyAsk = "application/json"), (Vec<u8> = "application/vnd.ipld.car"))),
    responses((status = 200, description = "The verdict.", body = VerdictView)))]
pub(super) async fn verify(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<VerdictView>> {
    // Whoever sends slowly keeps nobody from being judged meanwhile.
    let (file, room) = match media_type(&headers)? {
        Some("application/json") => {
            let bytes = read(&api, body, JSON_BYTES_MAX).await?;
            let ask: VerifyAsk = json(&bytes)?;
            let room = pipe::heavy(&api)?;
            let file = api.door.ask(|to| Ask::Evidence(ask.receipt, to)).await??;
            (file, room)
        }
        Some("application/vnd.ipld.car") => {
            let file = read(&api, body, VERIFY_BYTES_MAX).await?.to_vec();
            (file, pipe::heavy(&api)?)
        }
        _ => {
            let why = "a receipt is named in application/json or sent as application/vnd.ipld.car";
            return Err(Failure::new(Code::WrongMediaType, why));
        }
    };
    let verdict = api.door.ask(|to| Ask::Verify(file, to)).await?;
    drop(room);
    let verdict = verdict.map_err(|why| Failure::new(Code::Fault, why))?;
    Ok(Json(verdict))
}

/// A verdict, as HTTP shows it.
pub fn view(verdict: &Verdict) -> VerdictView {
    let shown = |grounds| serde_json::to_value(grounds).ok();
    let (grounds, differs, because) = match verdict {
        Verdict::Valid(grounds) => (shown(grounds), Vec::new(), None),
        Verdict::Invalid { grounds, differs } => {
            let differs = differs.iter().map(|one| DifferenceView {
                what: one.what.to_owned(),
                claimed: one.claimed.clone(),
                found: one.found.clone(),
            });
            (shown(grounds), differs.collect(), None)
        }
        Verdict::CannotTell(because) => (None, Vec::new(), Some(because.to_string())),
    };
    VerdictView {
        verdict: verdict.word().to_owned(),
        grounds,
        differs,
        because,
    }
}
