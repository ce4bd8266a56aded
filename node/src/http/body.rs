//! Whole bodies: how large each may be, how slow, and what all of them together may take.

use super::Api;
use super::error::{Answer, Failure};
use axum::body::{Body, Bytes, HttpBody};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use icn_api::Code;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Bytes of a body that always finds room: requests are bounded in number.
pub(super) const SMALL: usize = 64 * 1024;

/// Room is counted in pages of so many bytes.
pub(super) const PAGE: usize = 4 * 1024;

/// A body that was read. While it is there, it takes up its part of the room for bodies.
pub(super) struct Whole {
    bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Whole {
    /// The bytes alone. They no longer count.
    pub(super) fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Deref for Whole {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A whole body of so many bytes at most, sent in time.
pub(super) async fn read(api: &Api, body: Body, bytes_max: usize) -> Answer<Whole> {
    let too_large = || {
        let why = format!("at most {bytes_max} bytes are read");
        Failure::new(Code::BodyTooLarge, why)
    };
    let said = body.size_hint();
    if said.lower() > bytes_max as u64 {
        return Err(too_large());
    }
    let most = said.upper().and_then(|most| usize::try_from(most).ok());
    let most = most.map_or(bytes_max, |most| most.min(bytes_max));
    let room = room(api, most)?;
    let all = copied(Limited::new(body, bytes_max));
    match tokio::time::timeout(api.settings.bounds.body, all).await {
        Ok(Ok(bytes)) => Ok(Whole {
            bytes: bytes.into(),
            _room: room,
        }),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(error)) => Err(Failure::new(Code::BadBody, error)),
        Err(_) => Err(Failure::new(Code::TooSlow, "the body did not come in time")),
    }
}

/// The bytes of a body, copied as they come: a part of one byte would keep the buffer of kilobytes in
/// which it came.
async fn copied(mut body: Limited<Body>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(part) = body.frame().await {
        if let Ok(part) = part?.into_data() {
            bytes.extend_from_slice(&part);
        }
    }
    Ok(bytes)
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Room for a body that may become so large.
fn room(api: &Api, most: usize) -> Answer<Option<OwnedSemaphorePermit>> {
    if most <= SMALL {
        return Ok(None);
    }
    let pages = u32::try_from(most.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let room = Arc::clone(&api.bodies).try_acquire_many_owned(pages);
    let busy = |_| Failure::new(Code::Busy, "too many large bodies at once");
    room.map(Some).map_err(busy)
}
