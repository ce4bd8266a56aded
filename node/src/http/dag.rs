//! Blocks: one in, one out, and many as a CAR.

use super::Api;
use super::body::read;
use super::door::{Ask, Door};
use super::error::{Answer, Failure};
use super::gate::Operator;
use super::gateway::{self, Given};
use super::input::{At, media_type};
use super::pipe::{self, Source};
use super::wait::reading;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use icn_api::Code;
use icn_api::dag::{ImportView, Stored};
use icn_api::limits::IMPORT_BYTES_MAX;
use icn_base::limits::BLOCK_BYTES_MAX;
use icn_base::{Cid, Codec};
use icn_dag::car::{self, CarError, frame::FrameError};
use icn_dag::{Batch, Block, Blocks, Pin, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Store a block: raw bytes, or canonical dag-cbor.
#[utoipa::path(post, path = "/v1/dag", tag = "dag", security(("operator" = [])),
    request_body(description = "The block.", content(
        (Vec<u8> = "application/octet-stream"), (Vec<u8> = "application/vnd.ipld.raw"),
        (Vec<u8> = "application/vnd.ipld.dag-cbor"))),
    responses((status = 201, description = "It is on disk.", body = Stored)))]
pub(super) async fn put(
    State(api): State<Arc<Api>>,
    _: Operator,
    headers: HeaderMap,
    body: Body,
) -> Answer<Response> {
    let codec = match media_type(&headers)? {
        None | Some("application/octet-stream" | "application/vnd.ipld.raw") => Codec::Raw,
        Some("application/vnd.ipld.dag-cbor" | "application/cbor") => Codec::DagCbor,
        Some(_) => {
            let why = "a block is application/vnd.ipld.raw or application/vnd.ipld.dag-cbor";
            return Err(Failure::new(Code::WrongMediaType, why));
        }
    };
    let bytes = read(&api, body, BLOCK_BYTES_MAX).await?;
    let make = move || Block::new(codec, &*bytes);
    let block =
        reading(move || make().map_err(|error| Failure::new(Code::BadBlock, error))).await?;
    let (cid, bytes) = (*block.cid(), block.bytes().len() as u64);
    api.door
        .ask(|to| Ask::Keep(Batch::of([block]), to))
        .await??;
    let place = [(header::LOCATION, format!("/v1/dag/{cid}"))];
    Ok((StatusCode::CREATED, place, Json(Stored { cid, bytes })).into_response())
}

/// The bytes of a block.
#[utoipa::path(get, path = "/v1/dag/{cid}", tag = "dag", params(("cid" = String, Path, description = "The block")),
    responses((status = 200, description = "Its bytes, which hash to its CID.", body = Vec<u8>,
               content_type = "application/vnd.ipld.raw"),
              (status = 304, description = "You have them.")))]
pub(super) async fn get(
    State(api): State<Arc<Api>>,
    At(cid): At<Cid>,
    headers: HeaderMap,
) -> Answer<Response> {
    let given = match cid.codec() {
        Codec::Raw => Given::Raw,
        Codec::DagCbor => Given::Cbor,
    };
    gateway::block(&api, cid, given, &headers).await
}

/// Import a CAR. What it brings is kept, and collected again unless something pins it.
#[utoipa::path(post, path = "/v1/dag/import", tag = "dag", security(("operator" = [])),
    request_body(description = "CAR v1.", content = Vec<u8>, content_type = "application/vnd.ipld.car"),
    responses((status = 200, description = "All of it is on disk.", body = ImportView)))]
pub(super) async fn import(
    State(api): State<Arc<Api>>,
    _: Operator,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<ImportView>> {
    if media_type(&headers)? != Some("application/vnd.ipld.car") {
        return Err(Failure::new(
            Code::WrongMediaType,
            "a CAR is application/vnd.ipld.car",
        ));
    }
    let from = Source::of(&api, body, IMPORT_BYTES_MAX);
    let mut into = Through::new(&api.door);
    let import = move || car::import(from, &mut into, |_| {}).map_err(unread);
    let done = pipe::work(&api, import).await?;
    Ok(Json(ImportView {
        complete: done.is_complete(),
        missing_count: done.missing.count,
        missing: done.missing.first,
        roots: done.roots,
        blocks: done.read.blocks,
        new_blocks: done.new.blocks,
        new_bytes: done.new.bytes,
    }))
}

/// What is wrong with a CAR, or with how it came.
fn unread(error: CarError) -> Failure {
    if let CarError::Frame(FrameError::Read { source, .. }) = &error
        && let Some(failure) = pipe::refused(source)
    {
        return failure;
    }
    error.into()
}

/// A store whose writes go through the main loop. For threads that may block.
struct Through {
    door: Door,
    runtime: tokio::runtime::Handle,
}

impl Through {
    fn new(door: &Door) -> Self {
        Self {
            door: door.clone(),
            runtime: tokio::runtime::Handle::current(),
        }
    }
}

impl Blocks for Through {
    fn get(&self, cid: &Cid) -> Result<Option<Block>, StoreError> {
        self.door.blocks().get(cid)
    }

    fn size(&self, cid: &Cid) -> Result<Option<u64>, StoreError> {
        self.door.blocks().size(cid)
    }
}

impl Store for Through {
    fn commit(&mut self, batch: Batch) -> Result<(), StoreError> {
        let answer = self
            .runtime
            .block_on(self.door.ask(|to| Ask::Keep(batch, to)));
        answer.map_err(|none| StoreError::Stopped(none.to_string()))?
    }

    fn list(&self, _: Option<&Cid>, _: usize) -> Result<Vec<Cid>, StoreError> {
        Err(ONE_WAY())
    }

    fn pins(&self) -> Result<Vec<Pin>, StoreError> {
        Err(ONE_WAY())
    }

    fn name(&self, _: &str) -> Result<Option<Cid>, StoreError> {
        Err(ONE_WAY())
    }

    fn names(&self) -> Result<BTreeMap<String, Cid>, StoreError> {
        Err(ONE_WAY())
    }
}

/// An import neither lists nor names.
const ONE_WAY: fn() -> StoreError = || StoreError::Stopped("blocks only go in here".to_owned());
